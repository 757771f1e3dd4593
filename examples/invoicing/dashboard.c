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
    struct dashboard_read_rows rows;
    struct chart *chart = tn_request_alloc(request, sizeof(*chart));
    struct tn_date today = tn_date_today();
    struct tn_date paid_from = { .days = today.days - PAID_DAYS + 1 };

    if (!frame_open(request, "Dashboard", "dashboard", &frame, error))
        return false;

    if (!dashboard_read(db, arg_today(today), arg_first_day(paid_from), arg_last_day(today),
            arg_day(chart_first_day(today)), &rows, error))
        return false;

    chart_draw(request, today, rows.revenue_by_month, chart);

    page_dashboard(
        tn_page(request, 200), &(struct page_dashboard){
                                   .frame = frame,
                                   .owed = owed_bars(request, rows.owed_by_age),
                                   .paid_count = rows.paid_between.invoice_count,
                                   .paid_total = amount_text(request, rows.paid_between.total),
                                   .chart = chart,
                                   .overdue = rows.most_overdue,
                                   .customers = customer_bars(request, rows.top_customers),
                               });
    return true;
}
