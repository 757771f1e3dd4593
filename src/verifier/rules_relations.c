#include "verifier/rules_relations.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

void
view_report(const struct view_of *view, enum audit_kind kind, const char *other, const char *more,
    const char *statement)
{
    audit_add(&view->audit->findings, &(struct audit_report){ .kind = kind,
                                          .object = view->relation->quoted,
                                          .role = view->role->quoted,
                                          .other = other,
                                          .more = more,
                                          .statement = statement });
}

static bool
has_index(const struct relation *relation, const struct column *column)
{
    for (size_t i = 0; i < relation->index_count; i++)
        if (relation->indexes[i].key_count && relation->indexes[i].keys[0] == column->number &&
            !*relation->indexes[i].predicate)
            return true;
    return false;
}

/* For a table without a tenant column: that its parent's row can be seen, which the parent's own
 * policy decides. */
static const char *
parent_predicate(const struct audit *audit, const struct relation *relation)
{
    for (size_t c = 0; c < relation->constraint_count; c++) {
        const struct constraint *constraint = &relation->constraints[c];
        const struct relation *parent =
            constraint->kind == 'f' ? inventory_relation(&audit->inventory, constraint->references)
                                    : NULL;
        if (!parent || parent == relation || !scope_is_tenant(parent))
            continue;

        struct buffer out;
        buffer_init(&out, audit->arena, 256);
        buffer_printf(&out, "exists (select from %s parent where ", parent->quoted);
        for (size_t k = 0; k < constraint->key_count; k++) {
            const struct column *own = relation_column(relation, constraint->keys[k]);
            const struct column *theirs = relation_column(parent, constraint->referenced[k]);
            buffer_printf(&out, "%sparent.%s = %s.%s", k ? " and " : "", theirs->quoted,
                text_identifier(relation->name, audit->arena), own->quoted);
        }
        buffer_text(&out, ")");
        return out.data;
    }
    return NULL;
}

const char *
rules_mend_table(const struct audit *audit, const struct relation *relation)
{
    struct buffer out;
    buffer_init(&out, audit->arena, 512);
    const char *predicate = relation->tenant ? scope_predicate(audit, relation->tenant)
                                             : parent_predicate(audit, relation);
    if (!relation->rls_is_enabled || !relation->rls_is_forced)
        buffer_printf(&out,
            "ALTER TABLE %s ENABLE ROW LEVEL SECURITY; ALTER TABLE %s FORCE ROW LEVEL SECURITY",
            relation->quoted, relation->quoted);
    if (!predicate)
        return out.data;

    if (!relation->policy_count)
        buffer_printf(&out, "%sCREATE POLICY tenant_isolation ON %s USING (%s) WITH CHECK (%s)",
            out.length ? "; " : "", relation->quoted, predicate, predicate);
    if (relation->tenant && !has_index(relation, relation->tenant) && relation->kind != 'f')
        buffer_printf(
            &out, "; CREATE INDEX ON %s (%s)", relation->quoted, relation->tenant->quoted);
    return out.data;
}

const char *
view_set_role(const struct view_of *view)
{
    return arena_printf(view->audit->arena, "set role %s; ", view->role->quoted);
}

static const char *
read_all(const struct view_of *view)
{
    const char *verb = (view->may & MAY_SELECT)   ? "select * from %s"
                       : (view->may & MAY_UPDATE) ? "update %s set ..."
                       : (view->may & MAY_DELETE) ? "delete from %s"
                                                  : "insert into %s ...";
    struct buffer out;
    buffer_init(&out, view->audit->arena, 128);
    buffer_text(&out, view_set_role(view));
    const char *place = strstr(verb, "%s");
    buffer_append(&out, verb, (size_t)(place - verb));
    buffer_text(&out, view->relation->quoted);
    buffer_text(&out, place + 2);
    return out.data;
}

/* --- row-level security ---------------------------------------------------------------------- */

