#include "verifier/attack.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

/* One table under attack by one role. */
struct raid {
    struct attack *attack;
    const struct role *role;
    const struct relation *relation;
    struct plant_table *table;
    unsigned may;
    int tenant; /* as whom; -1: nobody */
    unsigned caught;
    bool is_control;
    const char *before; /* the others' rows, whom every try leaves as they were; NULL: not asked */
};

static const enum audit_kind read_kinds[] = { AUDIT_RLS_DISABLED, AUDIT_RLS_DISABLED_POLICIES,
    AUDIT_RLS_NOT_FORCED, AUDIT_CHILD_EXPOSED, AUDIT_INDIRECT, AUDIT_POLICY_ALWAYS_TRUE,
    AUDIT_PERMISSIVE_OR, AUDIT_POLICY_NOT_TENANT, AUDIT_POLICY_FAIL_OPEN, AUDIT_BYPASS_SWITCH,
    AUDIT_KIND_COUNT };
static const enum audit_kind unset_kinds[] = { AUDIT_POLICY_FAIL_OPEN, AUDIT_RLS_DISABLED,
    AUDIT_RLS_DISABLED_POLICIES, AUDIT_RLS_NOT_FORCED, AUDIT_CHILD_EXPOSED, AUDIT_INDIRECT,
    AUDIT_POLICY_ALWAYS_TRUE, AUDIT_PERMISSIVE_OR, AUDIT_POLICY_NOT_TENANT, AUDIT_KIND_COUNT };
static const enum audit_kind insert_kinds[] = { AUDIT_WRITE_CHECK_OPEN, AUDIT_RLS_DISABLED,
    AUDIT_RLS_DISABLED_POLICIES, AUDIT_RLS_NOT_FORCED, AUDIT_CHILD_EXPOSED, AUDIT_INDIRECT,
    AUDIT_POLICY_ALWAYS_TRUE, AUDIT_PERMISSIVE_OR, AUDIT_POLICY_NOT_TENANT, AUDIT_POLICY_FAIL_OPEN,
    AUDIT_KIND_COUNT };
static const enum audit_kind move_kinds[] = { AUDIT_TENANT_COLUMN_MUTABLE, AUDIT_RLS_DISABLED,
    AUDIT_RLS_DISABLED_POLICIES, AUDIT_RLS_NOT_FORCED, AUDIT_CHILD_EXPOSED, AUDIT_INDIRECT,
    AUDIT_POLICY_ALWAYS_TRUE, AUDIT_PERMISSIVE_OR, AUDIT_POLICY_NOT_TENANT, AUDIT_KIND_COUNT };

static bool
may_column(const struct raid *raid, const struct column *column, unsigned privilege)
{
    return access_column(&raid->attack->audit->inventory, raid->role, raid->relation, column) &
           privilege;
}

static bool
may_insert_column(void *context, const struct column *column)
{
    return may_column(context, column, MAY_INSERT);
}

/* By the columns that the role may read; NULL: none of them tells the row. */
static const char *
where_row(const struct raid *raid, const struct plant_row *row)
{
    struct buffer out;
    struct arena *arena = raid->attack->audit->arena;
    buffer_init(&out, arena, 256);
    if (!row->values)
        return NULL;
    for (size_t c = 0; c < raid->relation->column_count; c++) {
        const struct column *column = &raid->relation->columns[c];
        const bool tells = column == raid->relation->tenant || column->category == 'S' ||
                           strcmp(column->base, "uuid") == 0 || column->category == 'N';
        if (row->values[c] && tells && column->type_kind != 'e' &&
            strncmp(column->base, "reg", 3) != 0 && may_column(raid, column, MAY_SELECT) &&
            strcmp(column->base, "float4") != 0)
            buffer_printf(&out, "%s%s = %s", out.length ? " and " : "", column->quoted,
                text_literal(row->values[c], arena));
    }
    return out.length ? out.data : NULL;
}

static const char *
readable_columns(const struct raid *raid)
{
    struct buffer out;
    buffer_init(&out, raid->attack->audit->arena, 128);
    for (size_t c = 0; c < raid->relation->column_count; c++)
        if (may_column(raid, &raid->relation->columns[c], MAY_SELECT))
            buffer_printf(&out, "%s%s", out.length ? ", " : "", raid->relation->columns[c].quoted);
    return out.length ? out.data : "1";
}

