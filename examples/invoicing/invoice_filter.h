/* Which invoices a list is to hold: all of it stands in the address, so that it can be kept as a
 * bookmark and shared. */
#pragma once

#include <tenantry/tenantry.h>

#include "queries.h"

/* As typed, for the form; never NULL but `message`, which says what could not be read. */
struct invoice_filter {
    const char *message;
    const char *status; /* "all", "draft", "sent", "overdue", "paid", "void" */
    const char *words;
    const char *customer;
    const char *from;
    const char *to;
    const char *least;
    const char *most;
    const char *sort; /* "newest", "due", "largest" */
    bool has_range;   /* of days or amounts */
    bool is_narrowed; /* anything but the status and the order */

    /* The same, as the queries take it. */
    struct tn_text_array statuses;
    struct tn_date due_before;
    struct tn_opt_uuid customer_id;
    struct tn_opt_text pattern;
    struct tn_opt_date issued_from; /* NULL: also what was never sent */
    struct tn_date issued_to;
    struct tn_opt_decimal total_from; /* NULL: of any total */
    struct tn_decimal total_to;
    enum invoices_list_sort order;
};

/* Everything. */
struct invoice_filter invoice_filter_none(struct tn_request *request);
/* Of the request's address. What cannot be read is left out of what the queries take. */
struct invoice_filter invoice_filter_asked(struct tn_request *request);

/* The last row of the page above: what it is sorted by, as a number (microseconds, days,
 * hundredths), and its id. */
struct invoice_place {
    bool is_first; /* there is no page above */
    int64_t after;
    struct tn_uuid id;
};

bool invoice_place_asked(
    struct tn_request *request, struct invoice_place *ret_place, struct tn_error *error);
struct invoice_place
invoice_place_behind(const struct invoice_filter *filter, const struct invoices_list_row *row);

/* What the filter holds, in its order, behind a place; at most `row_limit`. */
bool
invoices_found(struct tn_db db, const struct invoice_filter *filter, struct invoice_place place,
    int64_t row_limit, struct invoices_list_rows *ret_rows, struct tn_error *error);
/* Likewise, with what else the page of invoices shows. */
bool invoices_page_found(struct tn_db db, const struct invoice_filter *filter,
    struct invoice_place place, int64_t row_limit, struct invoices_read_rows *ret_rows,
    struct tn_error *error);
