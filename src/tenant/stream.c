/* :stream. A cursor on a leased connection, or on that of the transaction which the handle is: what
 * has not been fetched costs nothing here, and between two fetches the server waits, so that an end
 * at any time is a ROLLBACK and never a cancel. */
#include "tenantry/query.h"

#include "tenant/call.h"

struct stream {
    struct scope *scope; /* NULL: it has ended */
    struct lease own;    /* unless it runs in the handle's transaction */
    struct arena *arena; /* of the chunk */
    size_t total;        /* rows of all chunks so far */
};

/* Nearly all of a stream is read, whatever the planner expects of a cursor. */
static const struct statement whole = { .text = "SET LOCAL cursor_tuple_fraction = 1" };
static const struct statement fetch = { .text = "FETCH 256 FROM tn_stream" };
static const struct statement close_cursor = { .text = "CLOSE tn_stream" };
_Static_assert(TN_STREAM_CHUNK == 256, "what is fetched is a chunk");

static struct lease *
stream_lease(struct stream *stream)
{
    return stream->scope->lease ? stream->scope->lease : &stream->own;
}

void
stream_abandon(struct stream *stream)
{
    if (!stream->scope)
        return;

    stream->scope->stream = NULL;
    stream->scope = NULL;
    lease_release(&stream->own);
    arena_free(stream->arena);
    stream->arena = NULL;
}

static bool
chunk_fly(struct tn_call *call, struct flight *flight, struct tn_error *error)
{
    struct tn_call_state *state = call->state;
    struct stream *stream = state->stream;
    flight->organization_id = stream->scope->organization_id;
    flight->only_reads = true;
    const bool flew = lease_fly(stream_lease(stream), flight, error);
    if (!standing_note(stream->scope, flew, error)) {
        error_prefix(error, "query %s", call->query->name);
        return false;
    }

    state->result = flight->steps[flight->step_count - 1].result;
    stream->total += tn_call_row_count(call);
    const int limit = runtime_limits(stream->scope->runtime)->rows_per_stream;
    if (limit > 0 && stream->total > (size_t)limit)
        return error_set(error, TN_TOO_MANY,
            "query %s: the stream has more rows than rows_per_stream, %d", call->query->name,
            limit);

    return call_columns_check(call, error);
}

/* A raw use is recorded even if the stream's own transaction is rolled back. */
static bool
record(const struct stream *stream, const struct tn_query *query, struct tn_error *error)
{
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    if (stream->scope->kind != HANDLE_RAW)
        return true;

    compose_record(&flight, stream->scope, query);
    return lease_fly(stream_lease((struct stream *)stream), &flight, error);
}

static bool
stream_open(struct tn_call *call, const struct composed *composed, struct tn_error *error)
{
    struct tn_call_state *state = call->state;
    struct scope *scope = state->scope;
    struct stream *stream = state->stream;
    if (!scope->lease && !lease_acquire(scope->pool, scope->organization_id, &stream->own, error))
        return false;
    if (!record(stream, call->query, error))
        return false;

    struct flight *flight = &state->flight;
    if ((!scope->lease || !scope->has_begun) && !compose_begin(flight, scope, error))
        return false;

    flight_add(flight, &whole, NULL);
    struct flight_step *step =
        flight_add(flight, runtime_declaration(scope->runtime, call->query), composed->values);
    step->lengths = composed->lengths;
    step->formats = composed->formats;
    flight_add(flight, &fetch, NULL);
    scope->has_begun = scope->lease != NULL;
    return chunk_fly(call, flight, error);
}

bool
tn_stream_begin(struct tn_call *call, struct tn_stream *ret_stream, struct tn_error *error)
{
    struct tn_call_state *state = call->state;
    struct scope *scope = state->scope;
    struct composed composed;
    *ret_stream = (struct tn_stream){ 0 };
    if (!call_ready(call, &composed, error))
        return false;

    if (scope->stream)
        return error_set(error, TN_BUSY,
            "query %s: a stream is open on this handle: end that one first", call->query->name);

    state->stream = ARENA_NEW(scope->arena, struct stream);
    *state->stream = (struct stream){ .scope = scope, .arena = arena_new((size_t)64 * 1024) };
    state->arena = state->stream->arena;
    scope->stream = state->stream;
    if (!stream_open(call, &composed, error)) {
        stream_abandon(state->stream);
        return false;
    }

    *ret_stream = (struct tn_stream){ .call = *call, .row = (size_t)-1 };
    call->state = NULL; /* the stream's now */
    return true;
}

static bool
chunk_next(struct tn_call *call, struct tn_error *error)
{
    struct tn_call_state *state = call->state;
    flight_done(&state->flight);
    arena_reset(state->arena);
    state->flight = (struct flight){ .lane = FLIGHT_READ };
    flight_add(&state->flight, &fetch, NULL);
    return chunk_fly(call, &state->flight, error);
}

bool
tn_stream_next(struct tn_stream *stream, bool *ret_found, struct tn_error *error)
{
    struct tn_call *call = &stream->call;
    if (!call->state)
        return error_set(error, TN_HANDLE, "the stream is not open");
    if (!call->state->stream->scope) {
        tn_stream_end(stream);
        return error_set(
            error, TN_HANDLE, "query %s: the handle of the stream was closed", call->query->name);
    }

    stream->row++;
    bool found = stream->row < tn_call_row_count(call);
    if (!found && stream->row == TN_STREAM_CHUNK) {
        if (!chunk_next(call, error)) {
            tn_stream_end(stream);
            return false;
        }
        stream->row = 0;
        found = tn_call_row_count(call) > 0;
    }
    if (!found)
        tn_stream_end(stream);
    *ret_found = found;
    return true;
}

void
tn_stream_end(struct tn_stream *stream)
{
    struct tn_call_state *state = stream->call.state;
    if (!state)
        return;

    struct scope *scope = state->stream->scope;
    flight_done(&state->flight);
    if (scope && scope->lease) {
        /* In a transaction that failed this fails too, and there is nothing to close. */
        struct tn_error ignored = { 0 };
        AUTO_FLIGHT flight = { .lane = FLIGHT_READ, .only_reads = true };
        flight_add(&flight, &close_cursor, NULL);
        (void)!lease_fly(scope->lease, &flight, &ignored);
    }
    stream_abandon(state->stream);
    stream->call.state = NULL;
}
