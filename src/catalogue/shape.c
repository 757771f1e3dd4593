#include "catalogue/shape.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"

/* Parts the names in $1, and is in none of them. */
#define SEPARATOR "\x1f"

/* $1 names the relations, or is null for all: a start wants to know of a few, whatever else lies in
 * the database. format_type leaves out the schema when search_path has it; the modifier is taken
 * from it, the name is put together here. An enum's labels belong to the shape: generated code
 * knows them. */
/* clang-format off */
static const char shapes_query[] =
    "select namespace.nspname || '.' || class.relname,"
    " coalesce(string_agg("
    "  attribute.attname || ' '"
    "   || case when base.typnamespace = 'pg_catalog'::pg_catalog.regnamespace"
    "       then pg_catalog.format_type(attribute.atttypid, attribute.atttypmod)"
    "       else base_namespace.nspname || '.' || base.typname"
    "        || coalesce('(' || (select string_agg(label.enumlabel, ',' order by label.enumsortorder)"
    "         from pg_catalog.pg_enum label where label.enumtypid = base.oid) || ')', '')"
    "        || coalesce(substring("
    "         pg_catalog.format_type(attribute.atttypid, attribute.atttypmod) from '\\([^()]*\\)'), '')"
    "        || case when base.oid <> type.oid then '[]' else '' end end"
    "   || case when attribute.attnotnull then ' not null' else '' end"
    "   || case when attribute.attgenerated <> '' or attribute.attidentity = 'a' then ' generated'"
    "       else '' end,"
    "  ', ' order by attribute.attnum), ''),"
    " pg_catalog.has_any_column_privilege(class.oid, 'select') "
    "from pg_catalog.pg_class class"
    " join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace"
    " left join pg_catalog.pg_attribute attribute"
    "  on attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped"
    " left join pg_catalog.pg_type type on type.oid = attribute.atttypid"
    " left join pg_catalog.pg_type base on base.oid ="
    "  case when type.typelem <> 0 and type.typlen = -1 then type.typelem else type.oid end"
    " left join pg_catalog.pg_namespace base_namespace on base_namespace.oid = base.typnamespace "
    "where class.relkind in ('r', 'p', 'v', 'm', 'f')"
    " and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'"
    " and ($1::text is null or namespace.nspname || '.' || class.relname"
    "  = any (pg_catalog.string_to_array($1, '" SEPARATOR "'))) "
    "group by 1, class.oid order by (namespace.nspname || '.' || class.relname) collate \"C\"";
/* clang-format on */

static const char *
names_of(const struct tn_manifest *manifest, struct arena *arena)
{
    struct buffer names;
    buffer_init(&names, arena, 512);
    for (size_t i = 0; i < manifest->relation_count; i++)
        buffer_printf(&names, "%s%s", i ? SEPARATOR : "", manifest->relations[i].name);
    return names.data;
}

bool
shape_read(struct direct *direct, const struct tn_manifest *manifest, struct arena *arena,
    const struct relation_shape **ret_shapes, size_t *ret_count, struct tn_error *error)
{
    struct pg_result *result = NULL;
    const char *const names = manifest ? names_of(manifest, arena) : NULL;
    if (!direct_query(direct, shapes_query, 1, &names, &result, error))
        return false;

    const size_t count = result_row_count(result);
    struct relation_shape *shapes = ARENA_ARRAY(arena, count, struct relation_shape);
    for (size_t row = 0; row < count; row++) {
        shapes[row].name = result_text(result, row, 0, arena);
        shapes[row].columns = result_text(result, row, 1, arena);
        shapes[row].is_readable = *result_text(result, row, 2, arena) == 't';
    }
    result_free(result);
    *ret_shapes = shapes;
    *ret_count = count;
    return true;
}

static int
shape_compare(const void *name, const void *shape)
{
    return strcmp(name, ((const struct relation_shape *)shape)->name);
}

const struct relation_shape *
shape_find(const struct relation_shape *shapes, size_t count, const char *name)
{
    return count ? bsearch(name, shapes, count, sizeof *shapes, shape_compare) : NULL;
}

void
shape_hash(
    const struct tn_manifest_relation *relations, size_t count, char ret_hash[SHAPE_HASH_BYTES])
{
    struct arena *arena = arena_new(4096);
    struct buffer text;
    buffer_init(&text, arena, 4096);
    for (size_t i = 0; i < count; i++)
        buffer_printf(
            &text, "%s %s (%s)\n", relations[i].name, relations[i].class, relations[i].columns);
    snprintf(ret_hash, SHAPE_HASH_BYTES, "%016" PRIx64, hash_bytes(text.data, text.length));
    arena_free(arena);
}
