#include "comparison/read.h"

#include <stdlib.h>
#include <string.h>

#include "catalogue_queries.h"

enum { AT_ADDRESS = 0, AT_PARENT = 3, AT_IDENTITY = 6, AT_NAME, AT_FIELDS };

static const struct {
    enum object_kind kind;
    const char *query;
} queries[] = {
    { OBJECT_SCHEMA, query_schemas },
    { OBJECT_EXTENSION, query_extensions },
    { OBJECT_TYPE, query_types },
    { OBJECT_DOMAIN_CONSTRAINT, query_domain_constraints },
    { OBJECT_SEQUENCE, query_sequences },
    { OBJECT_TABLE, query_tables },
    { OBJECT_COLUMN, query_columns },
    { OBJECT_DEFAULT, query_defaults },
    { OBJECT_CONSTRAINT, query_constraints },
    { OBJECT_INDEX, query_indexes },
    { OBJECT_VIEW, query_views },
    { OBJECT_FUNCTION, query_functions },
    { OBJECT_TRIGGER, query_triggers },
    { OBJECT_ROW_SECURITY, query_row_security },
    { OBJECT_POLICY, query_policies },
    { OBJECT_RULE, query_rules },
    { OBJECT_STATISTICS, query_statistics },
    { OBJECT_SETTING, query_settings },
    { OBJECT_OWNER, query_owners },
    { OBJECT_GRANT, query_grants },
    { OBJECT_COMMENT, query_comments },
    { OBJECT_OTHER, query_others },
};

struct reader {
    struct direct *direct;
    struct snapshot *snapshot;
    size_t capacity;
    struct object **by_address; /* sorted; those that have one */
    size_t address_count;
};

/* --- small things -------------------------------------------------------------------------------
 */

bool
text_same(const char *one, const char *another)
{
    return strcmp(one ? one : "", another ? another : "") == 0;
}

bool
object_same_fields(const struct object *one, const struct object *another)
{
    for (size_t i = 0; i < OBJECT_FIELDS; i++)
        if (!text_same(one->fields[i], another->fields[i]))
            return false;
    return true;
}

struct object *
snapshot_find(const struct snapshot *snapshot, enum object_kind kind, const char *identity)
{
    for (size_t i = 0; i < snapshot->count; i++)
        if (snapshot->objects[i]->kind == kind &&
            strcmp(snapshot->objects[i]->identity, identity) == 0)
            return snapshot->objects[i];
    return NULL;
}

static struct address
address_at(const struct pg_result *result, size_t row, int column)
{
    size_t bytes;
    return (struct address){
        .class = (uint32_t)strtoul(result_value(result, row, column, &bytes), NULL, 10),
        .object = (uint32_t)strtoul(result_value(result, row, column + 1, &bytes), NULL, 10),
        .part = (int32_t)strtol(result_value(result, row, column + 2, &bytes), NULL, 10),
    };
}

static int
address_compare(struct address one, struct address another)
{
    if (one.class != another.class)
        return one.class < another.class ? -1 : 1;
    if (one.object != another.object)
        return one.object < another.object ? -1 : 1;
    return one.part < another.part ? -1 : one.part > another.part;
}

static int
by_address(const void *one, const void *another)
{
    const struct object *const *first = one;
    const struct object *const *second = another;
    return address_compare((*first)->address, (*second)->address);
}

