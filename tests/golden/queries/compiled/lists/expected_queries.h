/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#pragma once

#ifdef TENANTRY_RAW_H
#error "queries of one organization and of all do not go into one file: include queries.h or raw.h"
#endif
#define TENANTRY_QUERIES_H

#include <tenantry/tenantry.h>
#include <tenantry/query.h>

/* clang-format off */

enum invoice_status {
    INVOICE_STATUS_DRAFT,
    INVOICE_STATUS_OPEN,
    INVOICE_STATUS_VOID,
};

struct opt_invoice_status {
    bool is_null;
    enum invoice_status value_if_any;
};

static inline bool
opt_invoice_status_get(struct opt_invoice_status optional, enum invoice_status *ret_value)
{
    if (optional.is_null)
        return false;
    *ret_value = optional.value_if_any;
    return true;
}

static inline struct opt_invoice_status
opt_invoice_status_of(enum invoice_status value)
{
    return (struct opt_invoice_status){ .is_null = false, .value_if_any = value };
}

static inline struct opt_invoice_status
opt_invoice_status_null(void)
{
    return (struct opt_invoice_status){ .is_null = true };
}

struct invoice_status_array {
    size_t n;
    const enum invoice_status *v;
};

struct opt_invoice_status_array {
    bool is_null;
    struct invoice_status_array value_if_any;
};

static inline bool
opt_invoice_status_array_get(struct opt_invoice_status_array optional, struct invoice_status_array *ret_value)
{
    if (optional.is_null)
        return false;
    *ret_value = optional.value_if_any;
    return true;
}

static inline struct opt_invoice_status_array
opt_invoice_status_array_of(struct invoice_status_array value)
{
    return (struct opt_invoice_status_array){ .is_null = false, .value_if_any = value };
}

static inline struct opt_invoice_status_array
opt_invoice_status_array_null(void)
{
    return (struct opt_invoice_status_array){ .is_null = true };
}

/* As the database writes them, in the order of the enum. */
extern const char *const invoice_status_labels[3];
const char *invoice_status_label(enum invoice_status value);
/* A parameter of the request's address; not sent: `*value` stays as it was. */
__attribute__((warn_unused_result)) bool invoice_status_query(
    struct tn_request *request, const char *name, enum invoice_status *value, struct tn_error *error);

#define ARG_HIGH_SCALE 2
struct arg_high {
    struct tn_decimal value;
};

static inline struct arg_high
arg_high(struct tn_decimal value)
{
    return (struct arg_high){ value };
}

struct arg_ids {
    struct tn_uuid_array value;
};

static inline struct arg_ids
arg_ids(struct tn_uuid_array value)
{
    return (struct arg_ids){ value };
}

#define ARG_LOW_SCALE 2
struct arg_low {
    struct tn_decimal value;
};

static inline struct arg_low
arg_low(struct tn_decimal value)
{
    return (struct arg_low){ value };
}

#define ARG_OPT_MIN_TOTAL_SCALE 2
struct arg_opt_min_total {
    struct tn_opt_decimal value;
};

static inline struct arg_opt_min_total
arg_opt_min_total(struct tn_opt_decimal value)
{
    return (struct arg_opt_min_total){ value };
}

#define ARG_NEW_TOTAL_SCALE 2
struct arg_new_total {
    struct tn_decimal value;
};

static inline struct arg_new_total
arg_new_total(struct tn_decimal value)
{
    return (struct arg_new_total){ value };
}

#define ARG_ROUNDED_SCALE 1
struct arg_rounded {
    struct tn_decimal value;
};

static inline struct arg_rounded
arg_rounded(struct tn_decimal value)
{
    return (struct arg_rounded){ value };
}

struct arg_row_limit {
    int64_t value;
};

static inline struct arg_row_limit
arg_row_limit(int64_t value)
{
    return (struct arg_row_limit){ value };
}

struct arg_opt_status {
    struct opt_invoice_status value;
};

static inline struct arg_opt_status
arg_opt_status(struct opt_invoice_status value)
{
    return (struct arg_opt_status){ value };
}

struct arg_opt_statuses {
    struct opt_invoice_status_array value;
};

static inline struct arg_opt_statuses
arg_opt_statuses(struct opt_invoice_status_array value)
{
    return (struct arg_opt_statuses){ value };
}

struct arg_statuses {
    struct invoice_status_array value;
};

static inline struct arg_statuses
arg_statuses(struct invoice_status_array value)
{
    return (struct arg_statuses){ value };
}

struct arg_sum_above {
    struct tn_numeric value;
};

static inline struct arg_sum_above
arg_sum_above(struct tn_numeric value)
{
    return (struct arg_sum_above){ value };
}

struct arg_sums {
    struct tn_numeric_array value;
};

static inline struct arg_sums
arg_sums(struct tn_numeric_array value)
{
    return (struct arg_sums){ value };
}

