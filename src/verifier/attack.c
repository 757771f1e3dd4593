#include "verifier/attack.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "verifier/rules.h"
#include "verifier/scope.h"
#include "verifier/text.h"

/* --- frames ---------------------------------------------------------------------------------- */

/* NULL: nothing is set. */
static const char *
setting_sql(const struct attack *attack, int tenant, bool is_local)
{
    if (tenant == TENANT_UNSET)
        return NULL;
    return tenant == TENANT_EMPTY ? values_set_empty(attack->audit, is_local)
                                  : values_set(attack->values, attack->audit, tenant, is_local);
}

bool
attack_begin(struct attack *attack, const struct role *role, int tenant, struct tn_error *error)
{
    struct audit *audit = attack->audit;
    const char *set = setting_sql(attack, tenant, true);
    audit->attack_count++;
    return session_run(attack->session,
        arena_printf(audit->arena, "SAVEPOINT attack; %s%s%s", set ? set : "", set ? "; " : "",
            session_become(attack->session, role, true)),
        error);
}

bool
attack_look(struct attack *attack, struct tn_error *error)
{
    return session_run(attack->session, session_become(attack->session, NULL, true), error);
}

bool
attack_end(struct attack *attack, struct tn_error *error)
{
    return session_run(attack->session, "ROLLBACK TO attack; RELEASE attack", error);
}

/* --- what happened --------------------------------------------------------------------------- */

static const char *
others_where(struct attack *attack, const struct relation *relation)
{
    struct buffer out;
    struct arena *arena = attack->audit->arena;
    const struct plant_table *table =
        &attack->plant->tables[relation - attack->audit->inventory.relations];
    buffer_init(&out, arena, 256);
    if (relation->tenant) {
        buffer_printf(&out, "%s::text in (%s, %s)", relation->tenant->quoted,
            text_literal(values_tenant(attack->values, TENANT_B, relation->tenant), arena),
            text_literal(values_tenant(attack->values, TENANT_C, relation->tenant), arena));
        return out.data;
    }
    if (!table->first[TENANT_B].values)
        return "false";
    buffer_printf(&out, "(%s)", plant_where(attack->plant, relation, &table->first[TENANT_B]));
    if (table->spare[TENANT_B].values)
        buffer_printf(
            &out, " or (%s)", plant_where(attack->plant, relation, &table->spare[TENANT_B]));
    return out.data;
}

bool
attack_fingerprint(struct attack *attack, const struct relation *const *relations, size_t count,
    const char **ret_fingerprint, struct tn_error *error)
{
    struct buffer sql;
    AUTO_OUTCOME outcome = { 0 };
    *ret_fingerprint = "";
    if (!count)
        return true;

    buffer_init(&sql, attack->audit->arena, 512);
    buffer_text(&sql, "select md5(concat(");
    for (size_t i = 0; i < count; i++)
        buffer_printf(&sql,
            "%s(select string_agg(row::text || row.tableoid || row.ctid, '' order by row.tableoid, "
            "row.ctid) from %s row where %s)",
            i ? ", " : "", relations[i]->quoted, others_where(attack, relations[i]));
    buffer_text(&sql, "))");
    /* Whom policies hold sees B's rows as B. */
    const bool is_held = !attack->session->sees_all;
    if ((is_held && !session_run(attack->session,
                        arena_printf(attack->audit->arena, "SAVEPOINT look; %s",
                            values_set(attack->values, attack->audit, TENANT_B, true)),
                        error)) ||
        !session_try(attack->session, sql.data, &outcome, error) ||
        (is_held && !session_run(attack->session, "ROLLBACK TO look; RELEASE look", error)))
        return false;
    if (outcome.succeeded)
        *ret_fingerprint = rows_text(&outcome.rows, 0);
    return true;
}

