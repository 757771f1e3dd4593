#include "write_down.h"

#include "queries.h"

bool
revenue_write_down(struct tn_db db, const struct revenue_sums *sums, struct tn_error *error)
{
    return revenue_month_save(db, arg_day(sums->first_day), arg_invoice_count(sums->invoice_count),
        arg_invoiced(sums->invoiced), arg_paid(sums->paid), arg_open(sums->open),
        arg_overdue(sums->overdue), arg_today(tn_date_today()), error);
}

bool
reminder_write_down(struct tn_db db, struct tn_uuid invoice_id, int32_t level, bool *ret_is_new,
    struct tn_error *error)
{
    int64_t count;

    if (!reminder_add(
            db, arg_level(level), arg_today(tn_date_today()), arg_id(invoice_id), &count, error))
        return false;

    *ret_is_new = count > 0;
    return true;
}
