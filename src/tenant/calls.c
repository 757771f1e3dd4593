/* Several queries in one flight. The results are in the flight of the first call, which is the last
 * one that ends. */
#include "tenant/call.h"

/* What would make the flight more than a read of one organization on a shared connection. */
static bool
fits(const struct tn_calls *calls, int index, struct tn_error *error)
{
    const struct tn_call *call = &calls->list[index];
    if (!call->state)
        return error_set(error, TN_INTERNAL, "%s: call %d did not begin", calls->name, index);

    if (call->query->writes || call->query->slow || call->state->scope->kind == HANDLE_RAW)
        return error_set(error, TN_INTERNAL,
            "%s: query %s flies alone: it writes, is slow, or is of all organizations", calls->name,
            call->query->name);

    if (call->state->scope != calls->list[0].state->scope)
        return error_set(
            error, TN_HANDLE, "%s: query %s is of another handle", calls->name, call->query->name);

    return true;
}

bool
tn_calls_run(struct tn_calls *calls, struct tn_error *error)
{
    struct composed queries[TN_CALLS_MAX];
    if (calls->count < 1 || calls->count > TN_CALLS_MAX)
        return error_set(error, TN_INTERNAL, "%s: %d queries are not 1 to %d", calls->name,
            calls->count, TN_CALLS_MAX);

    for (int i = 0; i < calls->count; i++) {
        if (!fits(calls, i, error) || !call_ready(&calls->list[i], &queries[i], error))
            return false;
    }

    struct tn_call_state *first = calls->list[0].state;
    if (!compose_fly(first->scope, queries, calls->count, calls->name, &first->flight, error))
        return false;

    for (int i = 0; i < calls->count; i++) {
        calls->list[i].state->result = queries[i].result;
        if (!call_columns_check(&calls->list[i], error))
            return false;
    }
    return true;
}

void
tn_calls_end(struct tn_calls *calls)
{
    for (int i = TN_CALLS_MAX - 1; i >= 0; i--)
        tn_call_end(&calls->list[i]);
}