bool
attack_is_marked(const struct attack *attack, const char *text, const char *but_not)
{
    const struct values *values = attack->values;
    struct arena *arena = attack->audit->arena;
    const unsigned run = (unsigned)(values->run % 1000000);
    const unsigned head = (unsigned)(values->run >> 32);
    const char *const marks[] = {
        arena_printf(arena, "tv%06ub", run),
        arena_printf(arena, "TV%06uB", run),
        values->tenants[TENANT_B].uuid,
        values->tenants[TENANT_B].integer,
        values->tenants[TENANT_B].text,
        arena_printf(arena, "%08x-0002-4", head),
        arena_printf(arena, "tv%06uc", run),
        values->tenants[TENANT_C].uuid,
        values->tenants[TENANT_C].text,
        arena_printf(arena, "%08x-0003-4", head),
    };
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (strstr(text, marks[i]) && !(but_not && strstr(but_not, marks[i])))
            return true;
    return false;
}

/* --- findings -------------------------------------------------------------------------------- */

static void
show(struct attack *attack, struct audit_finding *finding, const char *statement)
{
    if (finding->proof == PROOF_ATTACK)
        return;
    attack->audit->findings.changes++;
    finding->proof = PROOF_ATTACK;
    finding->statement = statement;
}

bool
attack_confirm(
    struct attack *attack, const char *object, const enum audit_kind *kinds, const char *statement)
{
    for (; *kinds != AUDIT_KIND_COUNT; kinds++) {
        struct audit_finding *finding = audit_find(&attack->audit->findings, *kinds, object);
        if (!finding)
            continue;
        const char *about = finding->proof == PROOF_POLICY ? finding->about : NULL;
        show(attack, finding, statement);
        /* Another word for the same policy's fault. */
        for (kinds++; about && *kinds != AUDIT_KIND_COUNT; kinds++) {
            finding = audit_find(&attack->audit->findings, *kinds, object);
            if (finding && finding->proof == PROOF_POLICY && strcmp(finding->about, about) == 0 &&
                finding->kind != AUDIT_POLICY_FAIL_OPEN && finding->kind != AUDIT_BYPASS_SWITCH)
                show(attack, finding, statement);
        }
        return true;
    }
    return false;
}

const char *
attack_statement(struct attack *attack, const struct role *role, int tenant, const char *sql)
{
    struct audit *audit = attack->audit;
    const char *set = setting_sql(attack, tenant, false);
    return arena_printf(audit->arena, "set role %s; %s%s%s", role->quoted,
        set && strcmp(set, "select 1") != 0 ? set : "",
        set && strcmp(set, "select 1") != 0 ? "; " : "", sql);
}

struct suspicion *
attack_suspicion(struct attack *attack, enum audit_kind kind, const char *object, const char *about)
{
    for (size_t i = 0; i < attack->suspicion_count; i++) {
        struct suspicion *suspicion = &attack->suspicions[i];
        if (suspicion->kind == kind && strcmp(suspicion->object, object) == 0 &&
            (!about || strcmp(suspicion->about, about) == 0))
            return suspicion;
    }
    if (attack->suspicion_count == attack->suspicion_capacity) {
        const size_t capacity = attack->suspicion_capacity ? 2 * attack->suspicion_capacity : 32;
        struct suspicion *longer =
            ARENA_ARRAY(attack->audit->findings.arena, capacity, struct suspicion);
        if (attack->suspicion_count)
            memcpy(longer, attack->suspicions, attack->suspicion_count * sizeof *longer);
        attack->suspicions = longer;
        attack->suspicion_capacity = capacity;
    }
    struct suspicion *suspicion = &attack->suspicions[attack->suspicion_count++];
    *suspicion = (struct suspicion){ .kind = kind, .object = object, .about = about };
    return suspicion;
}

void
attack_clear(struct attack *attack)
{
    struct audit_list *findings = &attack->audit->findings;
    for (size_t i = 0; i < attack->suspicion_count; i++) {
        const struct suspicion *suspicion = &attack->suspicions[i];
        if (suspicion->shown || suspicion->unknown || !suspicion->refused)
            continue;
        for (size_t f = findings->count; f-- > 0;) {
            const struct audit_finding *finding = &findings->items[f];
            if (finding->kind == suspicion->kind && finding->object &&
                finding->proof != PROOF_ATTACK && strcmp(finding->object, suspicion->object) == 0 &&
                (!suspicion->about || strcmp(finding->about, suspicion->about) == 0))
                audit_remove(findings, finding);
        }
    }
}

