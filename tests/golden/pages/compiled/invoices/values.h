/* What the application would declare. */
#pragma once

#include <tenantry/request.h>

enum invoice_status { INVOICE_OPEN, INVOICE_PAID };

struct tag {
    const char *label;
};

struct invoice {
    struct tn_uuid id;
    struct tn_text number;
    struct tn_decimal total;
    struct tn_opt_date paid_on;
    struct tag tags[3];
    int32_t tag_count;
};

struct invoice_rows {
    struct invoice *rows;
    size_t count;
};

struct member {
    struct tn_text name;
};

const char *money(struct tn_request *request, struct tn_decimal amount);
