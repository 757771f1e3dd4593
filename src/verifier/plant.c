#include "verifier/plant.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/attack.h"
#include "verifier/plant_draft.h"
#include "verifier/scope.h"
#include "verifier/text.h"

enum { TRIES_MAX = 60 };

struct plant_table *
plant_table_of(const struct plant *plant, const struct relation *relation)
{
    return &plant->tables[relation - plant->audit->inventory.relations];
}

static bool
is_table(const struct relation *relation)
{
    return relation->kind == 'r' || relation->kind == 'p';
}

/* --- order ----------------------------------------------------------------------------------- */

/* Depth first along foreign keys; a circle is broken where it is met. */
static void
order_visit(struct plant *plant, size_t index, char *state)
{
    const struct relation *relation = &plant->audit->inventory.relations[index];
    if (state[index])
        return;
    state[index] = 1;
    for (size_t c = 0; c < relation->constraint_count; c++) {
        const struct constraint *constraint = &relation->constraints[c];
        const struct relation *parent =
            constraint->kind == 'f'
                ? inventory_relation(&plant->audit->inventory, constraint->references)
                : NULL;
        if (parent)
            order_visit(plant, (size_t)(parent - plant->audit->inventory.relations), state);
    }
    plant->order[plant->order_count++] = index;
}

/* What tenants' tables refer to has to be there too, whoever's it is. */
static void
order_make(struct plant *plant)
{
    const struct inventory *inventory = &plant->audit->inventory;
    char *state = arena_alloc(plant->audit->arena, inventory->relation_count + 1);
    plant->order = ARENA_ARRAY(plant->audit->arena, inventory->relation_count + 1, size_t);
    for (size_t i = 0; i < inventory->relation_count; i++) {
        const struct relation *relation = &inventory->relations[i];
        /* A partition is filled through its parent. */
        if (is_table(relation) && (scope_is_tenant(relation) || relation->is_root))
            order_visit(plant, i, state);
    }
}

/* --- planting --------------------------------------------------------------------------------- */

static const struct unique_index *
index_named(const struct relation *relation, const char *name)
{
    for (size_t i = 0; i < relation->index_count; i++)
        if (strcmp(relation->indexes[i].name, name) == 0)
            return &relation->indexes[i];
    return NULL;
}

/* Which row stood in the way: the tenant's, else the one with the key that was to be written. */
static const char *
adopt_where(const struct draft *draft, const char *constraint)
{
    struct buffer out;
    const struct relation *relation = draft->relation;
    struct arena *arena = draft->plant->audit->arena;
    const struct unique_index *key = index_named(relation, constraint);
    if (relation->tenant)
        return arena_printf(arena, "%s = %s", relation->tenant->quoted,
            text_literal(
                values_tenant(draft->plant->values, draft->tenant, relation->tenant), arena));

    buffer_init(&out, arena, 64);
    for (size_t k = 0; key && k < key->key_count; k++) {
        const struct column *column = relation_column(relation, key->keys[k]);
        const char *value = column ? draft->values[column - relation->columns] : NULL;
        if (!value)
            return NULL;
        buffer_printf(
            &out, "%s%s = %s", k ? " and " : "", column->quoted, text_literal(value, arena));
    }
    return out.length ? out.data : NULL;
}

static const char *
adopt_sql(const struct draft *draft, const char *where)
{
    struct buffer columns;
    const struct relation *relation = draft->relation;
    struct arena *arena = draft->plant->audit->arena;
    buffer_init(&columns, arena, 256);
    for (size_t c = 0; c < relation->column_count; c++)
        buffer_printf(&columns, "%s%s::text", c ? ", " : "", relation->columns[c].quoted);
    return arena_printf(
        arena, "select %s from %s where %s limit 1", columns.data, relation->quoted, where);
}

static bool
draft_insert(struct draft *draft, struct outcome *outcome, struct tn_error *error)
{
    draft_make(draft);
    for (int try = 0; try < TRIES_MAX; try++) {
        if (!session_try(
                draft->plant->session, draft_insert_sql(draft, NULL, NULL, true), outcome, error))
            return false;
        if (outcome->succeeded || !draft_change(draft, outcome, try))
            break;
    }
    return true;
}

/* On a clone, where its lock disturbs no one, a check that nothing met goes until the rollback:
 * what policies let through does not hang on it. `ret_again`: it is gone. */
