#include "catalogue/complete.h"

#include <string.h>

#include "base/buffer.h"
#include "catalogue/shape.h"

static const char schema_query[] =
    "select coalesce(pg_catalog.has_schema_privilege("
    "pg_catalog.to_regnamespace('tenantry')::pg_catalog.oid, 'usage'), false)";

static bool
has_column(const char *columns, const char *name, size_t name_bytes)
{
    for (const char *at = columns; *at;) {
        if (strncmp(at, name, name_bytes) == 0 && at[name_bytes] == ' ')
            return true;

        const char *end = strstr(at, ", ");
        at = end ? end + 2 : at + strlen(at);
    }
    return false;
}

static void
add(struct buffer *missing, const char *what, size_t bytes)
{
    if (missing->length > 0)
        BUFFER_LITERAL(missing, ", ");
    buffer_append(missing, what, bytes);
}

/* Columns that are not there, of a relation that is. */
static void
compare_columns(const struct tn_manifest_relation *relation, const struct relation_shape *shape,
    struct arena *arena, struct buffer *missing)
{
    for (const char *at = relation->columns; *at;) {
        const size_t bytes = strcspn(at, " ");
        if (!has_column(shape->columns, at, bytes)) {
            const char *name = arena_printf(arena, "%s.%.*s", relation->name, (int)bytes, at);
            add(missing, name, strlen(name));
        }
        const char *end = strstr(at, ", ");
        at = end ? end + 2 : at + strlen(at);
    }
}

/* Does the role come to the functions? */
static bool
check_schema(struct direct *direct, struct buffer *missing, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct, schema_query, 0, NULL, &result, error))
        return false;

    size_t bytes;
    if (*result_value(result, 0, 0, &bytes) != 't')
        add(missing, "schema tenantry", strlen("schema tenantry"));
    result_free(result);
    return true;
}

bool
complete_check(struct direct *direct, const struct tn_manifest *manifest, struct arena *arena,
    const char **ret_missing, struct tn_error *error)
{
    const struct relation_shape *shapes;
    size_t shape_count;
    struct buffer missing;
    struct buffer missing_columns;
    buffer_init(&missing, arena, 256);
    buffer_init(&missing_columns, arena, 256);
    if (!shape_read(direct, manifest, arena, &shapes, &shape_count, error))
        return false;

    for (size_t i = 0; i < manifest->relation_count; i++) {
        const struct tn_manifest_relation *relation = &manifest->relations[i];
        const struct relation_shape *shape = shape_find(shapes, shape_count, relation->name);
        if (!shape || !shape->is_readable)
            add(&missing, relation->name, strlen(relation->name));
        if (shape)
            compare_columns(relation, shape, arena, &missing_columns);
    }
    if (!check_schema(direct, &missing, error))
        return false;

    if (missing_columns.length > 0)
        add(&missing, missing_columns.data, missing_columns.length);
    *ret_missing = missing.length ? missing.data : NULL;
    return true;
}