/* --- what got through ------------------------------------------------------------------------ */

static void
caught(struct raid *raid, const enum audit_kind *kinds, enum audit_kind otherwise, const char *sql)
{
    struct audit *audit = raid->attack->audit;
    const struct relation *relation = raid->relation;
    const char *statement = attack_statement(raid->attack, raid->role, raid->tenant, sql);
    raid->caught++;
    if (raid->is_control || attack_confirm(raid->attack, relation->quoted, kinds, statement))
        return;

    const struct relation *top = scope_top(&audit->inventory, relation);
    const enum audit_kind kind = !relation->tenant ? AUDIT_INDIRECT
                                 : top != relation ? AUDIT_CHILD_EXPOSED
                                                   : otherwise;
    audit_add(&audit->findings,
        &(struct audit_report){ .kind = kind,
            .object = relation->quoted,
            .role = raid->role->quoted,
            .other = kind == AUDIT_INDIRECT        ? relation->indirect_why
                     : kind == AUDIT_CHILD_EXPOSED ? top->quoted
                     : kind == AUDIT_TENANT_COLUMN_MUTABLE || kind == AUDIT_WRITE_CHECK_OPEN
                         ? "a policy of the table"
                         : "of the table",
            .more = arena_printf(audit->arena,
                "REVOKE ALL ON %s FROM %s -- until a policy ties %s to the tenant",
                relation->quoted, raid->role->quoted,
                relation->tenant ? relation->tenant->quoted : "its parent"),
            .statement = statement,
            .proof = PROOF_ATTACK });
}

static bool
read_rows(struct raid *raid, const char *sql, bool *ret_got, struct outcome *outcome,
    struct tn_error *error)
{
    if (!session_try(raid->attack->session, sql, outcome, error))
        return false;
    *ret_got = outcome->succeeded && outcome->rows.count > 0;
    return true;
}

/* --- reading --------------------------------------------------------------------------------- */

/* Where everything is denied to the role, nothing of its own is seen either. */
static bool
has_policy(const struct raid *raid)
{
    if (access_bypasses(raid->role, raid->relation))
        return true;
    for (size_t p = 0; p < raid->relation->policy_count; p++) {
        const struct policy *policy = &raid->relation->policies[p];
        if (policy->is_permissive && (policy->command == '*' || policy->command == 'r') &&
            policy_applies(policy, raid->role))
            return true;
    }
    return false;
}

/* Without this the rest says nothing: A has to see its own row. */
static bool
check_own(struct raid *raid, bool *ret_works, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    const char *where = where_row(raid, &raid->table->first[TENANT_A]);
    *ret_works = true;
    if (!(raid->may & MAY_SELECT) || !where || (!raid->is_control && !has_policy(raid)))
        return true;

    const char *sql = arena_printf(raid->attack->audit->arena, "select %s from %s where %s",
        readable_columns(raid), raid->relation->quoted, where);
    if (!attack_begin(raid->attack, raid->role, TENANT_A, error) ||
        !read_rows(raid, sql, ret_works, &outcome, error) || !attack_end(raid->attack, error))
        return false;
    if (!*ret_works && !raid->is_control)
        audit_add_unproven(&raid->attack->audit->findings, raid->relation->quoted,
            raid->role->quoted,
            outcome.succeeded ? "the tenant that was planted does not see its own row: what others "
                                "see says little"
                              : arena_printf(raid->attack->audit->arena,
                                    "reading one's own row fails: %s", outcome.message));
    return true;
}

