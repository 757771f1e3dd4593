#include "catalogue/complete.h"

#include <string.h>

#include "base/buffer.h"
#include "catalogue/shape.h"

/* Of the relations $1, parted by commas, those that this role may not read; and the schema of our
 * functions if it may not use that. */
static const char not_granted[] =
    "select coalesce(string_agg(wanted, ', ' order by wanted), '')"
    " from (select wanted from unnest(string_to_array($1, ',')) wanted"
    "    where not exists (select from pg_catalog.pg_class class"
    "        join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace"
    "        where namespace.nspname || '.' || class.relname = wanted"
    "            and pg_catalog.has_any_column_privilege(class.oid, 'select'))"
    "    union all select 'schema tenantry'"
    "    where not exists (select from pg_catalog.pg_namespace where nspname = 'tenantry'"
    "        and pg_catalog.has_schema_privilege(oid, 'usage'))) missing (wanted)";

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
add(struct buffer *missing, const char *relation, const char *column, size_t column_bytes)
{
    buffer_printf(
        missing, "%s%s.%.*s", missing->length ? ", " : "", relation, (int)column_bytes, column);
}

/* Columns that are not there, of relations that are. */
static bool
compare_columns(struct direct *direct, const struct tn_manifest *manifest, struct arena *arena,
    struct buffer *missing, struct tn_error *error)
{
    const struct relation_shape *shapes;
    size_t shape_count;
    if (!shape_read(direct, arena, &shapes, &shape_count, error))
        return false;

    for (size_t i = 0; i < manifest->relation_count; i++) {
        const struct tn_manifest_relation *relation = &manifest->relations[i];
        const struct relation_shape *shape = shape_find(shapes, shape_count, relation->name);
        for (const char *at = relation->columns; shape && *at;) {
            const size_t name_bytes = strcspn(at, " ");
            if (!has_column(shape->columns, at, name_bytes))
                add(missing, relation->name, at, name_bytes);

            const char *end = strstr(at, ", ");
            at = end ? end + 2 : at + strlen(at);
        }
    }
    return true;
}

bool
complete_check(struct direct *direct, const struct tn_manifest *manifest, struct arena *arena,
    const char **ret_missing, struct tn_error *error)
{
    struct buffer names;
    struct buffer missing;
    buffer_init(&names, arena, 512);
    buffer_init(&missing, arena, 256);
    for (size_t i = 0; i < manifest->relation_count; i++)
        buffer_printf(&names, "%s%s", i ? "," : "", manifest->relations[i].name);

    const char *parameter = names.data;
    struct pg_result *result = NULL;
    if (!direct_query(direct, not_granted, 1, &parameter, &result, error))
        return false;

    buffer_text(&missing, result_text(result, 0, 0, arena));
    result_free(result);
    if (!compare_columns(direct, manifest, arena, &missing, error))
        return false;

    *ret_missing = missing.length ? missing.data : NULL;
    return true;
}
