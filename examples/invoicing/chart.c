#include "chart.h"

#include <time.h>

#include "amount.h"

#define TOP 12
#define HEIGHT 180
#define MONTH_WIDTH 10 /* in tenths of a month: a bar, and the rest between two bars */
#define BAR_WIDTH 6
#define AGES 5
#define SECONDS_PER_DAY 86400

/* --- months --------------------------------------------------------------------------------- */

static struct tm
civil(struct tn_date day)
{
    time_t seconds = (time_t)day.days * SECONDS_PER_DAY;
    struct tm civil;

    gmtime_r(&seconds, &civil);
    return civil;
}

/* Months since January 1900, so that they can be counted. */
static int32_t
month_of(struct tn_date day)
{
    struct tm date = civil(day);

    return 12 * date.tm_year + date.tm_mon;
}

struct tn_date
chart_first_day(struct tn_date today)
{
    struct tm first = civil(today);

    first.tm_mday = 1;
    first.tm_mon -= CHART_MONTHS - 1; /* below January: timegm counts back into the year before */
    return (struct tn_date){ .days = (int32_t)(timegm(&first) / SECONDS_PER_DAY) };
}

/* --- the drawing ---------------------------------------------------------------------------- */

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

/* Of the drawing's width. */
static const char *
percent(struct tn_request *request, int32_t tenths_of_month)
{
    int32_t whole = MONTH_WIDTH * CHART_MONTHS;
    int32_t hundredths = (tenths_of_month * 10000 + whole / 2) / whole;

    return tn_request_printf(request, "%d.%02d%%", hundredths / 100, hundredths % 100);
}

static struct chart_bar
bar_of_month(struct tn_request *request, int32_t place, int32_t month, struct tn_decimal invoiced,
    struct tn_decimal paid, int64_t full)
{
    static const char *const names[] = { "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December" };
    const char *name = names[month % 12];
    int32_t height = (int32_t)(invoiced.coef * HEIGHT / full);
    int32_t paid_height = (int32_t)(paid.coef * HEIGHT / full);

    return (struct chart_bar){
        .label = tn_request_printf(request, "%.3s", name),
        .title = tn_request_printf(request, "%s %d", name, 1900 + month / 12),
        .invoiced = amount_whole_text(request, invoiced),
        .paid = amount_whole_text(request, paid),
        .x = percent(request, place * MONTH_WIDTH + (MONTH_WIDTH - BAR_WIDTH) / 2),
        .width = percent(request, BAR_WIDTH),
        .label_x = percent(request, place * MONTH_WIDTH + MONTH_WIDTH / 2),
        .paid_y = TOP + HEIGHT - paid_height,
        .paid_height = paid_height,
        .unpaid_y = TOP + HEIGHT - height,
        .unpaid_height = height - paid_height,
    };
}

void
chart_draw(struct tn_request *request, struct tn_date today, struct revenue_by_month_rows months,
    struct chart *ret_chart)
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

    size_t next = 0;
    ret_chart->bars.count = CHART_MONTHS;
    for (int32_t i = 0; i < CHART_MONTHS; i++) {
        int32_t month = month_of(today) - (CHART_MONTHS - 1) + i;
        bool is_there = next < months.count && month_of(months.rows[next].first_day) == month;
        struct tn_decimal invoiced = { is_there ? months.rows[next].invoiced.coef : 0 };
        struct tn_decimal paid = { is_there ? months.rows[next].paid.coef : 0 };

        ret_chart->bars.rows[i] = bar_of_month(request, i, month, invoiced, paid, full);
        next += is_there;
    }
}

/* --- bars in tables --------------------------------------------------------------------------- */

static int32_t
bar_width(int64_t amount, int64_t most)
{
    return most > 0 ? (int32_t)(amount * 100 / most) : 0;
}

struct owed
owed_bars(struct tn_request *request, struct owed_by_age_rows ages)
{
    static const char *const titles[AGES] = { "Not yet due", "1–30 days", "31–60 days",
        "61–90 days", "Over 90 days" };
    struct owed_by_age_row each[AGES] = { 0 };
    struct tn_decimal total = { 0 }, late = { 0 };
    struct owed owed = { .ages = { AGES, tn_request_alloc(request, sizeof(struct bar[AGES])) } };
    int64_t most = 0;

    for (size_t i = 0; i < ages.count; i++) {
        const struct owed_by_age_row *age = &ages.rows[i];

        each[age->age] = *age;
        most = age->total.coef > most ? age->total.coef : most;
        total.coef += age->total.coef;
        owed.count += age->invoice_count;
        late.coef += age->age > 0 ? age->total.coef : 0;
        owed.late_count += age->age > 0 ? age->invoice_count : 0;
    }

    for (size_t i = 0; i < AGES; i++)
        owed.ages.rows[i] = (struct bar){
            .title = tn_text_of(titles[i]),
            .total = amount_text(request, each[i].total),
            .count = each[i].invoice_count,
            .is_late = i > 0,
            .width = bar_width(each[i].total.coef, most),
        };

    owed.total = amount_text(request, total);
    owed.late_total = amount_text(request, late);
    return owed;
}

struct bars
customer_bars(struct tn_request *request, struct top_customers_rows customers)
{
    struct bars bars = { customers.count,
        tn_request_alloc(request, (customers.count + 1) * sizeof(struct bar)) };

    for (size_t i = 0; i < customers.count; i++)
        bars.rows[i] = (struct bar){
            .title = customers.rows[i].name,
            .total = amount_text(request, customers.rows[i].invoiced),
            .id = customers.rows[i].id,
            /* The first one is the largest. */
            .width = bar_width(customers.rows[i].invoiced.coef, customers.rows[0].invoiced.coef),
        };

    return bars;
}