static bool
read_one(struct raid *raid, const struct plant_row *row, struct tn_error *error)
{
    bool got = false;
    AUTO_OUTCOME outcome = { 0 };
    struct arena *arena = raid->attack->audit->arena;
    const char *where = where_row(raid, row);
    if (!where)
        return true;

    const char *sql = arena_printf(
        arena, "select %s from %s where %s", readable_columns(raid), raid->relation->quoted, where);
    if (!attack_begin(raid->attack, raid->role, raid->tenant, error) ||
        !read_rows(raid, sql, &got, &outcome, error))
        return false;
    if (!got && raid->tenant != TENANT_EMPTY) {
        const char *cursor = arena_printf(arena, "declare tenantry_cursor cursor for %s", sql);
        if (!session_try(raid->attack->session, cursor, &outcome, error) ||
            (outcome.succeeded &&
                !read_rows(raid, "fetch all from tenantry_cursor", &got, &outcome, error)))
            return false;
        sql = got ? arena_printf(arena, "%s; fetch all from tenantry_cursor", cursor) : sql;
    }
    if (got)
        caught(raid, raid->tenant < 0 ? unset_kinds : read_kinds,
            raid->tenant < 0 ? AUDIT_POLICY_FAIL_OPEN : AUDIT_POLICY_NOT_TENANT, sql);
    return attack_end(raid->attack, error);
}

static bool
raid_read(struct raid *raid, struct tn_error *error)
{
    if (!(raid->may & MAY_SELECT))
        return true;
    for (int tenant = TENANT_A; tenant < TENANT_COUNT; tenant++)
        if (tenant != raid->tenant && raid->table->first[tenant].values &&
            (tenant != TENANT_A || raid->tenant >= 0) &&
            !read_one(raid, &raid->table->first[tenant], error))
            return false;
    return true;
}

/* --- writing --------------------------------------------------------------------------------- */

/* Run `sql` and see whether B's rows are what they were. `is_free` switches foreign keys and
 * triggers off. */
static bool
strike(struct raid *raid, const char *sql, bool is_free, struct outcome *outcome, bool *ret_changed,
    struct tn_error *error)
{
    const char *after;
    struct attack *attack = raid->attack;
    *ret_changed = false;
    if ((!raid->before && !attack_fingerprint(attack, &raid->relation, 1, &raid->before, error)) ||
        (is_free && !session_run(attack->session,
                        "SAVEPOINT free; SET LOCAL session_replication_role = replica", error)) ||
        !attack_begin(attack, raid->role, raid->tenant, error) ||
        !session_try(attack->session, sql, outcome, error))
        return false;
    if (outcome->succeeded && (!attack_look(attack, error) ||
                                  !attack_fingerprint(attack, &raid->relation, 1, &after, error)))
        return false;
    *ret_changed = outcome->succeeded && strcmp(raid->before, after) != 0;
    return attack_end(attack, error) &&
           (!is_free || session_run(attack->session, "ROLLBACK TO free; RELEASE free", error));
}

/* A cascade could reach a table whose triggers must not run. */
static bool
has_to_be_free(const struct raid *raid)
{
    return raid->attack->plant->has_muted && raid->attack->session->is_superuser;
}

static bool
strike_until_told(struct raid *raid, const char *sql, struct outcome *outcome, bool *ret_changed,
    struct tn_error *error)
{
    if (has_to_be_free(raid))
        return strike(raid, sql, true, outcome, ret_changed, error);
    if (!strike(raid, sql, false, outcome, ret_changed, error))
        return false;
    /* A foreign key stopped it, not a policy. */
    if (outcome->succeeded || strncmp(outcome->sqlstate, "23", 2) != 0 ||
        !raid->attack->session->is_superuser)
        return true;
    return strike(raid, sql, true, outcome, ret_changed, error);
}

/* "new row violates row-level security", as opposed to a privilege that is not there. */
static bool
is_policy(const struct outcome *outcome)
{
    return strcmp(outcome->sqlstate, "42501") == 0;
}

static bool
raid_insert(struct raid *raid, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    bool changed = false;
    const struct column *tenant = raid->relation->tenant;
    if (!(raid->may & MAY_INSERT) || (tenant && !may_column(raid, tenant, MAY_INSERT)))
        return true;

    const char *sql = plant_insert_sql(
        raid->attack->plant, raid->relation, TENANT_B, may_insert_column, raid, NULL);
    if (!strike_until_told(raid, sql, &outcome, &changed, error))
        return false;
    /* Without a tenant column the row is told by its parent; that it was taken says it all. */
    bool taken = changed || (outcome.succeeded && !tenant && outcome.affected > 0);
    /* Policies are asked before constraints, unless a trigger has made another row of it. */
    taken |= !outcome.succeeded && strncmp(outcome.sqlstate, "23", 2) == 0 &&
             !raid->relation->trigger_count;
    if (taken)
        caught(raid, insert_kinds, AUDIT_WRITE_CHECK_OPEN, sql);
    else if (!outcome.succeeded && !is_policy(&outcome) && !raid->is_control)
        audit_add_unproven(&raid->attack->audit->findings, raid->relation->quoted,
            raid->role->quoted,
            arena_printf(raid->attack->audit->arena,
                "inserting for another tenant ended with %s, so the policies were not the last "
                "word: %s",
                outcome.sqlstate, outcome.message));
    return true;
}

