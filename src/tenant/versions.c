#include "tenant/versions.h"

#include <stdlib.h>
#include <string.h>

#include "tenant/call.h"
#include "tenant/compose.h"

/* What is generated of `versions` in sql/runtime/versions.sql, as a test says; without the relation
 * that it reads, which no page depends on. */
static const struct tn_query read_all = {
    .name = "versions",
    .text = "SELECT relation, version FROM (SELECT * FROM \"tenantry\".\"version\" "
            "WHERE \"version\".\"organization_id\" = $1::text) AS \"version\" "
            "UNION ALL SELECT '~day', (current_date - date '1970-01-01' + "
            "(now() AT TIME ZONE 'UTC')::date - date '1970-01-01')::bigint",
    .statement = "tn_versions",
    .parameter_types = (const uint32_t[]){ 25 /* text */ },
    .parameter_count = 1,
    .column_count = 2,
};

static int
compare_relations(const void *a, const void *b)
{
    return strcmp(((const struct version *)a)->relation, ((const struct version *)b)->relation);
}

static bool
take_rows(
    struct tn_db db, struct arena *arena, struct versions *ret_versions, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &read_all, error) || !tn_call_run(&call, error))
        return false;

    const size_t count = tn_call_row_count(&call);
    struct version *rows = ARENA_ARRAY(arena, count, struct version);
    for (size_t i = 0; i < count; i++) {
        struct tn_text relation;
        if (!tn_column_text(&call, i, 0, &relation, error) ||
            !tn_column_int64(&call, i, 1, &rows[i].number, error))
            return false;

        rows[i].relation = relation.p;
    }
    qsort(rows, count, sizeof *rows, compare_relations);
    *ret_versions = (struct versions){ rows, count };
    return true;
}

bool
versions_read(struct tenant_runtime *runtime, struct standing *standing,
    const char *organization_id, struct arena *arena, struct versions *ret_versions,
    struct tn_error *error)
{
    struct tn_handle_slot *slot;
    if (!organization_id[0])
        return error_set(error, TN_HANDLE, "versions: no organization");

    if (!handle_open(runtime, HANDLE_DB, &slot, error))
        return false;

    slot->scope.pool = runtime_tenant_pool(runtime);
    slot->scope.arena = arena;
    slot->scope.organization_id = organization_id;
    slot->scope.standing = standing;
    const struct tn_db db = { slot, slot->serial };
    const bool done = take_rows(db, arena, ret_versions, error);
    handle_close(db.slot, db.serial, HANDLE_DB);
    return done;
}

int64_t
versions_number(const struct versions *versions, const char *relation)
{
    const struct version wanted = { .relation = relation };
    const struct version *found =
        versions->count == 0
            ? NULL
            : bsearch(&wanted, versions->rows, versions->count, sizeof wanted, compare_relations);
    return found ? found->number : 0;
}

bool
versions_are_equal(const struct versions *a, const struct versions *b)
{
    if (a->count != b->count)
        return false;

    for (size_t i = 0; i < a->count; i++) {
        if (a->rows[i].number != b->rows[i].number ||
            strcmp(a->rows[i].relation, b->rows[i].relation) != 0)
            return false;
    }
    return true;
}

struct versions
versions_copy(const struct versions *versions, struct arena *arena)
{
    struct version *rows = ARENA_ARRAY(arena, versions->count, struct version);
    for (size_t i = 0; i < versions->count; i++)
        rows[i] = (struct version){ arena_strdup(arena, versions->rows[i].relation),
            versions->rows[i].number };
    return (struct versions){ rows, versions->count };
}

bool
versions_touch(struct tn_db db, const char *const *relations, size_t count, struct tn_error *error)
{
    struct scope *scope;
    if (!handle_check(db.slot, db.serial, HANDLE_DB, "touch", &scope, error))
        return false;

    const char **copies = ARENA_ARRAY(scope->arena, count, const char *);
    for (size_t i = 0; i < count; i++)
        copies[i] = arena_strdup(scope->arena, relations[i]);
    return compose_touch(scope, copies, count, error);
}