static void
check_enabled(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    const struct relation *top = scope_top(&view->audit->inventory, relation);
    const char *mend = rules_mend_table(view->audit, relation);
    if (view->role->is_superuser || !(view->may & MAY_DATA))
        return;

    if (top != relation && top->rls_is_enabled)
        view_report(view, AUDIT_CHILD_EXPOSED, top->quoted,
            access_revoke(
                &view->audit->inventory, view->role, relation, MAY_DATA, view->audit->arena),
            read_all(view));
    else if (!relation->tenant)
        view_report(view, AUDIT_INDIRECT, relation->indirect_why,
            *mend && (parent_predicate(view->audit, relation) || relation->policy_count)
                ? mend
                : access_revoke(
                      &view->audit->inventory, view->role, relation, MAY_DATA, view->audit->arena),
            read_all(view));
    else if (relation->policy_count)
        view_report(view, AUDIT_RLS_DISABLED_POLICIES, NULL, NULL, read_all(view));
    else
        view_report(view, AUDIT_RLS_DISABLED, NULL, mend, read_all(view));
}

static void
check_owner(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    const struct role *owner = inventory_role(&view->audit->inventory, relation->owner);
    if (!owner || view->role->is_superuser)
        return;

    const bool is_owner = role_has(view->role, owner->oid);
    if (relation->rls_is_enabled && !relation->rls_is_forced)
        view_report(view, is_owner ? AUDIT_RLS_NOT_FORCED : AUDIT_RLS_NOT_FORCED_OWNER,
            owner->quoted, NULL, read_all(view));
    if (view->role->oid == owner->oid)
        view_report(view, AUDIT_ROLE_OWNS, NULL, NULL,
            arena_printf(view->audit->arena, "%salter table %s disable row level security",
                view_set_role(view), relation->quoted));
}

static bool
policy_serves(const struct policy *policy, const struct role *role, unsigned may)
{
    if (!policy->is_permissive || !policy_applies(policy, role))
        return false;
    switch (policy->command) {
    case 'r':
        return may & MAY_SELECT;
    case 'a':
        return may & MAY_INSERT;
    case 'w':
        return may & MAY_UPDATE;
    case 'd':
        return may & MAY_DELETE;
    default:
        return may & MAY_DATA;
    }
}

static void
check_policies(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    if (!relation->rls_is_enabled || !(view->may & MAY_DATA) ||
        access_bypasses(view->role, relation))
        return;

    /* That one of several roles is let in nowhere may be meant so. */
    for (size_t r = 0; r < view->audit->scope.role_count; r++)
        for (size_t i = 0; i < relation->policy_count; i++)
            if (policy_serves(&relation->policies[i], view->audit->scope.roles[r],
                    access_relation(
                        &view->audit->inventory, view->audit->scope.roles[r], relation)))
                return;

    const char *predicate = relation->tenant ? scope_predicate(view->audit, relation->tenant)
                                             : parent_predicate(view->audit, relation);
    view_report(view, AUDIT_NO_POLICY, predicate,
        predicate ? arena_printf(view->audit->arena,
                        "CREATE POLICY tenant_isolation ON %s USING (%s) WITH CHECK (%s)",
                        relation->quoted, predicate, predicate)
                  : arena_printf(view->audit->arena, "REVOKE ALL ON %s FROM %s", relation->quoted,
                        view->role->quoted),
        read_all(view));
}

/* --- privileges that policies do not hold ---------------------------------------------------- */

/* All of the application's ways to the privilege in one list, so that one table is one finding. */
static const char *
grantees(const struct view_of *view, unsigned privilege)
{
    struct buffer out;
    const struct audit *audit = view->audit;
    buffer_init(&out, audit->arena, 64);
    if (!access_grantee(&audit->inventory, view->role, view->relation, privilege))
        return NULL;
    for (size_t r = 0; r < audit->scope.role_count && out.length < 512; r++) {
        const struct role *role = audit->scope.roles[r];
        const char *grantee =
            role->is_superuser ? NULL
                               : access_grantee(&audit->inventory, role, view->relation, privilege);
        if (grantee && !text_has_word(out.data, grantee))
            buffer_printf(&out, "%s%s", out.length ? ", " : "", grantee);
    }
    return out.data;
}

