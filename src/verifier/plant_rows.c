#include <string.h>

#include "base/buffer.h"
#include "verifier/plant.h"
#include "verifier/text.h"

static bool
compares(const struct column *column)
{
    return strcmp(column->base, "json") != 0 && strcmp(column->base, "xml") != 0 &&
           strcmp(column->base, "point") != 0 && strcmp(column->base, "polygon") != 0 &&
           column->category != 'G';
}

const char *
plant_where(const struct plant *plant, const struct relation *relation, const struct plant_row *row)
{
    struct buffer out;
    struct arena *arena = plant->audit->arena;
    const struct unique_index *key = NULL;
    buffer_init(&out, arena, 128);
    for (size_t i = 0; i < relation->index_count && !key; i++)
        key = relation->indexes[i].is_primary ? &relation->indexes[i] : NULL;
    for (size_t c = 0; c < relation->column_count; c++) {
        bool is_in = !key;
        for (size_t k = 0; key && k < key->key_count; k++)
            is_in |= key->keys[k] == relation->columns[c].number;
        if (is_in && row->values[c] && compares(&relation->columns[c]))
            buffer_printf(&out, "%s%s = %s", out.length ? " and " : "", relation->columns[c].quoted,
                text_literal(row->values[c], arena));
    }
    return out.length ? out.data : "true";
}

const struct planted_rows *
plant_rows(const struct plant *plant)
{
    const size_t count = plant->audit->inventory.relation_count;
    struct planted_rows *rows = ARENA_ARRAY(plant->audit->arena, count + 1, struct planted_rows);
    for (size_t i = 0; i < count; i++)
        for (int tenant = 0; tenant < TENANT_COUNT; tenant++)
            rows[i].rows[tenant] = plant->tables[i].first[tenant].values;
    return rows;
}
