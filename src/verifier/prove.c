#include "verifier/prove.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/alike.h"
#include "verifier/attack.h"
#include "verifier/control.h"
#include "verifier/scope.h"

enum { TABLES_A_QUERY = 200 };

/* What policies hide from the one who looks is there all the same, and only the place that it takes
 * up tells of it. So does the place of what was rolled back, by this program too: that little is
 * told apart by statistics, which count such rows as dead and none as alive. */
static const char hidden_sql[] =
    " or (pg_catalog.row_security_active(%u::oid) and pg_catalog.pg_relation_size(%u) > 0 and not"
    " (pg_catalog.pg_stat_get_live_tuples(%u) = 0 and pg_catalog.pg_stat_get_dead_tuples(%u) > 0 "
    "and"
    " exists (select from pg_catalog.pg_class where oid = %u and reltuples <= 0 and"
    " pg_catalog.pg_relation_size(oid) <= 65536)))";

bool
prove_is_empty(struct audit *audit, const char *url, const char **ret_name, struct tn_error *error)
{
    AUTO_SESSION session = { 0 };
    *ret_name = NULL;
    if (!session_open(audit, url, true, &session, error))
        return false;

    size_t next = 0;
    while (next < audit->inventory.relation_count && !*ret_name) {
        struct buffer sql;
        AUTO_OUTCOME outcome = { 0 };
        buffer_init(&sql, audit->arena, 4096);
        size_t taken = 0;
        for (; next < audit->inventory.relation_count && taken < TABLES_A_QUERY; next++) {
            const struct relation *relation = &audit->inventory.relations[next];
            if (!scope_is_tenant(relation) || relation->kind == 'f')
                continue;
            buffer_printf(&sql, "%sselect %zu where exists (select from %s)",
                taken++ ? " union all " : "", next, relation->quoted);
            if (!session.sees_all && relation->kind == 'r')
                buffer_printf(&sql, hidden_sql, relation->oid, relation->oid, relation->oid,
                    relation->oid, relation->oid);
        }
        if (!taken)
            break;
        if (!session_try(&session, sql.data, &outcome, error))
            return false;
        /* Whoever may not look does not know. */
        if (!outcome.succeeded)
            *ret_name = "a table that cannot be read";
        else if (outcome.rows.count)
            *ret_name = audit->inventory.relations[rows_integer(&outcome.rows, 0)].quoted;
    }
    return true;
}

/* --- what is attacked ------------------------------------------------------------------------ */

static void
progress(const struct audit *audit, const char *sentence, size_t done, size_t total)
{
    if (audit->request->progress)
        audit->request->progress(sentence, done, total);
}

/* What a raid says and hears is forgotten after it, unless a finding holds some of it: thousands of
 * tables are many words. */
struct scratch {
    struct attack *attack;
    struct arena *kept;
    struct arena *arena;
    size_t changes;
};

static void
scratch_use(struct scratch *scratch, struct arena *arena)
{
    scratch->attack->audit->arena = arena;
    scratch->attack->session->arena = arena;
    scratch->attack->values->arena = arena;
}

static void
scratch_begin(struct scratch *scratch)
{
    if (!scratch->arena)
        scratch->arena = arena_new(1 << 16);
    scratch->changes = scratch->attack->audit->findings.changes;
    scratch_use(scratch, scratch->arena);
}

/* An arena that a finding points into is the findings' from then on, and ends with the program. */
static void
scratch_end(struct scratch *scratch)
{
    scratch_use(scratch, scratch->kept);
    if (scratch->changes != scratch->attack->audit->findings.changes)
        scratch->arena = NULL;
    else
        arena_reset(scratch->arena);
}

static bool
raid_table(struct attack *attack, const struct role *role, struct plant_table *table, bool is_unset,
    struct scratch *scratch, struct tn_error *error)
{
    scratch_begin(scratch);
    const bool done = attack_table(attack, role, table, is_unset, NULL, error) &&
                      (is_unset || attack_keys(attack, role, table, error));
    scratch_end(scratch);
    return done;
}

static bool
raid_tables(struct attack *attack, bool is_unset, struct tn_error *error)
{
    struct audit *audit = attack->audit;
    struct scratch scratch = { .attack = attack, .kept = audit->arena };
    for (size_t r = 0; r < audit->scope.role_count; r++) {
        const struct role *role = audit->scope.roles[r];
        for (size_t i = 0; i < attack->plant->order_count && !role->is_superuser; i++) {
            struct plant_table *table = &attack->plant->tables[attack->plant->order[i]];
            if (!scope_is_tenant(table->relation) ||
                alike_is_done(audit->alike, r, table->relation) || role->is_out_of_reach ||
                (role->bypasses_rls && table->relation->rls_is_enabled))
                continue;
            if (!raid_table(attack, role, table, is_unset, &scratch, error))
                return false;
            if (i % 10 == 9)
                progress(audit, is_unset ? "reading without a tenant" : "attacking tables", i + 1,
                    attack->plant->order_count);
        }
    }
    arena_free(scratch.arena);
    return true;
}

static bool
raid_code(
    struct attack *attack, const struct role *role, struct scratch *scratch, struct tn_error *error)
{
    bool goes_on = true;
    const struct inventory *inventory = &attack->audit->inventory;
    for (size_t i = 0; i < inventory->relation_count && goes_on; i++) {
        const struct relation *relation = &inventory->relations[i];
        if (relation->kind != 'v' && relation->kind != 'm')
            continue;
        scratch_begin(scratch);
        goes_on = attack_view(attack, role, relation, error);
        scratch_end(scratch);
    }
    for (size_t i = 0; i < inventory->function_count && goes_on; i++) {
        scratch_begin(scratch);
        goes_on = attack_function(attack, role, &inventory->functions[i], error);
        scratch_end(scratch);
    }
    return goes_on;
}

