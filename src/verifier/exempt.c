#include "verifier/exempt.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"

#define NO_RLS "no row-level security"

const char *
exempt_reason(const char *comment, const char *what, struct arena *arena)
{
    static const char mark[] = "tenantry:";
    for (const char *line = comment; line && *line;) {
        const size_t length = strcspn(line, "\n");
        const char *at = line + strspn(line, " \t");
        if (strncmp(at, mark, strlen(mark)) == 0) {
            at += strlen(mark);
            at += strspn(at, " \t");
            if (strncmp(at, what, strlen(what)) == 0 && at[strlen(what)] == ':') {
                at += strlen(what) + 1;
                at += strspn(at, " \t");
                if (at < line + length)
                    return arena_memdup(arena, at, (size_t)(line + length - at));
            }
        }
        line += length + (line[length] == '\n');
    }
    return NULL;
}

static bool
is_application(const struct audit *audit, const struct role *role)
{
    for (size_t i = 0; i < audit->scope.role_count; i++)
        if (audit->scope.roles[i] == role)
            return true;
    return false;
}

/* Who else has any of the privileges, by grant; the owner is who migrates, and PostgreSQL's own
 * roles are nobody. */
static const char *
others_with(
    const struct audit *audit, const struct relation *relation, unsigned wanted, bool raw_only)
{
    struct buffer names;
    buffer_init(&names, audit->arena, 64);
    for (size_t i = 0; i < audit->inventory.role_count; i++) {
        const struct role *role = &audit->inventory.roles[i];
        if (role->is_superuser || role->oid == relation->owner || is_application(audit, role) ||
            strncmp(role->name, "pg_", 3) == 0 || (raw_only && !role->bypasses_rls) ||
            !(access_relation(&audit->inventory, role, relation) & wanted))
            continue;
        buffer_printf(&names, "%s%s", names.length ? ", " : "", role->quoted);
    }
    return names.length ? names.data : NULL;
}

static void
tell(struct audit *audit, const struct relation *relation, const char *reason)
{
    struct buffer met;
    struct arena *arena = audit->arena;
    const char *writers = others_with(audit, relation, MAY_INSERT | MAY_UPDATE | MAY_DELETE, false);
    const char *raw = others_with(audit, relation, MAY_DATA, true);
    const char *readers = others_with(audit, relation, MAY_SELECT, false);
    const char *unrecoverable = exempt_reason(relation->comment, "unrecoverable", arena);
    buffer_init(&met, arena, 256);
    if (writers || raw)
        buffer_printf(&met, "%s%s%s write or reach it raw", writers ? writers : "",
            writers && raw && strcmp(writers, raw) != 0 ? ", " : "",
            raw && (!writers || strcmp(writers, raw) != 0) ? raw : "");
    if (readers)
        buffer_printf(&met, "%s%s read it beside the application", met.length ? "; " : "", readers);
    if (unrecoverable)
        buffer_printf(
            &met, "%sone leak of it cannot be undone (%s)", met.length ? "; " : "", unrecoverable);

    const char *why = reason ? arena_printf(arena, "for the reason \"%s\"", reason)
                             : "and the schema gives no reason";
    if (!met.length)
        audit_note(&audit->notes, arena,
            "%s has no row-level security, %s, and meets none of the three triggers",
            relation->quoted, why);
    else
        audit_add(&audit->findings,
            &(struct audit_report){ .kind = AUDIT_RLS_EARNED,
                .object = relation->quoted,
                .role = audit->scope.role_count ? audit->scope.roles[0]->quoted : "",
                .other = arena_printf(arena, "%s; it meets: %s", why, met.data),
                .more = arena_printf(arena,
                    "ALTER TABLE %s ENABLE ROW LEVEL SECURITY; ALTER TABLE %s FORCE ROW LEVEL "
                    "SECURITY",
                    relation->quoted, relation->quoted),
                .statement = arena_printf(arena, "\\dp %s", relation->quoted) });
}

static void
waive(struct audit *audit, const struct relation *relation, const char *reason)
{
    static const enum audit_kind kinds[] = { AUDIT_RLS_DISABLED, AUDIT_RLS_DISABLED_POLICIES,
        AUDIT_INDIRECT };
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct audit_finding *finding = audit_find(&audit->findings, kinds[i], relation->quoted);
        if (finding)
            finding->waived = arena_printf(audit->arena, "the table's comment says: %s", reason);
    }
}

void
exempt_apply(struct audit *audit)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        if (!scope_is_tenant(relation) || relation->rls_is_enabled || relation->parent_count)
            continue;
        const char *reason = exempt_reason(relation->comment, NO_RLS, audit->arena);
        tell(audit, relation, reason);
        if (reason)
            waive(audit, relation, reason);
    }
}