static bool
drop_check(
    struct draft *draft, const struct outcome *refused, bool *ret_again, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct plant *plant = draft->plant;
    struct arena *arena = plant->audit->arena;
    *ret_again = false;
    if (refused->succeeded || !plant->may_alter || strcmp(refused->sqlstate, "23514") != 0 ||
        !*refused->constraint)
        return true;
    if (!session_try(plant->session,
            arena_printf(arena, "ALTER TABLE %s DROP CONSTRAINT %s", draft->relation->quoted,
                text_identifier(refused->constraint, arena)),
            &outcome, error))
        return false;
    if (outcome.succeeded)
        audit_note(&plant->audit->notes, arena,
            "planted in %s without its check %s, which nothing that was tried could meet",
            draft->relation->quoted, refused->constraint);
    *ret_again = outcome.succeeded;
    return true;
}

static bool
draft_plant(
    struct draft *draft, struct plant_row *row, const char **ret_reason, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct arena *arena = draft->plant->audit->arena;
    for (bool again = true; again;) {
        if (!draft_insert(draft, &outcome, error) || !drop_check(draft, &outcome, &again, error))
            return false;
    }
    /* A trigger of a parent has made it already. */
    const char *made = strcmp(outcome.sqlstate, "23505") == 0 && !draft->is_spare
                           ? adopt_where(draft, outcome.constraint)
                           : NULL;
    if (made && !session_try(draft->plant->session, adopt_sql(draft, made), &outcome, error))
        return false;
    if (!outcome.succeeded || outcome.rows.count < 1) {
        draft->lacks_parent = strcmp(outcome.sqlstate, "23503") == 0;
        *ret_reason = outcome.succeeded ? "no row was written: a trigger or rule swallowed it"
                                        : arena_printf(arena, "no row of it could be made: %s (%s)",
                                              outcome.message, outcome.sqlstate);
        return true;
    }
    row->values = ARENA_ARRAY(arena, draft->relation->column_count + 1, const char *);
    for (size_t c = 0; c < draft->relation->column_count; c++)
        row->values[c] = rows_text(&outcome.rows, (int)c);
    return true;
}

/* --- tables ---------------------------------------------------------------------------------- */

/* Reference data that is there already serves as it is. */
static bool
borrow(struct plant *plant, struct plant_table *table, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct buffer columns;
    const struct relation *relation = table->relation;
    buffer_init(&columns, plant->audit->arena, 256);
    for (size_t c = 0; c < relation->column_count; c++)
        buffer_printf(&columns, "%s%s::text", c ? ", " : "", relation->columns[c].quoted);
    if (!session_try(plant->session,
            arena_printf(
                plant->audit->arena, "select %s from %s limit 1", columns.data, relation->quoted),
            &outcome, error))
        return false;
    if (!outcome.succeeded || !outcome.rows.count)
        return true;

    const char **values =
        ARENA_ARRAY(plant->audit->arena, relation->column_count + 1, const char *);
    for (size_t c = 0; c < relation->column_count; c++)
        values[c] = rows_text(&outcome.rows, (int)c);
    for (int tenant = 0; tenant < TENANT_COUNT; tenant++)
        table->first[tenant].values = values;
    return true;
}

static bool
is_reference(const struct plant *plant, const struct relation *relation)
{
    if (scope_is_tenant(relation) || relation->is_root)
        return false;
    for (size_t c = 0; c < relation->column_count; c++)
        if (plant_is_referred_as(plant, relation, &relation->columns[c], true))
            return false;
    return true;
}

static bool
plant_tenant(struct plant *plant, struct plant_table *table, int tenant, struct tn_error *error)
{
    const char *ignored = NULL;
    struct draft draft = { .plant = plant, .relation = table->relation, .tenant = tenant };
    struct draft spare = draft;
    spare.is_spare = true;
    AUTO_OUTCOME outcome = { 0 };
    if (plant->sets_tenant &&
        !session_try(
            plant->session, values_set(plant->values, plant->audit, tenant, true), &outcome, error))
        return false;
    if (!draft_plant(&draft, &table->first[tenant], &table->reason, error))
        return false;
    table->lacks_parent = draft.lacks_parent;
    /* A root's or a one-to-one row exists once. */
    return !table->first[tenant].values || table->relation->is_root ||
           draft_plant(&spare, &table->spare[tenant], &ignored, error);
}

/* Without triggers and foreign keys. */
static bool
plant_quietly(struct plant *plant, struct plant_table *table, int tenant, struct tn_error *error)
{
    return session_run(plant->session, "SET LOCAL session_replication_role = replica", error) &&
           plant_tenant(plant, table, tenant, error) &&
           session_run(plant->session, "SET LOCAL session_replication_role = origin", error);
}

