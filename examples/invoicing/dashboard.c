#include "dashboard.h"

#include <tenantry/tenantry.h>

#include "chart.h"
#include "frame.h"
#include "pages.h"
#include "queries.h"

#define OVERDUE_ROWS 6
#define CUSTOMER_ROWS 5
#define YEAR_DAYS 365

/* GET /o/<slug>/ */
bool
dashboard_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct dashboard_totals_row totals;
    struct revenue_by_month_rows months;
    struct most_overdue_rows overdue;
    struct owed_by_age_rows ages;
    struct customers_by_revenue_rows customers;
    struct chart *chart = tn_request_alloc(request, sizeof(*chart));
    struct tn_date today = tn_date_today();
    struct tn_date year_ago = { .days = today.days - YEAR_DAYS };

    if (!frame_open(request, "Dashboard", "dashboard", &frame, error))
        return false;

    if (!dashboard_totals(db, arg_today(today), &totals, error))
        return false;

    if (!revenue_by_month(db, arg_today(today), &months, error))
        return false;

    if (!most_overdue(db, arg_today(today), arg_row_limit(OVERDUE_ROWS), &overdue, error))
        return false;

    if (!owed_by_age(db, arg_today(today), &ages, error))
        return false;

    if (!customers_by_revenue(
            db, arg_after_day(year_ago), arg_row_limit(CUSTOMER_ROWS), &customers, error))
        return false;

    chart_draw(request, months, chart);

    page_dashboard(tn_page(request, 200), &(struct page_dashboard){
                                              .frame = frame,
                                              .totals = totals,
                                              .chart = chart,
                                              .overdue = overdue,
                                              .ages = age_bars(request, ages),
                                              .customers = customer_bars(request, customers),
                                          });
    return true;
}