/* A column that may be set, and whose value nothing hangs on. */
static const struct column *
plain_column(const struct raid *raid)
{
    const struct column *key = NULL;
    for (size_t c = 0; c < raid->relation->column_count; c++) {
        const struct column *column = &raid->relation->columns[c];
        bool is_key = column == raid->relation->tenant;
        for (size_t i = 0; i < raid->relation->index_count; i++)
            for (size_t k = 0;
                 raid->relation->indexes[i].is_unique && k < raid->relation->indexes[i].key_count;
                 k++)
                is_key |= raid->relation->indexes[i].keys[k] == column->number;
        if (column->is_generated || column->identity == 'a' ||
            !may_column(raid, column, MAY_UPDATE))
            continue;
        if (!is_key)
            return column;
        key = column == raid->relation->tenant ? key : column;
    }
    return key;
}

static const char *
value_of(const struct relation *relation, const struct plant_row *row, const struct column *column,
    struct arena *arena)
{
    const char *value = row->values ? row->values[column - relation->columns] : NULL;
    return value ? text_literal(value, arena) : "null";
}

/* Private: bare, so that only the command's own policies are asked. Else only B's row is named, and
 * those for SELECT are asked too. */
static const char *
aimed(const struct raid *raid, const char *sql)
{
    if (raid->attack->is_private)
        return sql;
    const char *where = where_row(raid, &raid->table->first[TENANT_B]);
    return where ? arena_printf(raid->attack->audit->arena, "%s where %s", sql, where) : NULL;
}

static bool
raid_update(struct raid *raid, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    bool changed = false;
    struct arena *arena = raid->attack->audit->arena;
    const struct column *column = (raid->may & MAY_UPDATE) ? plain_column(raid) : NULL;
    if (!column)
        return true;

    const char *sql = aimed(
        raid, arena_printf(arena, "update %s set %s = %s", raid->relation->quoted, column->quoted,
                  value_of(raid->relation, &raid->table->first[TENANT_B], column, arena)));
    if (!sql || !strike_until_told(raid, sql, &outcome, &changed, error))
        return sql == NULL;
    if (changed)
        caught(raid, read_kinds, AUDIT_POLICY_NOT_TENANT, sql);
    return true;
}

static bool
raid_move(struct raid *raid, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    bool changed = false;
    struct arena *arena = raid->attack->audit->arena;
    const struct column *tenant = raid->relation->tenant;
    if (!tenant || !(raid->may & MAY_UPDATE) || !may_column(raid, tenant, MAY_UPDATE) ||
        raid->tenant < 0)
        return true;

    const char *sql = arena_printf(arena, "update %s set %s = %s", raid->relation->quoted,
        tenant->quoted, text_literal(values_tenant(raid->attack->values, TENANT_B, tenant), arena));
    const char *where = where_row(raid, &raid->table->first[TENANT_A]);
    if (!raid->attack->is_private)
        sql = where ? arena_printf(arena, "%s where %s", sql, where) : NULL;
    if (!sql || !strike_until_told(raid, sql, &outcome, &changed, error))
        return sql == NULL;
    if (changed)
        caught(raid, move_kinds, AUDIT_TENANT_COLUMN_MUTABLE, sql);
    return true;
}

static bool
raid_delete(struct raid *raid, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    bool changed = false;
    if (!(raid->may & MAY_DELETE))
        return true;

    const char *sql = aimed(
        raid, arena_printf(raid->attack->audit->arena, "delete from %s", raid->relation->quoted));
    if (!sql || !strike_until_told(raid, sql, &outcome, &changed, error))
        return sql == NULL;
    if (changed)
        caught(raid, read_kinds, AUDIT_POLICY_NOT_TENANT, sql);
    return true;
}

