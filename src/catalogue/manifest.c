#include "catalogue/manifest.h"

#include <string.h>

#include "catalogue/shape.h"

/* Columns of a shape stand between ", ", which is in no type. */
struct column {
    const char *text;
    size_t bytes; /* 0: there are no more */
};

static struct column
column_first(const char *columns)
{
    const char *end = strstr(columns, ", ");
    return (struct column){ columns, end ? (size_t)(end - columns) : strlen(columns) };
}

static struct column
column_next(struct column column)
{
    const char *rest = column.text + column.bytes;
    return *rest ? column_first(rest + 2) : (struct column){ rest, 0 };
}

static bool
column_same(struct column one, struct column another)
{
    return one.bytes == another.bytes && strncmp(one.text, another.text, one.bytes) == 0;
}

static const char *
column_words(struct arena *arena, struct column column)
{
    return column.bytes ? arena_printf(arena, "\"%.*s\"", (int)column.bytes, column.text)
                        : "nothing";
}

/* The columns that an INSERT must name, as "|name|name|" for each relation. */
static bool
required_read(struct direct *direct, const char *relation, struct arena *arena,
    const char **ret_required, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "select coalesce(string_agg(attribute.attname, '|'), '')"
            " from pg_catalog.pg_attribute attribute"
            " join pg_catalog.pg_class class on class.oid = attribute.attrelid"
            " join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace"
            " where namespace.nspname || '.' || class.relname = $1 and attribute.attnum > 0"
            " and not attribute.attisdropped and attribute.attnotnull"
            " and not attribute.atthasdef and attribute.attidentity = ''",
            1, &relation, &result, error))
        return false;

    *ret_required = arena_printf(arena, "|%s|", result_text(result, 0, 0, arena));
    result_free(result);
    return true;
}

static bool
is_required(const char *required, struct column column, struct arena *arena)
{
    const char *space = memchr(column.text, ' ', column.bytes);
    const int length = space ? (int)(space - column.text) : (int)column.bytes;
    return strstr(required, arena_printf(arena, "|%.*s|", length, column.text)) != NULL;
}

/* NULL: nothing that would matter. */
static const char *
difference(const char *known, const char *found, const char *required, struct arena *arena)
{
    struct column wanted = column_first(known);
    struct column column = column_first(found);
    struct column added = { "", 0 };
    for (; column.bytes; column = column_next(column)) {
        if (wanted.bytes && column_same(wanted, column))
            wanted = column_next(wanted);
        else if (is_required(required, column, arena))
            return arena_printf(arena, "it has %s where the queries know %s",
                column_words(arena, column), column_words(arena, wanted));
        else if (!added.bytes)
            added = column;
    }
    if (!wanted.bytes)
        return NULL;
    if (column_same(added, wanted))
        return arena_printf(
            arena, "it has %s in another place than the queries know", column_words(arena, wanted));
    return arena_printf(arena, "it has %s where the queries know %s", column_words(arena, added),
        column_words(arena, wanted));
}

bool
manifest_compare(struct direct *direct, const struct tn_manifest *manifest, struct arena *arena,
    const struct manifest_difference **ret_differences, size_t *ret_count, struct tn_error *error)
{
    *ret_count = 0;
    const size_t known = manifest ? manifest->relation_count : 0;
    struct manifest_difference *differences = ARENA_ARRAY(arena, known, struct manifest_difference);
    *ret_differences = differences;
    const struct relation_shape *shapes = NULL;
    size_t shape_count = 0;
    if (!manifest)
        return true;
    if (!shape_read(direct, manifest, arena, &shapes, &shape_count, error))
        return false;

    for (size_t i = 0; i < known; i++) {
        const struct tn_manifest_relation *relation = &manifest->relations[i];
        const struct relation_shape *shape = shape_find(shapes, shape_count, relation->name);
        const char *words = shape ? NULL : "it is not there";
        const char *required = NULL;
        if (shape && strcmp(shape->columns, relation->columns) != 0) {
            if (!required_read(direct, relation->name, arena, &required, error))
                return false;
            words = difference(relation->columns, shape->columns, required, arena);
        }
        if (words)
            differences[(*ret_count)++] = (struct manifest_difference){ relation->name, words };
    }
    return true;
}