static bool
raid_routines(struct attack *attack, struct tn_error *error)
{
    struct audit *audit = attack->audit;
    struct scratch scratch = { .attack = attack, .kept = audit->arena };
    size_t twins = 0;
    for (size_t r = 0; r < audit->scope.role_count; r++) {
        const struct role *role = audit->scope.roles[r];
        if (role->is_out_of_reach)
            continue;
        if (alike_is_twin(audit->alike, r)) {
            twins++;
            continue;
        }
        progress(audit, "attacking views and functions", r + 1, audit->scope.role_count);
        if ((!role->is_superuser && !raid_code(attack, role, &scratch, error)) ||
            !attack_privileges(attack, role, error))
            return false;
    }
    arena_free(scratch.arena);
    if (twins)
        audit_note(&audit->notes, audit->arena,
            "%zu of %zu roles have the privileges, policies and memberships of one before them: "
            "what that one was refused they are refused too",
            twins, audit->scope.role_count);
    return true;
}

/* --- planting -------------------------------------------------------------------------------- */

static void
leave_out(struct attack *attack)
{
    struct audit *audit = attack->audit;
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        struct plant_table *table = &attack->plant->tables[i];
        const struct relation *relation = table->relation;
        bool is_reached = false;
        for (size_t r = 0; r < audit->scope.role_count; r++)
            is_reached |= (access_relation(&audit->inventory, audit->scope.roles[r], relation) &
                              MAY_DATA) != 0;
        if (!scope_is_tenant(relation) || !is_reached)
            continue;
        if (table->muted && table->first[TENANT_A].values)
            audit_note(&audit->notes, audit->arena,
                "attacked with its triggers switched off: %s, since %s", relation->quoted,
                table->muted);
        if (table->first[TENANT_A].values && table->first[TENANT_B].values)
            audit->proven_count++;
        else
            audit_add_unproven(&audit->findings, relation->quoted, NULL,
                table->reason           ? table->reason
                : relation->kind == 'f' ? "a foreign table: nothing is planted in another server"
                                        : "nothing could be planted in it");
    }
}

/* A part is filled through its parent; where a row fell is asked of the row. */
static bool
judge_planted(struct attack *attack, struct tn_error *error)
{
    struct judge judge = { .audit = attack->audit,
        .session = attack->session,
        .values = attack->values,
        .planted = plant_rows(attack->plant),
        .setting_is_fresh = !attack->plant->sets_tenant };
    return session_run(attack->session, "SAVEPOINT judged", error) && judge_run(&judge, error) &&
           session_run(attack->session, "ROLLBACK TO judged; RELEASE judged", error);
}

static bool
attack_all(struct attack *attack, struct tn_error *error)
{
    /* Nobody has set the tenant yet; once somebody has, it is an empty string ever after. */
    if (!attack->plant->sets_tenant &&
        (!raid_tables(attack, true, error) || !plant_missing(attack->plant, error)))
        return false;
    leave_out(attack);
    return judge_planted(attack, error) && raid_tables(attack, false, error) &&
           raid_routines(attack, error);
}

/* An owner is held by forced policies like anybody else and could plant for nobody: on the clone,
 * where its locks disturb no one, its tables stop forcing until the rows are there. */
static bool
force_all(struct attack *attack, bool forces, bool *ret_done, struct tn_error *error)
{
    struct audit *audit = attack->audit;
    *ret_done = true;
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        AUTO_OUTCOME outcome = { 0 };
        const struct relation *relation = &audit->inventory.relations[i];
        if (!relation->rls_is_forced)
            continue;
        if (!session_try(attack->session,
                arena_printf(audit->arena, "ALTER TABLE %s %sFORCE ROW LEVEL SECURITY",
                    relation->quoted, forces ? "" : "NO "),
                &outcome, error))
            return false;
        *ret_done &= outcome.succeeded;
    }
    return true;
}

/* With a tenant set for each row, unless nothing holds the connection. */
static bool
plant(struct attack *attack, struct tn_error *error)
{
    bool is_free = attack->session->sees_all;
    bool is_forced = true;
    const bool stops = attack->is_clone && !is_free;
    if (stops && !force_all(attack, false, &is_free, error))
        return false;
    attack->plant->sets_tenant = !is_free;
    if (!plant_all(attack->plant, error) ||
        (stops && (!session_run(attack->session, "SET CONSTRAINTS ALL IMMEDIATE", error) ||
                      !force_all(attack, true, &is_forced, error))))
        return false;
    return is_forced || error_set(error, TN_INTERNAL,
                            "a table of the clone no longer forces row-level security");
}

bool
prove_run(struct audit *audit, struct values *values, const char *url, bool is_private,
    bool is_clone, struct tn_error *error)
{
    AUTO_SESSION session = { 0 };
    if (!session_open(audit, url, false, &session, error) || !session_run(&session, "BEGIN", error))
        return false;

    bool any;
    session.in_transaction = true;
    struct plant planted = {
        .audit = audit, .session = &session, .values = values, .may_alter = is_clone
    };
    struct attack attack = { .audit = audit,
        .session = &session,
        .values = values,
        .plant = &planted,
        .is_private = is_private,
        .is_clone = is_clone };
    progress(audit, "planting", 0, 0);
    if (!session_join_roles(&session, &any, error) || !plant(&attack, error))
        return false;
    if (!attack_all(&attack, error) || !control_run(&attack, error) ||
        !session_run(&session, "ROLLBACK", error) || !session_flush(&session, error))
        return false;

    session_close(&session);
    if (!attack_sessions(&attack, url, error))
        return false;

    attack_clear(&attack);
    audit->attacked = is_clone ? "on a clone" : "in place";
    return true;
}
