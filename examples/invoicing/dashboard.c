#include "dashboard.h"

#include <tenantry/tenantry.h>

#include "amount.h"
#include "chart.h"
#include "frame.h"
#include "pages.h"
#include "queries.h"

#define PAID_DAYS 30

/* GET /o/<slug>/ */
bool
dashboard_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct owed_by_age_rows ages;
    struct paid_between_row paid;
    struct revenue_by_month_rows months;
    struct most_overdue_rows overdue;
    struct top_customers_rows customers;
    struct chart *chart = tn_request_alloc(request, sizeof(*chart));
    struct tn_date today = tn_date_today();
    struct tn_date paid_from = { .days = today.days - PAID_DAYS + 1 };

    if (!frame_open(request, "Dashboard", "dashboard", &frame, error))
        return false;

    if (!owed_by_age(db, arg_today(today), &ages, error) ||
        !paid_between(db, arg_first_day(paid_from), arg_last_day(today), &paid, error) ||
        !revenue_by_month(db, arg_day(chart_first_day(today)), &months, error) ||
        !most_overdue(db, arg_today(today), &overdue, error) ||
        !top_customers(db, &customers, error))
        return false;

    chart_draw(request, today, months, chart);

    page_dashboard(tn_page(request, 200), &(struct page_dashboard){
                                              .frame = frame,
                                              .owed = owed_bars(request, ages),
                                              .paid_count = paid.invoice_count,
                                              .paid_total = amount_text(request, paid.total),
                                              .chart = chart,
                                              .overdue = overdue,
                                              .customers = customer_bars(request, customers),
                                          });
    return true;
}
