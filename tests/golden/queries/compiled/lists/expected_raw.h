/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#pragma once

#ifdef TENANTRY_QUERIES_H
#error "queries of one organization and of all do not go into one file: include queries.h or raw.h"
#endif
#define TENANTRY_RAW_H

#include <tenantry/raw.h>

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

/* As the database writes it. */
const char *raw_invoice_status_label(enum invoice_status value);

#define EXPORTS_OF_ALL_TOTAL_SCALE 2
struct exports_of_all_row {
    struct tn_text organization_id;
    enum invoice_status status;
    struct tn_decimal total;
};

enum exports_of_all_sort {
    EXPORTS_OF_ALL_SORT_ORG,
    EXPORTS_OF_ALL_SORT_TOTAL,
};

/* Rows one at a time, on a connection of its own until the last row was given, a call
 * failed, or exports_of_all_end: `TN_STREAM(exports_of_all) stream = { 0 };` ends it in each way out. */
struct exports_of_all_stream {
    struct tn_stream stream;
};

/* `*ret_found` false: there are no more. What a row points at lasts until the next call. */
__attribute__((warn_unused_result))
bool exports_of_all_next(struct exports_of_all_stream *stream, struct exports_of_all_row *ret_row, bool *ret_found,
    struct tn_error *error);
void exports_of_all_end(struct exports_of_all_stream *stream);

__attribute__((warn_unused_result))
bool exports_of_all(struct raw_db raw, enum exports_of_all_sort sort,
    struct exports_of_all_stream *ret_stream, struct tn_error *error);
