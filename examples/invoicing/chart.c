#include "chart.h"

#define TOP 12
#define HEIGHT 180
#define BAR_SHARE 0.6 /* of a month's width; the rest lies between two bars */

/* The smallest of 1, 2, 4, 5 × 10^n units that, taken CHART_STEPS times, is not below `most`. */
static int64_t
step_size(int64_t most)
{
    static const int64_t factors[] = { 1, 2, 4, 5 };

    for (int64_t power = 1; power < INT64_MAX / 100; power *= 10) {
        for (size_t i = 0; i < TN_COUNT(factors); i++) {
            if (factors[i] * power * CHART_STEPS >= most)
                return factors[i] * power;
        }
    }

    return most;
}

static const char *
step_label(struct tn_request *request, int64_t units)
{
    if (units >= 1000000 && units % 100000 == 0)
        return tn_request_printf(request, "%.1fM", (double)units / 1000000);

    if (units >= 1000 && units % 100 == 0)
        return tn_request_printf(request, "%gk", (double)units / 1000);

    return tn_request_printf(request, "%lld", (long long)units);
}

static const char *
percent(struct tn_request *request, double months)
{
    return tn_request_printf(request, "%.2f%%", months * 100 / CHART_BARS_MAX);
}

void
chart_draw(struct tn_request *request, struct revenue_by_month_rows months, struct chart *ret_chart)
{
    int64_t most = 0;

    for (size_t i = 0; i < months.count; i++) {
        if (months.rows[i].invoiced.coef > most)
            most = months.rows[i].invoiced.coef;
    }

    /* Amounts are in hundredths, the scale's steps in whole units. */
    int64_t step = step_size(most / 100 + 1);
    int64_t full = step * 100 * CHART_STEPS;

    ret_chart->steps.count = CHART_STEPS + 1;
    for (int32_t i = 0; i <= CHART_STEPS; i++) {
        int32_t y = TOP + HEIGHT - i * HEIGHT / CHART_STEPS;
        ret_chart->steps.rows[i] = (struct chart_step){ step_label(request, i * step), y, y + 4 };
    }

    ret_chart->bars.count = months.count < CHART_BARS_MAX ? months.count : CHART_BARS_MAX;
    for (size_t i = 0; i < ret_chart->bars.count; i++) {
        const struct revenue_by_month_row *month = &months.rows[i];
        int32_t height = (int32_t)(month->invoiced.coef * HEIGHT / full);
        int32_t paid_height = (int32_t)(month->paid.coef * HEIGHT / full);

        ret_chart->bars.rows[i] = (struct chart_bar){
            .label = month->label,
            .title = month->title,
            .invoiced = month->invoiced_text,
            .paid = month->paid_text,
            .x = percent(request, (double)i + (1 - BAR_SHARE) / 2),
            .width = percent(request, BAR_SHARE),
            .label_x = percent(request, (double)i + 0.5),
            .paid_y = TOP + HEIGHT - paid_height,
            .paid_height = paid_height,
            .unpaid_y = TOP + HEIGHT - height,
            .unpaid_height = height - paid_height,
        };
    }
}

static int32_t
bar_width(int64_t amount, int64_t most)
{
    return most > 0 ? (int32_t)(amount * 100 / most) : 0;
}

struct bars
age_bars(struct tn_request *request, struct owed_by_age_rows ages)
{
    struct bars bars = { ages.count,
        tn_request_alloc(request, (ages.count + 1) * sizeof(struct bar)) };
    int64_t most = 0;

    for (size_t i = 0; i < ages.count; i++)
        most = ages.rows[i].total.coef > most ? ages.rows[i].total.coef : most;

    for (size_t i = 0; i < ages.count; i++)
        bars.rows[i] = (struct bar){
            .title = ages.rows[i].title,
            .total = ages.rows[i].total_text,
            .count = ages.rows[i].invoice_count,
            .is_late = ages.rows[i].first_day > 0,
            .width = bar_width(ages.rows[i].total.coef, most),
        };

    return bars;
}

struct bars
customer_bars(struct tn_request *request, struct customers_by_revenue_rows customers)
{
    struct bars bars = { customers.count,
        tn_request_alloc(request, (customers.count + 1) * sizeof(struct bar)) };

    for (size_t i = 0; i < customers.count; i++)
        bars.rows[i] = (struct bar){
            .title = customers.rows[i].name,
            .total = customers.rows[i].total_text,
            .id = customers.rows[i].id,
            /* The first one is the largest. */
            .width = bar_width(customers.rows[i].total.coef, customers.rows[0].total.coef),
        };

    return bars;
}
