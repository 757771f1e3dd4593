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

struct arg_after_at {
    struct tn_time value;
};

static inline struct arg_after_at
arg_after_at(struct tn_time value)
{
    return (struct arg_after_at){ value };
}

struct arg_after_id {
    struct tn_uuid value;
};

static inline struct arg_after_id
arg_after_id(struct tn_uuid value)
{
    return (struct arg_after_id){ value };
}

struct arg_currency {
    struct tn_text value;
};

static inline struct arg_currency
arg_currency(struct tn_text value)
{
    return (struct arg_currency){ value };
}

struct arg_customer_id {
    struct tn_uuid value;
};

static inline struct arg_customer_id
arg_customer_id(struct tn_uuid value)
{
    return (struct arg_customer_id){ value };
}

struct arg_opt_email {
    struct tn_opt_text value;
};

static inline struct arg_opt_email
arg_opt_email(struct tn_opt_text value)
{
    return (struct arg_opt_email){ value };
}

struct arg_id {
    struct tn_uuid value;
};

static inline struct arg_id
arg_id(struct tn_uuid value)
{
    return (struct arg_id){ value };
}

struct arg_ids {
    struct tn_uuid_array value;
};

static inline struct arg_ids
arg_ids(struct tn_uuid_array value)
{
    return (struct arg_ids){ value };
}

struct arg_name {
    struct tn_text value;
};

static inline struct arg_name
arg_name(struct tn_text value)
{
    return (struct arg_name){ value };
}

struct arg_number {
    struct tn_text value;
};

static inline struct arg_number
arg_number(struct tn_text value)
{
    return (struct arg_number){ value };
}

struct arg_row_limit {
    int64_t value;
};

static inline struct arg_row_limit
arg_row_limit(int64_t value)
{
    return (struct arg_row_limit){ value };
}

struct arg_status {
    enum invoice_status value;
};

static inline struct arg_status
arg_status(enum invoice_status value)
{
    return (struct arg_status){ value };
}

#define ARG_TOTAL_SCALE 2
struct arg_total {
    struct tn_decimal value;
};

static inline struct arg_total
arg_total(struct tn_decimal value)
{
    return (struct arg_total){ value };
}

/* Queries of all organizations: for scripts, in raw.h. */
extern const struct tn_cross_org_query_not_available_in_the_request_path totals_of_all;

#define INVOICES_PAGE_TOTAL_SCALE 2
struct invoices_page_row {
    struct tn_uuid id;
    struct tn_text number;
    enum invoice_status status;
    struct tn_decimal total;
    struct tn_text customer_name;
    struct tn_opt_text email;
};

struct invoices_page_rows {
    size_t count;
    struct invoices_page_row *rows;
};

/* A page of one state, after the row that was last on the page before. */
__attribute__((warn_unused_result))
bool invoices_page(struct tn_db db, struct arg_status status, struct arg_after_at after_at,
    struct arg_after_id after_id, struct arg_row_limit row_limit,
    struct invoices_page_rows *ret_rows, struct tn_error *error);

struct invoice_find_row {
    struct tn_uuid id;
    enum invoice_status status;
    struct tn_time asked_at;
};

__attribute__((warn_unused_result))
bool invoice_find(struct tn_db db, struct arg_number number, struct invoice_find_row *ret_row,
    bool *ret_found, struct tn_error *error);

struct customers_with_totals_row {
    struct tn_text name;
    struct tn_opt_numeric total;
    int64_t invoice_count;
    struct opt_invoice_status last_status;
    struct tn_text_array numbers;
};

struct customers_with_totals_rows {
    size_t count;
    struct customers_with_totals_row *rows;
};

__attribute__((warn_unused_result))
bool customers_with_totals(struct tn_db db, struct customers_with_totals_rows *ret_rows,
    struct tn_error *error);

#define INVOICE_SAVE_TOTAL_SCALE 2
struct invoice_save_row {
    struct tn_text number;
    struct tn_decimal total;
};

__attribute__((warn_unused_result))
bool invoice_save(struct tn_db db, struct arg_id id, struct arg_number number,
    struct arg_customer_id customer_id, struct arg_total total, struct invoice_save_row *ret_row,
    struct tn_error *error);

__attribute__((warn_unused_result))
bool customer_update(struct tn_db db, struct arg_name name, struct arg_opt_email email,
    struct arg_id id, int64_t *ret_count, struct tn_error *error);

__attribute__((warn_unused_result))
bool customers_delete(struct tn_db db, struct arg_ids ids, struct tn_error *error);

struct in_currency_row {
    struct tn_numeric amount;
};

__attribute__((warn_unused_result))
bool in_currency(struct tn_db db, struct arg_id id, struct arg_currency currency,
    struct in_currency_row *ret_row, struct tn_error *error);
