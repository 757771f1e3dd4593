#include "verifier/plant.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "verifier/attack.h"
#include "verifier/pattern.h"
#include "verifier/scope.h"
#include "verifier/text.h"

enum { TRIES_MAX = 60, ATTEMPTS_MAX = 12, PATTERN_TRIES = 4 };

static struct plant_table *
table_of(const struct plant *plant, const struct relation *relation)
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

/* --- one row --------------------------------------------------------------------------------- */

/* What a row is made of while it is tried. */
struct draft {
    struct plant *plant;
    const struct relation *relation;
    int tenant;
    bool is_spare;
    const char **values; /* NULL with `is_default`: the column's own default; else SQL NULL */
    bool *is_default;
    bool *is_fixed; /* tenant, person, reference: not varied */
    int *attempt;
};

static const struct constraint *
foreign_key_of(const struct relation *relation, const struct column *column, size_t *ret_position)
{
    for (size_t c = 0; c < relation->constraint_count; c++) {
        const struct constraint *constraint = &relation->constraints[c];
        for (size_t k = 0; constraint->kind == 'f' && k < constraint->key_count; k++) {
            if (constraint->keys[k] == column->number) {
                *ret_position = k;
                return constraint;
            }
        }
    }
    return NULL;
}

static bool
is_only_key(const struct relation *relation, const struct column *column)
{
    for (size_t i = 0; i < relation->index_count; i++)
        if (relation->indexes[i].is_unique && relation->indexes[i].key_count == 1 &&
            relation->indexes[i].keys[0] == column->number)
            return true;
    return false;
}

/* The list of tenants has the tenant's value as its key, the list of people the person's. */
static bool
is_referred_as(const struct plant *plant, const struct relation *relation,
    const struct column *column, bool by_person)
{
    const struct inventory *inventory = &plant->audit->inventory;
    for (size_t i = 0; i < inventory->relation_count; i++) {
        const struct relation *child = &inventory->relations[i];
        for (size_t c = 0; c < child->constraint_count; c++) {
            const struct constraint *constraint = &child->constraints[c];
            if (constraint->kind != 'f' || constraint->references != relation->oid ||
                constraint->key_count != 1 || constraint->referenced[0] != column->number)
                continue;
            const struct column *refers = relation_column(child, constraint->keys[0]);
            if (refers &&
                (by_person ? values_is_person(plant->audit, refers) : refers == child->tenant))
                return true;
        }
    }
    return false;
}

static const char *
value_at(const struct relation *relation, const struct plant_row *row, int number)
{
    for (size_t c = 0; row->values && c < relation->column_count; c++)
        if (relation->columns[c].number == number)
            return row->values[c];
    return NULL;
}

/* The value that the column takes whatever else happens; false: it is free. */
static bool
fixed_value(const struct draft *draft, const struct column *column, const char **ret_value)
{
    size_t position = 0;
    const struct plant *plant = draft->plant;
    const struct relation *relation = draft->relation;
    const struct constraint *key = foreign_key_of(relation, column, &position);
    const struct relation *parent =
        key ? inventory_relation(&plant->audit->inventory, key->references) : NULL;
    if (column == relation->tenant ||
        (relation->is_root && is_referred_as(plant, relation, column, false)) ||
        (!key && is_only_key(relation, column) && !draft->is_spare &&
            is_referred_as(plant, relation, column, true)) ||
        (!key && values_is_person(plant->audit, column) && !is_only_key(relation, column))) {
        *ret_value = values_tenant(plant->values, draft->tenant, column);
        return true;
    }
    if (!parent)
        return false;
    if (parent == relation) {
        *ret_value = NULL;
        return !column->is_not_null;
    }
    *ret_value =
        value_at(parent, &table_of(plant, parent)->first[draft->tenant], key->referenced[position]);
    return *ret_value != NULL || !column->is_not_null;
}

static bool
is_sequence(const struct column *column)
{
    return column->identity || text_matches(column->fallback, "nextval\\(");
}

/* Sequences do not roll back: their columns get values of ours. Other defaults are the
 * application's own and stay, but for plain words, which markers recognize better. */
static void
draft_column(struct draft *draft, size_t c)
{
    const struct column *column = &draft->relation->columns[c];
    const char *fixed = NULL;
    draft->is_default[c] = column->is_generated;
    if (column->is_generated)
        return;

    if (fixed_value(draft, column, &fixed)) {
        draft->values[c] = fixed;
        draft->is_fixed[c] = true;
    } else if (column->fallback && !is_sequence(column) && strcmp(column->base, "uuid") != 0) {
        draft->is_default[c] = true;
    } else {
        draft->values[c] = values_filler(
            draft->plant->values, draft->tenant, draft->relation, column, draft->attempt[c]);
    }
}

