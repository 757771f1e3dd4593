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
#define TN_DECLARE_ARRAY_PARAMETER(name, type) \
    TN_PUBLIC void tn_call_##name##_array(struct tn_call *call, struct tn_##name##_array value);
TN_EACH_PLAIN_TYPE(TN_DECLARE_PARAMETER)
TN_EACH_PLAIN_TYPE(TN_DECLARE_OPT_PARAMETER)
TN_DECLARE_ARRAY_PARAMETER(bool, bool)
TN_DECLARE_ARRAY_PARAMETER(int16, int16_t)
TN_DECLARE_ARRAY_PARAMETER(int32, int32_t)
TN_DECLARE_ARRAY_PARAMETER(int64, int64_t)
TN_DECLARE_ARRAY_PARAMETER(float, float)
TN_DECLARE_ARRAY_PARAMETER(double, double)
TN_DECLARE_ARRAY_PARAMETER(text, struct tn_text)
TN_DECLARE_ARRAY_PARAMETER(uuid, struct tn_uuid)
TN_DECLARE_ARRAY_PARAMETER(numeric, struct tn_numeric)
TN_DECLARE_ARRAY_PARAMETER(time, struct tn_time)
TN_DECLARE_ARRAY_PARAMETER(date, struct tn_date)
TN_PUBLIC void tn_call_decimal(struct tn_call *call, struct tn_decimal value, int scale);
TN_PUBLIC void tn_call_opt_decimal(struct tn_call *call, struct tn_opt_decimal value, int scale);
/* A label of an enum. `label` outlives the call; NULL binds NULL. */
TN_PUBLIC void tn_call_label(struct tn_call *call, const char *label);
#undef TN_DECLARE_PARAMETER
#undef TN_DECLARE_OPT_PARAMETER
#undef TN_DECLARE_ARRAY_PARAMETER

/* One flight: enter, the query, for a write its bumps, Sync. The calling fiber waits. */
TN_PUBLIC bool tn_call_run(struct tn_call *call, struct tn_error *error);

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
        struct tn_##name##_array *ret_value, struct tn_error *error);
TN_EACH_PLAIN_TYPE(TN_DECLARE_COLUMN)
TN_DECLARE_ARRAY_COLUMN(bool, bool)
TN_DECLARE_ARRAY_COLUMN(int16, int16_t)
TN_DECLARE_ARRAY_COLUMN(int32, int32_t)
TN_DECLARE_ARRAY_COLUMN(int64, int64_t)
TN_DECLARE_ARRAY_COLUMN(text, struct tn_text)
TN_DECLARE_ARRAY_COLUMN(uuid, struct tn_uuid)
#undef TN_DECLARE_COLUMN
#undef TN_DECLARE_ARRAY_COLUMN
/* numeric(p, scale): a value outside int64 at this scale is TN_DATABASE, never rounded. */
TN_PUBLIC bool tn_column_decimal(const struct tn_call *call, size_t row, int column, int scale,
    struct tn_decimal *ret_value, struct tn_error *error);
TN_PUBLIC bool tn_column_opt_decimal(const struct tn_call *call, size_t row, int column, int scale,
    struct tn_opt_decimal *ret_value, struct tn_error *error);
/* An enum: the index of its label in `labels`; an unknown label is TN_SCHEMA_DIFFERS.
 * `ret_index` is -1 for NULL where `nullable`, else NULL is TN_NULL. */
TN_PUBLIC bool
tn_column_label(const struct tn_call *call, size_t row, int column, const char *const *labels,
    int label_count, bool nullable, int *ret_index, struct tn_error *error);

TN_PUBLIC void tn_call_end(struct tn_call *call);