/* Take all rows for oneself: what a WITH CHECK that holds does not stop. */
static bool
raid_steal(struct raid *raid, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    bool changed = false;
    struct arena *arena = raid->attack->audit->arena;
    const struct column *tenant = raid->relation->tenant;
    if (!tenant || !(raid->may & MAY_UPDATE) || !may_column(raid, tenant, MAY_UPDATE))
        return true;

    const char *sql = aimed(
        raid, arena_printf(arena, "update %s set %s = %s", raid->relation->quoted, tenant->quoted,
                  text_literal(values_tenant(raid->attack->values, TENANT_A, tenant), arena)));
    if (!sql || !strike_until_told(raid, sql, &outcome, &changed, error))
        return sql == NULL;
    if (changed)
        caught(raid, read_kinds, AUDIT_POLICY_NOT_TENANT, sql);
    return true;
}

/* INSERT .. ON CONFLICT meets the hidden row: it may tell that it is there, and must not change it.
 */
static bool
raid_conflict(struct raid *raid, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    bool changed = false;
    struct arena *arena = raid->attack->audit->arena;
    const struct unique_index *key = NULL;
    const struct column *column = plain_column(raid);
    for (size_t i = 0; i < raid->relation->index_count && !key; i++)
        key = raid->relation->indexes[i].is_primary ? &raid->relation->indexes[i] : NULL;
    if (!key || !column || !(raid->may & MAY_INSERT) || !(raid->may & MAY_UPDATE) ||
        !(raid->may & MAY_SELECT))
        return true;

    struct buffer sql;
    buffer_init(&sql, arena, 256);
    buffer_printf(&sql, "%s",
        plant_insert_sql(
            raid->attack->plant, raid->relation, TENANT_A, may_insert_column, raid, NULL));
    buffer_text(&sql, " on conflict (");
    for (size_t k = 0; k < key->key_count; k++) {
        const struct column *part = relation_column(raid->relation, key->keys[k]);
        buffer_printf(&sql, "%s%s", k ? ", " : "", part ? part->quoted : "");
    }
    buffer_printf(&sql, ") do update set %s = excluded.%s", column->quoted, column->quoted);
    if (!strike(raid, sql.data, has_to_be_free(raid), &outcome, &changed, error))
        return false;
    if (changed)
        caught(raid, read_kinds, AUDIT_POLICY_NOT_TENANT, sql.data);
    return true;
}

/* --- all ------------------------------------------------------------------------------------- */

bool
attack_table(struct attack *attack, const struct role *role, struct plant_table *table,
    bool is_unset, unsigned *ret_caught, struct tn_error *error)
{
    bool own_works = true;
    struct raid raid = { .attack = attack,
        .role = role,
        .relation = table->relation,
        .table = table,
        .may = ret_caught ? MAY_DATA
                          : access_relation(&attack->audit->inventory, role, table->relation),
        .tenant = is_unset ? TENANT_UNSET : TENANT_A,
        .is_control = ret_caught != NULL };
    if (!table->first[TENANT_B].values || !(raid.may & MAY_DATA))
        return true;

    if ((!is_unset && !check_own(&raid, &own_works, error)) || !raid_read(&raid, error))
        return false;
    if (!is_unset && (!raid_insert(&raid, error) || !raid_update(&raid, error) ||
                         !raid_move(&raid, error) || !raid_steal(&raid, error) ||
                         !raid_delete(&raid, error) || !raid_conflict(&raid, error)))
        return false;

    /* Text tenants: the longer name may reach the shorter one. */
    if (!is_unset && table->relation->tenant && table->relation->tenant->category == 'S') {
        raid.tenant = TENANT_B;
        if (!raid_read(&raid, error))
            return false;
    }
    if (!is_unset && !raid.is_control) {
        raid.tenant = TENANT_EMPTY;
        if (!raid_read(&raid, error))
            return false;
    }
    if (ret_caught)
        *ret_caught = raid.caught;
    return true;
}