static void
draft_make(struct draft *draft)
{
    struct arena *arena = draft->plant->audit->arena;
    const size_t count = draft->relation->column_count;
    draft->values = ARENA_ARRAY(arena, count + 1, const char *);
    draft->is_default = ARENA_ARRAY(arena, count + 1, bool);
    draft->is_fixed = ARENA_ARRAY(arena, count + 1, bool);
    draft->attempt = ARENA_ARRAY(arena, count + 1, int);
    for (size_t c = 0; c < count; c++)
        draft_column(draft, c);
}

static const char *
insert_sql(const struct draft *draft, bool (*may_write)(void *, const struct column *),
    void *context, bool returns)
{
    struct buffer columns;
    struct buffer values;
    struct buffer returned;
    bool overrides = false;
    struct arena *arena = draft->plant->audit->arena;
    const struct relation *relation = draft->relation;
    buffer_init(&columns, arena, 256);
    buffer_init(&values, arena, 256);
    buffer_init(&returned, arena, 256);
    for (size_t c = 0; c < relation->column_count; c++) {
        const struct column *column = &relation->columns[c];
        buffer_printf(&returned, "%s%s::text", c ? ", " : "", column->quoted);
        if (draft->is_default[c] || (may_write && !may_write(context, column)))
            continue;
        overrides |= column->identity == 'a';
        buffer_printf(&columns, "%s%s", columns.length ? ", " : "", column->quoted);
        buffer_printf(&values, "%s%s", values.length ? ", " : "",
            draft->values[c] ? text_literal(draft->values[c], arena) : "null");
    }
    return arena_printf(arena, "insert into %s (%s)%s values (%s)%s%s", relation->quoted,
        columns.data, overrides ? " overriding system value" : "", values.data,
        returns ? " returning " : "", returns ? returned.data : "");
}

/* --- when it is refused ---------------------------------------------------------------------- */

static bool
vary(struct draft *draft, size_t c)
{
    const struct column *column = &draft->relation->columns[c];
    if (draft->is_fixed[c] || column->is_generated || draft->attempt[c] >= ATTEMPTS_MAX)
        return false;
    draft->attempt[c]++;
    draft->is_default[c] = false;
    draft->values[c] = values_filler(
        draft->plant->values, draft->tenant, draft->relation, column, draft->attempt[c]);
    /* The last resort of a column that may be empty. */
    if (draft->attempt[c] == ATTEMPTS_MAX - 1 && !column->is_not_null)
        draft->values[c] = NULL;
    return true;
}

/* A check names what it wants: each literal in it is tried for the columns that it names. */
static bool
vary_for_check(struct draft *draft, const char *definition, const char *deep, int try)
{
    const char *at = deep;
    const char *literals[16];
    size_t count = 0;
    struct arena *arena = draft->plant->audit->arena;
    while (count < COUNT_OF(literals) && (literals[count] = text_next(&at, "'([^']*)'", arena)))
        count++;
    at = deep;
    while (
        count < COUNT_OF(literals) &&
        (literals[count] = text_next(&at, "[<>=(,][[:space:]]*\\(?(-?[0-9]+(\\.[0-9]+)?)", arena)))
        count++;

    at = deep;
    const char *expression =
        text_next(&at, "~\\*?[[:space:]]*\\(?'([^']+)'", draft->plant->audit->arena);
    bool varied = false;
    for (size_t c = 0; c < draft->relation->column_count; c++) {
        const struct column *column = &draft->relation->columns[c];
        if (!text_has_word(definition, column->name) || draft->is_fixed[c] || column->is_generated)
            continue;
        const char *sample =
            expression && column->category == 'S'
                ? pattern_sample(expression, draft->plant->values->counter++, arena)
                : NULL;
        if (sample && try < PATTERN_TRIES) {
            draft->values[c] = sample;
            draft->is_default[c] = false;
            varied = true;
        } else if ((size_t)try < count && column->category != 'B') {
            draft->values[c] = literals[try];
            draft->is_default[c] = false;
            varied = true;
        } else {
            varied |= vary(draft, c);
        }
    }
    return varied;
}

static const struct constraint *
constraint_named(const struct relation *relation, const char *name)
{
    for (size_t c = 0; c < relation->constraint_count; c++)
        if (strcmp(relation->constraints[c].name, name) == 0)
            return &relation->constraints[c];
    return NULL;
}

static bool
vary_for_domain(struct draft *draft, const char *message, int try)
{
    bool varied = false;
    for (size_t c = 0; c < draft->relation->column_count; c++) {
        const struct column *column = &draft->relation->columns[c];
        if (column->domain_checks && *column->domain_checks && !draft->is_fixed[c] &&
            strstr(message, text_tail(column->type))) {
            const char *at = column->domain_checks;
            const char *literal = NULL;
            for (int i = 0; i <= try; i++)
                literal = text_next(&at, "'([^']*)'", draft->plant->audit->arena);
            if (literal) {
                draft->values[c] = literal;
                draft->is_default[c] = false;
                varied = true;
            } else {
                varied |= vary(draft, c);
            }
        }
    }
    return varied;
}