/* A trigger may want rows of reference data that nobody can guess, and so may a foreign key. What
 * only serves as a parent is made without it at once; a tenant's table when the tenant that its
 * triggers may ask for is set.
 */
static bool
may_be_quiet(const struct plant *plant, const struct plant_table *table)
{
    return plant->session->is_superuser &&
           (table->relation->trigger_count || table->lacks_parent) &&
           (!scope_is_tenant(table->relation) || plant->sets_tenant);
}

static bool
plant_table(struct plant *plant, struct plant_table *table, struct tn_error *error)
{
    bool is_stubborn;
    const bool is_shared = is_reference(plant, table->relation);
    table->muted = attack_table_reaches_out(plant->audit, table->relation, &is_stubborn);
    plant->has_muted |= table->muted != NULL;
    if (table->muted && (is_stubborn || !plant->session->is_superuser)) {
        table->reason = arena_printf(plant->audit->arena, "nothing was planted: %s", table->muted);
        return true;
    }
    if (is_shared && !borrow(plant, table, error))
        return false;
    if (is_shared && table->first[TENANT_A].values)
        return true;

    for (int tenant = 0; tenant < TENANT_COUNT; tenant++) {
        if (table->first[tenant].values)
            continue;
        if (is_shared && tenant > 0) {
            table->first[tenant] = table->first[TENANT_A];
            continue;
        }
        /* C differs from A in letters' case only. */
        if (tenant == TENANT_C &&
            (!table->relation->tenant || !values_tells_case(table->relation->tenant)) &&
            !table->relation->is_root)
            continue;
        if (!(table->muted ? plant_quietly(plant, table, tenant, error)
                           : plant_tenant(plant, table, tenant, error)))
            return false;
        if (table->first[tenant].values || table->muted || !may_be_quiet(plant, table))
            continue;
        if (!plant_quietly(plant, table, tenant, error))
            return false;
        if (table->first[tenant].values && tenant == TENANT_A)
            audit_note(&plant->audit->notes, plant->audit->arena,
                "the rows of %s were made without its triggers and foreign keys, which refused "
                "them: %s",
                table->relation->quoted, table->reason);
    }
    table->is_planted = table->first[TENANT_A].values && table->first[TENANT_B].values;
    return true;
}

bool
plant_missing(struct plant *plant, struct tn_error *error)
{
    plant->sets_tenant = true;
    for (size_t i = 0; i < plant->order_count; i++) {
        struct plant_table *table = &plant->tables[plant->order[i]];
        if ((!table->first[TENANT_A].values || !table->first[TENANT_B].values) &&
            !plant_table(plant, table, error))
            return false;
    }
    return true;
}

bool
plant_all(struct plant *plant, struct tn_error *error)
{
    struct audit *audit = plant->audit;
    plant->tables =
        ARENA_ARRAY(audit->arena, audit->inventory.relation_count + 1, struct plant_table);
    for (size_t i = 0; i < audit->inventory.relation_count; i++)
        plant->tables[i].relation = &audit->inventory.relations[i];
    order_make(plant);
    for (size_t i = 0; i < plant->order_count; i++) {
        if (!plant_table(plant, &plant->tables[plant->order[i]], error))
            return false;
        if (audit->request->progress && i % 20 == 19)
            audit->request->progress("planting", i + 1, plant->order_count);
    }
    return true;
}

/* --- for attacks ----------------------------------------------------------------------------- */

const char *
plant_insert_sql(struct plant *plant, const struct relation *relation, int tenant,
    bool (*may_write)(void *context, const struct column *column), void *context,
    const char ***ret_values)
{
    struct draft draft = {
        .plant = plant, .relation = relation, .tenant = tenant, .is_spare = true
    };
    const struct plant_table *table = plant_table_of(plant, relation);
    draft_make(&draft);
    /* Checks were found out when the first row was planted: what it holds is taken, but for keys
     * and references. */
    for (size_t c = 0; c < relation->column_count && table->first[tenant].values; c++) {
        bool is_key = false;
        for (size_t i = 0; i < relation->index_count; i++)
            for (size_t k = 0; relation->indexes[i].is_unique && k < relation->indexes[i].key_count;
                 k++)
                is_key |= relation->indexes[i].keys[k] == relation->columns[c].number;
        if (!is_key && !draft.is_fixed[c] && !draft.is_default[c])
            draft.values[c] = table->first[tenant].values[c];
    }
    if (ret_values)
        *ret_values = draft.values;
    return draft_insert_sql(&draft, may_write, context, false);
}
