/* What generated queries stand on. `tenantry generate` writes the calls; nobody else needs them.
 *
 *     TN_CALL call;
 *     if (!tn_call_begin(&call, db, &query, error)) return false;
 *     tn_call_text(&call, status);  …one for each parameter, in the order $2, $3, …
 *     if (!tn_call_run(&call, error)) return false;
 *     …tn_call_row_count, tn_column_…
 *
 * Everything read is copied into the arena of the scope; tn_call_end (which TN_CALL calls in each
 * way out) gives back what the driver holds. */
#pragma once

#include "tenantry/db.h"
#include "tenantry/types.h"

/* One query, as a constant of the generated code. */
struct tn_query {
    const char *name;      /* as its author named it */
    const char *text;      /* scoped SQL; $1 is the organization, bound as text */
    const char *statement; /* name for the prepared statement: "tn_" and a hash of the text */
    const uint32_t *parameter_types; /* OID of each, $1 first; 0 where the server shall infer it */
    uint16_t parameter_count;        /* with $1 */
    uint16_t column_count;
    bool writes;
    bool reads_clock; /* its answer depends on now(): a page that read it is not cached by itself */
    bool slow;        /* `-- lane: slow`: always on a leased connection */
    const char *const *tables_read;    /* "schema.table", sorted, NULL at the end */
    const char *const *tables_written; /* likewise; with cascades and triggers */
};

#define TN_PARAMETERS_MAX 100

/* Indexes of labels: an array of an enum, seen by the runtime. */
struct tn_index_array {
    size_t n;
    const unsigned *v;
};

struct tn_call {
    const struct tn_query *query;
    struct tn_call_state *state; /* in the scope's arena; NULL before begin and after end */
};

#define TN_CALL __attribute__((cleanup(tn_call_end))) struct tn_call

/* `call` need not be initialised. Fails with TN_HANDLE, TN_BUSY. */
TN_PUBLIC bool tn_call_begin(
    struct tn_call *call, struct tn_db db, const struct tn_query *query, struct tn_error *error);

/* The next parameter. Values are copied. Text that holds a NUL or is not UTF-8 makes tn_call_run
 * fail with TN_BAD_FIELD. */
#define TN_DECLARE_PARAMETER(name, type) \
    TN_PUBLIC void tn_call_##name(struct tn_call *call, type value);
#define TN_DECLARE_OPT_PARAMETER(name, type) \
    TN_PUBLIC void tn_call_opt_##name(struct tn_call *call, struct tn_opt_##name value);
#define TN_DECLARE_ARRAY_PARAMETER(name, type)                                                   \
    TN_PUBLIC void tn_call_##name##_array(struct tn_call *call, struct tn_##name##_array value); \
    TN_PUBLIC void tn_call_opt_##name##_array(                                                   \
        struct tn_call *call, struct tn_opt_##name##_array value);
TN_EACH_PLAIN_TYPE(TN_DECLARE_PARAMETER)
TN_EACH_PLAIN_TYPE(TN_DECLARE_OPT_PARAMETER)
TN_EACH_PLAIN_TYPE(TN_DECLARE_ARRAY_PARAMETER)
#undef TN_DECLARE_PARAMETER
#undef TN_DECLARE_OPT_PARAMETER
#undef TN_DECLARE_ARRAY_PARAMETER
TN_PUBLIC void tn_call_decimal(struct tn_call *call, struct tn_decimal value, int scale);
TN_PUBLIC void tn_call_opt_decimal(struct tn_call *call, struct tn_opt_decimal value, int scale);
TN_PUBLIC void
tn_call_decimal_array(struct tn_call *call, struct tn_decimal_array value, int scale);
TN_PUBLIC void
tn_call_opt_decimal_array(struct tn_call *call, struct tn_opt_decimal_array value, int scale);
/* A label of an enum: the one with that index. What is none makes tn_call_run fail with
 * TN_BAD_FIELD. `labels` outlive the call. */
TN_PUBLIC void
tn_call_label(struct tn_call *call, const char *const *labels, int label_count, unsigned index);
TN_PUBLIC void tn_call_label_array(
    struct tn_call *call, const char *const *labels, int label_count, struct tn_index_array value);
TN_PUBLIC void tn_call_null(struct tn_call *call);

/* One flight: enter, the query, for a write its bumps, Sync. The calling fiber waits. */
TN_PUBLIC bool tn_call_run(struct tn_call *call, struct tn_error *error);

/* --- together --------------------------------------------------------------------------------
 * Several queries that only read, of one handle: one flight, one transaction, one wait.
 *
 *     TN_CALLS calls = { .name = "dashboard_read", .count = 2 };
 *     if (!tn_call_begin(&calls.list[0], db, ...) || !tn_call_begin(&calls.list[1], db, ...)) ...
 *     if (!tn_calls_run(&calls, error)) return false;
 *     ...the rows of each, as after tn_call_run */

#define TN_CALLS_MAX 8

struct tn_calls {
    const char *name; /* for messages */
    int count;
    struct tn_call list[TN_CALLS_MAX];
};

#define TN_CALLS __attribute__((cleanup(tn_calls_end))) struct tn_calls