#define ARG_TOTALS_SCALE 2
struct arg_totals {
    struct tn_decimal_array value;
};

static inline struct arg_totals
arg_totals(struct tn_decimal_array value)
{
    return (struct arg_totals){ value };
}

/* Queries of all organizations: for scripts, in raw.h. */
extern const struct tn_cross_org_query_not_available_in_the_request_path exports_of_all;

#define INVOICES_SEARCH_TOTAL_SCALE 2
struct invoices_search_row {
    struct tn_uuid id;
    struct tn_text number;
    struct tn_decimal total;
    enum invoice_status status;
};

struct invoices_search_rows {
    size_t count;
    struct invoices_search_row *rows;
};

enum invoices_search_sort {
    INVOICES_SEARCH_SORT_NEWEST,
    INVOICES_SEARCH_SORT_LARGEST,
};

/* As the query's header names them, in the order of the enum. */
extern const char *const invoices_search_sort_labels[2];
/* A parameter of the request's address; not sent: `*value` stays as it was. */
__attribute__((warn_unused_result)) bool invoices_search_sort_query(
    struct tn_request *request, const char *name, enum invoices_search_sort *value, struct tn_error *error);

/* The list of invoices, narrowed down by what is given. */
__attribute__((warn_unused_result))
bool invoices_search(struct tn_db db, struct arg_opt_status status,
    struct arg_opt_min_total min_total, struct arg_row_limit row_limit,
    enum invoices_search_sort sort, struct invoices_search_rows *ret_rows, struct tn_error *error);

#define INVOICES_EXPORT_TOTAL_SCALE 2
struct invoices_export_row {
    struct tn_text number;
    struct tn_decimal total;
    struct tn_time created_at;
};

/* Rows one at a time, on a connection of its own until the last row was given, a call
 * failed, or invoices_export_end: `TN_STREAM(invoices_export) stream = { 0 };` ends it in each way out. */
struct invoices_export_stream {
    struct tn_stream stream;
};

/* `*ret_found` false: there are no more. What a row points at lasts until the next call. */
__attribute__((warn_unused_result))
bool invoices_export_next(struct invoices_export_stream *stream, struct invoices_export_row *ret_row, bool *ret_found,
    struct tn_error *error);
void invoices_export_end(struct invoices_export_stream *stream);

/* Every invoice, for a file. */
__attribute__((warn_unused_result))
bool invoices_export(struct tn_db db, struct arg_opt_statuses statuses,
    struct invoices_export_stream *ret_stream, struct tn_error *error);

#define CUSTOMER_LISTS_TOTALS_SCALE 2
struct customer_lists_row {
    struct tn_text name;
    struct tn_opt_text_array numbers;
    struct invoice_status_array statuses;
    struct invoice_status_array all_statuses;
    struct tn_decimal_array totals;
    struct tn_time_array times;
};

struct customer_lists_rows {
    size_t count;
    struct customer_lists_row *rows;
};

enum customer_lists_sort {
    CUSTOMER_LISTS_SORT_NAME,
};

/* As the query's header names them, in the order of the enum. */
extern const char *const customer_lists_sort_labels[1];
/* A parameter of the request's address; not sent: `*value` stays as it was. */
__attribute__((warn_unused_result)) bool customer_lists_sort_query(
    struct tn_request *request, const char *name, enum customer_lists_sort *value, struct tn_error *error);

__attribute__((warn_unused_result))
bool customer_lists(struct tn_db db, enum customer_lists_sort sort,
    struct customer_lists_rows *ret_rows, struct tn_error *error);

__attribute__((warn_unused_result))
bool invoices_mark(struct tn_db db, struct arg_ids ids, struct arg_statuses statuses,
    int64_t *ret_count, struct tn_error *error);

/* Its numbers have the scale of the columns that they stand beside. */
__attribute__((warn_unused_result))
bool invoice_raise(struct tn_db db, struct arg_new_total new_total, struct arg_low low,
    struct arg_high high, int64_t *ret_count, struct tn_error *error);

struct invoices_by_sum_row {
    struct tn_uuid customer_id;
    struct tn_numeric sum;
};

struct invoices_by_sum_rows {
    size_t count;
    struct invoices_by_sum_row *rows;
};

/* Beside a sum a number has whatever scale it has. */
__attribute__((warn_unused_result))
bool invoices_by_sum(struct tn_db db, struct arg_sum_above sum_above, struct arg_sums sums,
    struct invoices_by_sum_rows *ret_rows, struct tn_error *error);

struct invoices_of_totals_row {
    struct tn_text number;
};

struct invoices_of_totals_rows {
    size_t count;
    struct invoices_of_totals_row *rows;
};

__attribute__((warn_unused_result))
bool invoices_of_totals(struct tn_db db, struct arg_totals totals, struct arg_rounded rounded,
    struct invoices_of_totals_rows *ret_rows, struct tn_error *error);
