#include "tenantry/query.h"

#include <string.h>

#include "tenant/call.h"

static bool
call_open(struct tn_call *call, struct scope *scope, const struct tn_query *query)
{
    struct tn_call_state *state = ARENA_NEW(scope->arena, struct tn_call_state);
    state->scope = scope;
    state->arena = scope->arena;
    state->values = ARENA_ARRAY(scope->arena, query->parameter_count, const char *);
    state->lengths = ARENA_ARRAY(scope->arena, query->parameter_count, int);
    state->formats = ARENA_ARRAY(scope->arena, query->parameter_count, int);
    call->query = query;
    call->state = state;

    /* $1 of whatever belongs to an organization. */
    if (scope->organization_id)
        call_bind(call, scope->organization_id, strlen(scope->organization_id), 0);
    return true;
}

static void
reads_note(struct read_log *reads, const struct tn_query *query)
{
    if (!reads)
        return;

    reads->reads_clock |= query->reads_clock;
    reads->writes |= query->writes;
    for (const char *const *table = query->tables_read; table && *table; table++) {
        size_t i = 0;
        while (i < reads->count && strcmp(reads->tables[i], *table) != 0)
            i++;
        if (i < reads->count)
            continue;

        if (reads->count == reads->capacity) {
            const size_t capacity = reads->capacity > 0 ? reads->capacity * 2 : 8;
            const char **tables = ARENA_ARRAY(reads->arena, capacity, const char *);
            if (reads->count > 0)
                memcpy(tables, reads->tables, reads->count * sizeof *tables);
            reads->tables = tables;
            reads->capacity = capacity;
        }
        reads->tables[reads->count++] = *table;
    }
}

bool
tn_call_begin(
    struct tn_call *call, struct tn_db db, const struct tn_query *query, struct tn_error *error)
{
    *call = (struct tn_call){ 0 };
    struct scope *scope;
    if (!handle_check(db.slot, db.serial, HANDLE_DB, query->name, &scope, error))
        return false;

    reads_note(scope->reads, query);
    return call_open(call, scope, query);
}

bool
tn_call_begin_identity(struct tn_call *call, struct tn_identity identity,
    const struct tn_query *query, struct tn_error *error)
{
    *call = (struct tn_call){ 0 };
    struct scope *scope;
    if (!handle_check(identity.slot, identity.serial, HANDLE_IDENTITY, query->name, &scope, error))
        return false;

    return call_open(call, scope, query);
}

bool
tn_call_begin_membership(struct tn_call *call, struct tn_membership membership,
    const struct tn_query *query, struct tn_error *error)
{
    *call = (struct tn_call){ 0 };
    struct scope *scope;
    if (!handle_check(
            membership.slot, membership.serial, HANDLE_MEMBERSHIP, query->name, &scope, error))
        return false;

    return call_open(call, scope, query);
}

bool
call_begin_raw(struct tn_call *call, struct tn_handle_slot *slot, uint64_t serial,
    const struct tn_query *query, struct tn_error *error)
{
    *call = (struct tn_call){ 0 };
    struct scope *scope;
    if (!handle_check(slot, serial, HANDLE_RAW, query->name, &scope, error))
        return false;

    return call_open(call, scope, query);
}

bool
call_ready(const struct tn_call *call, struct composed *ret_composed, struct tn_error *error)
{
    const struct tn_call_state *state = call->state;
    const struct tn_query *query = call->query;
    if (state->not_text)
        return error_set(error, TN_BAD_FIELD,
            "query %s: a text parameter is not UTF-8 text without NUL", query->name);

    if (state->not_label)
        return error_set(
            error, TN_BAD_FIELD, "query %s: a parameter is no value of its enum", query->name);

    if (state->count != query->parameter_count)
        return error_set(error, TN_SCHEMA_DIFFERS, "query %s: %d of %d parameters were bound",
            query->name, state->count, query->parameter_count);

    *ret_composed = (struct composed){
        .query = query,
        .values = state->values,
        .lengths = state->lengths,
        .formats = state->formats,
    };
    return true;
}

bool
call_columns_check(const struct tn_call *call, struct tn_error *error)
{
    const int columns = result_column_count(call->state->result);
    if (columns != call->query->column_count)
        return error_set(error, TN_SCHEMA_DIFFERS,
            "query %s: %d columns came, %d were generated: "
            "generate the queries again",
            call->query->name, columns, call->query->column_count);

    return true;
}

bool
tn_call_run(struct tn_call *call, struct tn_error *error)
{
    struct tn_call_state *state = call->state;
    struct composed composed;
    if (!call_ready(call, &composed, error) ||
        !compose_fly(state->scope, &composed, 1, call->query->name, &state->flight, error))
        return false;

    state->result = composed.result;
    return call_columns_check(call, error);
}

size_t
tn_call_row_count(const struct tn_call *call)
{
    return result_row_count(call->state->result);
}

int64_t
tn_call_affected(const struct tn_call *call)
{
    return result_affected(call->state->result);
}

bool
tn_call_expect_one(const struct tn_call *call, struct tn_error *error)
{
    bool found;
    if (!tn_call_expect_maybe(call, &found, error))
        return false;

    if (!found)
        return error_set(error, TN_NOT_FOUND, "query %s: no row", call->query->name);

    return true;
}

bool
tn_call_expect_maybe(const struct tn_call *call, bool *ret_found, struct tn_error *error)
{
    const size_t count = tn_call_row_count(call);
    if (count > 1)
        return error_set(error, TN_TOO_MANY, "query %s: %zu rows where one was expected",
            call->query->name, count);

    *ret_found = count == 1;
    return true;
}

bool
tn_call_expect_many(const struct tn_call *call, struct tn_error *error)
{
    const size_t count = tn_call_row_count(call);
    const int limit = runtime_limits(call->state->scope->runtime)->rows_per_query;
    if (count > (size_t)limit)
        return error_set(error, TN_TOO_MANY,
            "query %s: %zu rows are more than rows_per_query, %d: "
            "give it a LIMIT",
            call->query->name, count, limit);

    return true;
}

void *
tn_call_rows(const struct tn_call *call, size_t count, size_t row_bytes)
{
    return arena_array(call->state->scope->arena, count, row_bytes);
}

void
tn_call_end(struct tn_call *call)
{
    if (!call->state)
        return;

    flight_done(&call->state->flight);
    call->state = NULL;
}
