/* Revenue by month as bars of an SVG, computed here so that the page needs no script. */
#pragma once

#include <tenantry/tenantry.h>

#include "queries.h"

#define CHART_MONTHS 12
#define CHART_STEPS 4

/* Across, shares of the drawing's width, so that it fits every screen and its words keep their
 * size; downward, pixels. */
struct chart_bar {
    const char *label; /* "Nov" */
    const char *title; /* "November 2026" */
    const char *invoiced;
    const char *paid;
    const char *x; /* "8.33%" */
    const char *width;
    const char *label_x;
    int32_t paid_y;
    int32_t paid_height;
    int32_t unpaid_y;
    int32_t unpaid_height;
};

struct chart_step {
    const char *label; /* "40k" */
    int32_t y;
    int32_t label_y;
};

struct chart_bars {
    size_t count;
    struct chart_bar rows[CHART_MONTHS];
};

struct chart_steps {
    size_t count;
    struct chart_step rows[CHART_STEPS + 1];
};

struct chart {
    struct chart_bars bars;
    struct chart_steps steps;
};

/* The first day of what is drawn: of the month eleven months before that of `today`. */
struct tn_date chart_first_day(struct tn_date today);
/* A bar for each month up to that of `today`, also for those that are not among `months`. */
void chart_draw(struct tn_request *request, struct tn_date today,
    struct revenue_by_month_rows months, struct chart *ret_chart);

/* A row of a table with a bar in it: `width` of 100. */
struct bar {
    struct tn_text title;
    const char *total;
    int64_t count;     /* of invoices, where it is known */
    struct tn_uuid id; /* of the customer, where it is one */
    bool is_late;
    int32_t width;
};

struct bars {
    size_t count;
    struct bar *rows;
};

/* What is owed, all of it and what is late of it. */
struct owed {
    int64_t count;
    int64_t late_count;
    const char *total;
    const char *late_total;
    struct bars ages; /* each has its row, in their order */
};

struct owed owed_bars(struct tn_request *request, struct owed_by_age_rows ages);
struct bars customer_bars(struct tn_request *request, struct top_customers_rows customers);