static struct object *
find_exact(const struct reader *reader, struct address address)
{
    size_t low = 0;
    for (size_t high = reader->address_count; low < high;) {
        const size_t middle = low + (high - low) / 2;
        const int order = address_compare(reader->by_address[middle]->address, address);
        if (order == 0)
            return reader->by_address[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* A part that is no object of its own stands for the whole. */
static struct object *
find(const struct reader *reader, struct address address)
{
    struct object *found = find_exact(reader, address);
    if (found || address.part == 0)
        return found;

    address.part = 0;
    return find_exact(reader, address);
}

/* --- reading ------------------------------------------------------------------------------------
 */

static void
object_take(
    struct reader *reader, enum object_kind kind, const struct pg_result *result, size_t row)
{
    struct arena *arena = reader->snapshot->arena;
    struct object *object = ARENA_NEW(arena, struct object);
    object->kind = kind;
    object->address = address_at(result, row, AT_ADDRESS);
    object->parent_address = address_at(result, row, AT_PARENT);
    object->identity = result_text(result, row, AT_IDENTITY, arena);
    object->name = result_text(result, row, AT_NAME, arena);
    for (int i = 0; AT_FIELDS + i < result_column_count(result); i++)
        object->fields[i] = result_text(result, row, AT_FIELDS + i, arena);

    struct snapshot *snapshot = reader->snapshot;
    if (snapshot->count == reader->capacity) {
        reader->capacity = reader->capacity ? 2 * reader->capacity : 256;
        struct object **longer = ARENA_ARRAY(arena, reader->capacity, struct object *);
        if (snapshot->count)
            memcpy(longer, snapshot->objects, snapshot->count * sizeof(struct object *));
        snapshot->objects = longer;
    }
    snapshot->objects[snapshot->count++] = object;
}

static bool
kind_read(struct reader *reader, size_t index, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(reader->direct, queries[index].query, 0, NULL, &result, error))
        return false;

    for (size_t row = 0; row < result_row_count(result); row++)
        object_take(reader, queries[index].kind, result, row);
    result_free(result);
    return true;
}

static void
addresses_sort(struct reader *reader)
{
    const struct snapshot *snapshot = reader->snapshot;
    reader->by_address = ARENA_ARRAY(snapshot->arena, snapshot->count, struct object *);
    for (size_t i = 0; i < snapshot->count; i++)
        if (snapshot->objects[i]->address.class)
            reader->by_address[reader->address_count++] = snapshot->objects[i];
    if (reader->address_count)
        qsort(reader->by_address, reader->address_count, sizeof *reader->by_address, by_address);
}

static void
need_add(struct arena *arena, struct object *object, struct object *needed)
{
    for (size_t i = 0; i < object->need_count; i++)
        if (object->needs[i] == needed)
            return;

    if (object->need_count == object->need_capacity) {
        object->need_capacity = object->need_capacity ? 2 * object->need_capacity : 4;
        struct object **longer = ARENA_ARRAY(arena, object->need_capacity, struct object *);
        if (object->need_count)
            memcpy(longer, object->needs, object->need_count * sizeof(struct object *));
        object->needs = longer;
    }
    object->needs[object->need_count++] = needed;
}

static bool
needs_read(struct reader *reader, struct tn_error *error)
{
    struct snapshot *snapshot = reader->snapshot;
    for (size_t i = 0; i < snapshot->count; i++) {
        struct object *object = snapshot->objects[i];
        if (object->parent_address.class)
            object->parent = find(reader, object->parent_address);
        if (object->parent)
            need_add(snapshot->arena, object, object->parent);
    }

    struct pg_result *result = NULL;
    if (!direct_query(reader->direct, query_needs, 0, NULL, &result, error))
        return false;
    for (size_t row = 0; row < result_row_count(result); row++) {
        struct object *object = find(reader, address_at(result, row, 0));
        struct object *needed = find(reader, address_at(result, row, 3));
        if (object && needed && object != needed && needed->parent != object)
            need_add(snapshot->arena, object, needed);
    }
    result_free(result);
    return true;
}

/* Names in deparsed expressions are qualified unless search_path has their schema. */
static bool
path_empty(
    struct direct *direct, struct arena *arena, const char **ret_before, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(
            direct, "select pg_catalog.current_setting('search_path')", 0, NULL, &result, error))
        return false;

    *ret_before = result_text(result, 0, 0, arena);
    result_free(result);
    return direct_run(direct, "set search_path = ''", error);
}

bool
snapshot_read(struct direct *direct, struct arena *arena, struct snapshot *ret_snapshot,
    struct tn_error *error)
{
    *ret_snapshot = (struct snapshot){ .arena = arena };
    struct reader reader = { .direct = direct, .snapshot = ret_snapshot };
    const char *path = NULL;
    if (!direct_run(direct, "begin transaction isolation level repeatable read", error) ||
        !path_empty(direct, arena, &path, error))
        return false;

    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        if (!kind_read(&reader, i, error))
            return false;
    addresses_sort(&reader);
    return needs_read(&reader, error) &&
           direct_run(direct,
               arena_printf(arena, "set search_path = %s; commit", *path ? path : "''"), error);
}
