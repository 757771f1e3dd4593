/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#pragma once

#ifdef TENANTRY_RAW_H
#error "queries of one organization and of all do not go into one file: include queries.h or raw.h"
#endif
#define TENANTRY_QUERIES_H

#include <tenantry/tenantry.h>

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

/* As the database writes them, in the order of the enum. */
extern const char *const invoice_status_labels[3];
const char *invoice_status_label(enum invoice_status value);
/* A parameter of the request's address; not sent: `*value` stays as it was. */
__attribute__((warn_unused_result)) bool invoice_status_query(
    struct tn_request *request, const char *name, enum invoice_status *value, struct tn_error *error);

struct arg_opt_calls {
    struct tn_opt_text value;
};

static inline struct arg_opt_calls
arg_opt_calls(struct tn_opt_text value)
{
    return (struct arg_opt_calls){ value };
}

struct arg_customer_id {
    struct tn_uuid value;
};

static inline struct arg_customer_id
arg_customer_id(struct tn_uuid value)
{
    return (struct arg_customer_id){ value };
}

struct arg_days {
    int32_t value;
};

static inline struct arg_days
arg_days(int32_t value)
{
    return (struct arg_days){ value };
}

#define ARG_OPT_LEAST_SCALE 2
struct arg_opt_least {
    struct tn_opt_decimal value;
};

static inline struct arg_opt_least
arg_opt_least(struct tn_opt_decimal value)
{
    return (struct arg_opt_least){ value };
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

#define INVOICES_LIST_TOTAL_SCALE 2
struct invoices_list_row {
    struct tn_uuid id;
    struct tn_text number;
    enum invoice_status status;
    struct tn_decimal total;
};

struct invoices_list_rows {
    size_t count;
    struct invoices_list_row *rows;
};

enum invoices_list_sort {
    INVOICES_LIST_SORT_NEWEST,
    INVOICES_LIST_SORT_LARGEST,
};

/* As the query's header names them, in the order of the enum. */
extern const char *const invoices_list_sort_labels[2];
/* A parameter of the request's address; not sent: `*value` stays as it was. */
__attribute__((warn_unused_result)) bool invoices_list_sort_query(
    struct tn_request *request, const char *name, enum invoices_list_sort *value, struct tn_error *error);

__attribute__((warn_unused_result))
bool invoices_list(struct tn_db db, struct arg_customer_id customer_id,
    struct arg_opt_status status, struct arg_opt_least least, struct arg_row_limit row_limit,
    enum invoices_list_sort sort, struct invoices_list_rows *ret_rows, struct tn_error *error);

struct customer_find_row {
    struct tn_uuid id;
    struct tn_text name;
    struct tn_opt_text email;
};

struct opt_customer_find_row {
    bool is_null;
    struct customer_find_row value_if_any;
};

static inline bool
opt_customer_find_row_get(struct opt_customer_find_row optional, struct customer_find_row *ret_value)
{
    if (optional.is_null)
        return false;
    *ret_value = optional.value_if_any;
    return true;
}

static inline struct opt_customer_find_row
opt_customer_find_row_of(struct customer_find_row value)
{
    return (struct opt_customer_find_row){ .is_null = false, .value_if_any = value };
}

static inline struct opt_customer_find_row
opt_customer_find_row_null(void)
{
    return (struct opt_customer_find_row){ .is_null = true };
}

__attribute__((warn_unused_result))
bool customer_find(struct tn_db db, struct arg_customer_id customer_id,
    struct customer_find_row *ret_row, bool *ret_found, struct tn_error *error);

struct invoice_count_row {
    int64_t invoice_count;
};

__attribute__((warn_unused_result))
bool invoice_count(struct tn_db db, struct arg_customer_id customer_id,
    struct invoice_count_row *ret_row, struct tn_error *error);

struct late_count_row {
    int64_t invoice_count;
};

/* Reads the clock. */
__attribute__((warn_unused_result))
bool late_count(struct tn_db db, struct arg_days days, struct arg_opt_calls calls_,
    struct late_count_row *ret_row, struct tn_error *error);

struct customer_alone_row {
    struct tn_text name;
};

__attribute__((warn_unused_result))
bool customer_alone(struct tn_db db, struct arg_customer_id customer_id,
    struct customer_alone_row *ret_row, bool *ret_found, struct tn_error *error);

struct customer_page_rows {
    struct opt_customer_find_row customer_find;
    struct invoices_list_rows invoices_list;
    struct invoice_count_row invoice_count;
    struct late_count_row late_count;
};

/* All that the page of a customer shows.
 * In one flight: customer_find, invoices_list, invoice_count, late_count. */
__attribute__((warn_unused_result))
bool customer_page(struct tn_db db, struct arg_customer_id customer_id,
    struct arg_opt_status status, struct arg_opt_least least, struct arg_row_limit row_limit,
    struct arg_days days, struct arg_opt_calls calls_, enum invoices_list_sort invoices_list_sort,
    struct customer_page_rows *ret_rows, struct tn_error *error);

struct counts_rows {
    struct invoice_count_row invoice_count;
    struct late_count_row late_count;
};

/* In one flight: invoice_count, late_count. */
__attribute__((warn_unused_result))
bool counts(struct tn_db db, struct arg_customer_id customer_id, struct arg_days days,
    struct arg_opt_calls calls_, struct counts_rows *ret_rows, struct tn_error *error);
