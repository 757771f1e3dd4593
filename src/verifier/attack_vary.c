#include "verifier/attack.h"

#include "verifier/text.h"

enum { CANDIDATES_MAX = 12 };

/* The rows of every tenant, or views and functions that look for one tenant's would see none. */
static bool
set_column(struct attack *attack, const struct plant_table *table, const struct column *column,
    const char *value, struct tn_error *error)
{
    struct arena *arena = attack->audit->arena;
    for (int tenant = 0; tenant < TENANT_COUNT; tenant++) {
        const struct plant_row *rows[] = { &table->first[tenant], &table->spare[tenant] };
        for (size_t r = 0; r < COUNT_OF(rows); r++) {
            AUTO_OUTCOME outcome = { 0 };
            if (rows[r]->values &&
                !session_try(attack->session,
                    arena_printf(arena, "update %s set %s = %s where %s", table->relation->quoted,
                        column->quoted, value ? text_literal(value, arena) : "null",
                        plant_where(attack->plant, table->relation, rows[r])),
                    &outcome, error))
                return false;
        }
    }
    return true;
}

static bool
is_of_key(const struct relation *relation, const struct column *column)
{
    for (size_t i = 0; i < relation->index_count; i++)
        for (size_t k = 0; relation->indexes[i].is_unique && k < relation->indexes[i].key_count;
             k++)
            if (relation->indexes[i].keys[k] == column->number)
                return true;
    for (size_t c = 0; c < relation->constraint_count; c++)
        for (size_t k = 0;
             relation->constraints[c].kind == 'f' && k < relation->constraints[c].key_count; k++)
            if (relation->constraints[c].keys[k] == column->number)
                return true;
    return false;
}

bool
attack_vary(struct attack *attack, const struct relation *const *relations, size_t count,
    const char *text, size_t variant, struct tn_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const struct relation *relation = relations[i];
        const struct plant_table *table =
            &attack->plant->tables[relation - attack->audit->inventory.relations];
        for (size_t c = 0; c < relation->column_count; c++) {
            const char *found[CANDIDATES_MAX];
            const struct column *column = &relation->columns[c];
            if (column == relation->tenant || column->is_generated ||
                values_is_person(attack->audit, column) || is_of_key(relation, column) ||
                !text_has_word(text, column->name))
                continue;
            const size_t candidates =
                values_candidates(attack->audit, text, column, found, CANDIDATES_MAX);
            if (candidates &&
                !set_column(attack, table, column, found[variant % candidates], error))
                return false;
        }
    }
    return true;
}
