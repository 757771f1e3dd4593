/* What the scripts write: by ordinary queries, into one organization through its handle. In a file
 * of its own, since queries of one organization and of all do not go into one. */
#pragma once

#include <tenantry/tenantry.h>

struct revenue_sums {
    struct tn_date first_day; /* of the month */
    int64_t invoice_count;
    struct tn_decimal invoiced;
    struct tn_decimal paid;
    struct tn_decimal open;
    struct tn_decimal overdue;
};

bool revenue_write_down(struct tn_db db, const struct revenue_sums *sums, struct tn_error *error);
/* `ret_is_new` is false when it was sent before, or the invoice is paid by now. */
bool reminder_write_down(struct tn_db db, struct tn_uuid invoice_id, int32_t level,
    bool *ret_is_new, struct tn_error *error);
