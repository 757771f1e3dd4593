#include "verifier/plant_draft.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/text.h"

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

bool
plant_is_referred_as(const struct plant *plant, const struct relation *relation,
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
    if (column == relation->tenant || column == relation->root_key ||
        (relation->is_root && plant_is_referred_as(plant, relation, column, false)) ||
        (!key && is_only_key(relation, column) && !draft->is_spare &&
            plant_is_referred_as(plant, relation, column, true)) ||
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
    *ret_value = value_at(
        parent, &plant_table_of(plant, parent)->first[draft->tenant], key->referenced[position]);
    return *ret_value != NULL || !column->is_not_null;
}

static bool
is_sequence(const struct column *column)
{
    return column->identity || text_matches(column->fallback, "nextval\\(");
}

/* A unique index WHERE deleted_at IS NULL is about rows that have none. */
static bool
index_wants_null(const struct draft *draft, const struct column *column)
{
    const char *phrase = arena_printf(draft->plant->audit->arena, "%s IS NULL", column->quoted);
    for (size_t i = 0; i < draft->relation->index_count && !column->is_not_null; i++)
        if (draft->relation->indexes[i].is_unique &&
            strstr(draft->relation->indexes[i].predicate, phrase))
            return true;
    return false;
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
    } else if (!index_wants_null(draft, column)) {
        draft->values[c] = values_filler(
            draft->plant->values, draft->tenant, draft->relation, column, draft->attempt[c]);
    }
}

void
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

const char *
draft_insert_sql(const struct draft *draft, bool (*may_write)(void *, const struct column *),
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