/* The column whose name stands in the message in quotes. */
static bool
vary_named(struct draft *draft, const char *message)
{
    for (size_t c = 0; c < draft->relation->column_count; c++) {
        const char *quoted =
            arena_printf(draft->plant->audit->arena, "\"%s\"", draft->relation->columns[c].name);
        if (strstr(message, quoted))
            return vary(draft, c);
    }
    return false;
}

static bool
vary_all(struct draft *draft)
{
    bool varied = false;
    for (size_t c = 0; c < draft->relation->column_count; c++)
        varied |= !draft->is_default[c] && vary(draft, c);
    return varied;
}

static bool
vary_keys(struct draft *draft, const struct outcome *outcome)
{
    bool varied = false;
    const struct relation *relation = draft->relation;
    for (size_t i = 0; i < relation->index_count; i++) {
        if (strcmp(relation->indexes[i].name, outcome->constraint) != 0)
            continue;
        for (size_t k = 0; k < relation->indexes[i].key_count; k++)
            for (size_t c = 0; c < relation->column_count; c++)
                if (relation->columns[c].number == relation->indexes[i].keys[k])
                    varied |= vary(draft, c);
    }
    return varied;
}

/* Change the draft so that it may be taken now; false: nothing is left to try. */
static bool
draft_change(struct draft *draft, const struct outcome *outcome, int try)
{
    const struct constraint *constraint = constraint_named(draft->relation, outcome->constraint);
    if (strcmp(outcome->sqlstate, "23514") == 0 && constraint)
        return vary_for_check(draft, constraint->definition,
            scope_deep_source(draft->plant->audit, constraint->definition), try);
    if (strcmp(outcome->sqlstate, "23514") == 0 && vary_for_domain(draft, outcome->message, try))
        return true;
    if (strcmp(outcome->sqlstate, "23505") == 0 || strcmp(outcome->sqlstate, "23P01") == 0)
        return vary_keys(draft, outcome);
    if (strcmp(outcome->sqlstate, "23502") == 0)
        return vary_named(draft, outcome->message);
    if (strcmp(outcome->sqlstate, "23503") == 0)
        return false;
    return strncmp(outcome->sqlstate, "22", 2) == 0 || strncmp(outcome->sqlstate, "23", 2) == 0
               ? vary_named(draft, outcome->message) || vary_all(draft)
               : false;
}

static const char *
adopt_sql(const struct draft *draft)
{
    struct buffer columns;
    const struct relation *relation = draft->relation;
    struct arena *arena = draft->plant->audit->arena;
    buffer_init(&columns, arena, 256);
    for (size_t c = 0; c < relation->column_count; c++)
        buffer_printf(&columns, "%s%s::text", c ? ", " : "", relation->columns[c].quoted);
    return arena_printf(arena, "select %s from %s where %s = %s limit 1", columns.data,
        relation->quoted, relation->tenant->quoted,
        text_literal(values_tenant(draft->plant->values, draft->tenant, relation->tenant), arena));
}

static bool
draft_plant(
    struct draft *draft, struct plant_row *row, const char **ret_reason, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct arena *arena = draft->plant->audit->arena;
    draft_make(draft);
    for (int try = 0; try < TRIES_MAX; try++) {
        if (!session_try(
                draft->plant->session, insert_sql(draft, NULL, NULL, true), &outcome, error))
            return false;
        if (outcome.succeeded || !draft_change(draft, &outcome, try))
            break;
    }
    /* A trigger of a parent has made it already. */
    if (strcmp(outcome.sqlstate, "23505") == 0 && draft->relation->tenant && !draft->is_spare &&
        !session_try(draft->plant->session, adopt_sql(draft), &outcome, error))
        return false;
    if (!outcome.succeeded || outcome.rows.count < 1) {
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
        if (is_referred_as(plant, relation, &relation->columns[c], true))
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
    /* A root's or a one-to-one row exists once. */
    return !table->first[tenant].values || table->relation->is_root ||
           draft_plant(&spare, &table->spare[tenant], &ignored, error);
}

static bool
plant_table(struct plant *plant, struct plant_table *table, struct tn_error *error)
{
    const char *reaches_out = attack_table_reaches_out(plant->audit, table->relation);
    const bool is_shared = is_reference(plant, table->relation);
    if (reaches_out && !plant->session->is_superuser) {
        table->reason = arena_printf(plant->audit->arena, "nothing was planted: %s", reaches_out);
        return true;
    }
    table->muted = reaches_out;
    plant->has_muted |= reaches_out != NULL;
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
        if ((table->muted && !session_run(plant->session,
                                 "SET LOCAL session_replication_role = replica", error)) ||
            !plant_tenant(plant, table, tenant, error) ||
            (table->muted &&
                !session_run(plant->session, "SET LOCAL session_replication_role = origin", error)))
            return false;
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
    const struct plant_table *table = table_of(plant, relation);
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
    return insert_sql(&draft, may_write, context, false);
}