static void
check_privileges(const struct view_of *view)
{
    const struct inventory *inventory = &view->audit->inventory;
    const char *truncate = grantees(view, MAY_TRUNCATE);
    const char *trigger = grantees(view, MAY_TRIGGER);
    const char *references = grantees(view, MAY_REFERENCE);
    struct arena *arena = view->audit->arena;
    if (view->role->is_superuser || !view->may)
        return;

    if (truncate)
        view_report(view, AUDIT_TRUNCATE_GRANTED, truncate, NULL,
            arena_printf(arena, "%struncate %s", view_set_role(view), view->relation->quoted));
    if (trigger && view->relation->kind != 'f')
        view_report(view, AUDIT_TRIGGER_GRANTED, trigger, NULL,
            arena_printf(arena,
                "%screate trigger t before insert on %s for each row execute function ...",
                view_set_role(view), view->relation->quoted));
    if (references && access_makes_tables(inventory, view->role))
        view_report(view, AUDIT_REFERENCES_GRANTED, references, NULL,
            arena_printf(arena, "%screate table mine (key %s references %s)", view_set_role(view),
                view->relation->column_count ? view->relation->columns[0].type : "uuid",
                view->relation->quoted));
}

/* --- the rest -------------------------------------------------------------------------------- */

static void
check_columns(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    const bool is_part = scope_top(&view->audit->inventory, relation) != relation;
    if (!(view->may & MAY_DATA))
        return;

    for (size_t c = 0; c < relation->column_count; c++) {
        const struct column *column = &relation->columns[c];
        if ((strcmp(column->base, "oid") == 0 || strcmp(column->base, "lo") == 0) &&
            view->role->reads_large_objects && !view->role->is_superuser)
            view_report(view, AUDIT_LARGE_OBJECT, column->quoted,
                arena_printf(view->audit->arena,
                    "ALTER TABLE %s ALTER COLUMN %s TYPE bytea USING lo_get(%s)", relation->quoted,
                    column->quoted, column->quoted),
                arena_printf(view->audit->arena, "%sselect lo_get(OID OF ANOTHER TENANT)",
                    view_set_role(view)));
    }
    if (!relation->tenant || is_part)
        return;

    if (!relation->tenant->is_not_null)
        view_report(view, AUDIT_TENANT_NULLABLE, relation->tenant->quoted, NULL, "");
    if (relation->kind != 'f' && !has_index(relation, relation->tenant))
        view_report(view, AUDIT_MISSING_INDEX, relation->tenant->quoted, NULL,
            arena_printf(view->audit->arena, "explain select * from %s", relation->quoted));
}

static void
check_publications(const struct view_of *view)
{
    for (size_t i = 0; i < view->relation->publication_count; i++)
        view_report(view, AUDIT_PUBLICATION, view->relation->publications[i],
            view->relation->tenant
                ? arena_printf(view->audit->arena,
                      "-- ALTER PUBLICATION %s DROP TABLE %s, or SET TABLE %s WHERE (%s = ...); "
                      "one FOR ALL TABLES or TABLES IN SCHEMA is made again, with a list",
                      view->relation->publications[i], view->relation->quoted,
                      view->relation->quoted, view->relation->tenant->quoted)
                : arena_printf(view->audit->arena, "-- ALTER PUBLICATION %s DROP TABLE %s",
                      view->relation->publications[i], view->relation->quoted),
            arena_printf(view->audit->arena, "create subscription ... publication %s",
                view->relation->publications[i]));
}

static void
check_relation(const struct view_of *view)
{
    if (view->relation->is_root && !view->relation->rls_is_enabled && (view->may & MAY_SELECT) &&
        !view->role->is_superuser)
        view_report(view, AUDIT_ROOT_OPEN, NULL,
            arena_printf(view->audit->arena, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY",
                view->relation->quoted),
            read_all(view));
    if (!scope_is_tenant(view->relation))
        return;

    if (!view->relation->rls_is_enabled)
        check_enabled(view);
    check_owner(view);
    check_policies(view);
    check_privileges(view);
    view_check_uniques(view);
    view_check_foreign_keys(view);
    check_columns(view);
    check_publications(view);
}

void
rules_relations(struct audit *audit)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        audit->table_count += scope_is_tenant(relation);
        for (size_t r = 0; r < audit->scope.role_count; r++)
            check_relation(&(struct view_of){ .audit = audit,
                .relation = relation,
                .role = audit->scope.roles[r],
                .may = access_relation(&audit->inventory, audit->scope.roles[r], relation) });
    }
}