/* What fails is said with the name of the query that failed, and then none has rows. */
TN_PUBLIC bool tn_calls_run(struct tn_calls *calls, struct tn_error *error);
/* Ends each call that began. */
TN_PUBLIC void tn_calls_end(struct tn_calls *calls);

TN_PUBLIC size_t tn_call_row_count(const struct tn_call *call);
TN_PUBLIC int64_t tn_call_affected(const struct tn_call *call);
/* :one wants exactly one row (TN_NOT_FOUND, TN_TOO_MANY), :maybe none or one, :many at most the
 * limit `rows_per_query` (TN_TOO_MANY, never a silent cut). */
TN_PUBLIC bool tn_call_expect_one(const struct tn_call *call, struct tn_error *error);
TN_PUBLIC bool
tn_call_expect_maybe(const struct tn_call *call, bool *ret_found, struct tn_error *error);
TN_PUBLIC bool tn_call_expect_many(const struct tn_call *call, struct tn_error *error);
/* Zeroed memory for `count` rows of `row_bytes` in the scope's arena; never NULL. */
TN_PUBLIC void *tn_call_rows(const struct tn_call *call, size_t count, size_t row_bytes);

/* The value at `row` and `column`, both from 0. The first fails with TN_NULL on NULL. */
#define TN_DECLARE_COLUMN(name, type)                                                       \
    TN_PUBLIC bool tn_column_##name(const struct tn_call *call, size_t row, int column,     \
        type *ret_value, struct tn_error *error);                                           \
    TN_PUBLIC bool tn_column_opt_##name(const struct tn_call *call, size_t row, int column, \
        struct tn_opt_##name *ret_value, struct tn_error *error);
#define TN_DECLARE_ARRAY_COLUMN(name, type)                                                     \
    TN_PUBLIC bool tn_column_##name##_array(const struct tn_call *call, size_t row, int column, \
        struct tn_##name##_array *ret_value, struct tn_error *error);                           \
    TN_PUBLIC bool tn_column_opt_##name##_array(const struct tn_call *call, size_t row,         \
        int column, struct tn_opt_##name##_array *ret_value, struct tn_error *error);
TN_EACH_PLAIN_TYPE(TN_DECLARE_COLUMN)
TN_EACH_PLAIN_TYPE(TN_DECLARE_ARRAY_COLUMN)
#undef TN_DECLARE_COLUMN
#undef TN_DECLARE_ARRAY_COLUMN
/* numeric(p, scale): a value outside int64 at this scale is TN_DATABASE, never rounded. */
TN_PUBLIC bool tn_column_decimal(const struct tn_call *call, size_t row, int column, int scale,
    struct tn_decimal *ret_value, struct tn_error *error);
TN_PUBLIC bool tn_column_opt_decimal(const struct tn_call *call, size_t row, int column, int scale,
    struct tn_opt_decimal *ret_value, struct tn_error *error);
TN_PUBLIC bool tn_column_decimal_array(const struct tn_call *call, size_t row, int column,
    int scale, struct tn_decimal_array *ret_value, struct tn_error *error);
TN_PUBLIC bool tn_column_opt_decimal_array(const struct tn_call *call, size_t row, int column,
    int scale, struct tn_opt_decimal_array *ret_value, struct tn_error *error);
/* An enum: the index of its label in `labels`; an unknown label is TN_SCHEMA_DIFFERS.
 * `ret_index` is -1 for NULL where `nullable`, else NULL is TN_NULL. */
TN_PUBLIC bool
tn_column_label(const struct tn_call *call, size_t row, int column, const char *const *labels,
    int label_count, bool nullable, int *ret_index, struct tn_error *error);
/* Likewise for an array; `ret_array->v` is NULL for NULL where `nullable`. */
TN_PUBLIC bool
tn_column_label_array(const struct tn_call *call, size_t row, int column, const char *const *labels,
    int label_count, bool nullable, struct tn_index_array *ret_array, struct tn_error *error);

/* --- :stream ---------------------------------------------------------------------------------
 * Rows one at a time, fetched from a cursor on a leased connection, TN_STREAM_CHUNK at once. */

#define TN_STREAM_CHUNK 256

struct tn_stream {
    struct tn_call call; /* its rows are those of the current chunk */
    size_t row;
};

/* Ends in each way out: `TN_STREAM(invoices_export) stream = { 0 };` */
#define TN_STREAM(query) __attribute__((cleanup(query##_end))) struct query##_stream

/* In the place of tn_call_run: opens the cursor. `call` must not be used afterwards. Fails with
 * TN_BUSY while another stream or transaction of the same fiber holds a connection. */
TN_PUBLIC bool
tn_stream_begin(struct tn_call *call, struct tn_stream *ret_stream, struct tn_error *error);
/* The next row: to be read with tn_column_… at `stream->row`, valid until the next call.
 * `*ret_found` false: there are no more, and the stream has ended. A failure ends it too. */
TN_PUBLIC bool tn_stream_next(struct tn_stream *stream, bool *ret_found, struct tn_error *error);
/* Give the connection back, at any time. Accepts { 0 } and a second call. Closing the handle that
 * the stream was opened from does the same. */
TN_PUBLIC void tn_stream_end(struct tn_stream *stream);

TN_PUBLIC void tn_call_end(struct tn_call *call);
