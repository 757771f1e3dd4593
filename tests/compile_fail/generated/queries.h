/* In the style that `tenantry generate` emits: what a program includes that asks tenant queries. */
#pragma once

#include <tenantry/query.h>

struct arg_status {
    struct tn_text value;
};
static inline struct arg_status
arg_status(struct tn_text value)
{
    return (struct arg_status){ value };
}

struct arg_note {
    struct tn_text value;
};
static inline struct arg_note
arg_note(struct tn_text value)
{
    return (struct arg_note){ value };
}

struct invoices_by_status_row {
    int64_t number;
    struct tn_opt_text note;
};
struct invoices_by_status_rows {
    size_t count;
    struct invoices_by_status_row *row;
};

bool invoices_by_status(struct tn_db db, struct arg_status status, struct arg_note note,
    struct invoices_by_status_rows *ret_rows, struct tn_error *error);

extern const struct tn_cross_org_query_not_available_in_the_request_path revenue_by_organization;