/* --- what is better left alone --------------------------------------------------------------- */

static const struct {
    const char *pattern;
    const char *word;
} outward[] = {
    { "dblink", "dblink" },
    { "[^a-z_]http(_get|_post|_put|_delete|_head|_patch)?[[:space:]]*\\(", "http" },
    { "net\\.http_", "pg_net" },
    { "\\<copy\\>[^;]*\\<program\\>", "COPY PROGRAM" },
    { "\\<copy\\>[^;]*(to|from)[[:space:]]*'", "COPY to a file" },
    { "pg_read_(binary_)?file|pg_ls_dir|pg_file_write|lo_export|lo_import", "the server's files" },
    { "pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_promote", "other sessions" },
    { "pg_(try_)?advisory_lock", "advisory locks" },
    { "pg_sleep", "pg_sleep" },
    { "\\<lock[[:space:]]+table\\>", "LOCK TABLE" },
    { "aws_lambda|aws_s3|cron\\.schedule|pgmq\\.|supabase_functions", "a service" },
};

const char *
attack_reaches_out(const struct audit *audit, const struct function *function)
{
    static const char *const known[] = { "sql", "plpgsql", "internal" };
    bool is_known = function->is_extension;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        is_known |= strcmp(function->language, known[i]) == 0;
    if (!is_known)
        return function->language;

    const char *deep =
        scope_deep_source(audit, text_without_comments(function->source, audit->arena));
    for (size_t i = 0; i < COUNT_OF(outward); i++)
        if (text_matches(deep, outward[i].pattern))
            return outward[i].word;
    return NULL;
}

enum { TRIGGERS_DEPTH_MAX = 4 };

static const char *table_reaches_out(
    const struct audit *audit, const struct relation *relation, int depth, bool *ret_is_stubborn);

static const char *
trigger_reaches_out(const struct audit *audit, const struct trigger *trigger, int depth)
{
    const struct inventory *inventory = &audit->inventory;
    const struct function *function = inventory_function(inventory, trigger->function);
    const char *word = function ? attack_reaches_out(audit, function) : NULL;
    if (word)
        return arena_printf(audit->arena, "its trigger %s uses %s", trigger->quoted, word);
    if (!function)
        return NULL;

    const char *deep =
        scope_deep_source(audit, text_without_comments(function->source, audit->arena));
    for (size_t i = 0; i < inventory->relation_count; i++) {
        bool ignored = false;
        const struct relation *other = &inventory->relations[i];
        const char *why = other->trigger_count && text_has_word(deep, other->name)
                              ? table_reaches_out(audit, other, depth + 1, &ignored)
                              : NULL;
        if (why)
            return arena_printf(audit->arena, "its trigger %s names %s, of which %s",
                trigger->quoted, other->quoted, why);
    }
    return NULL;
}

static bool
is_part_of(const struct relation *relation, const struct relation *parent)
{
    for (size_t i = 0; i < relation->parent_count; i++)
        if (relation->parents[i] == parent->oid)
            return true;
    return false;
}

static const char *
table_reaches_out(
    const struct audit *audit, const struct relation *relation, int depth, bool *ret_is_stubborn)
{
    const char *found = NULL;
    if (depth > TRIGGERS_DEPTH_MAX)
        return NULL;
    for (size_t t = 0; t < relation->trigger_count; t++) {
        const char *why = trigger_reaches_out(audit, &relation->triggers[t], depth);
        *ret_is_stubborn |= why && relation->triggers[t].fires_as_replica;
        found = found ? found : why;
    }
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *part = &audit->inventory.relations[i];
        if (is_part_of(part, relation)) {
            const char *why = table_reaches_out(audit, part, depth + 1, ret_is_stubborn);
            found = found ? found : why;
        }
    }
    return found;
}

const char *
attack_table_reaches_out(
    const struct audit *audit, const struct relation *relation, bool *ret_is_stubborn)
{
    *ret_is_stubborn = false;
    return table_reaches_out(audit, relation, 0, ret_is_stubborn);
}
