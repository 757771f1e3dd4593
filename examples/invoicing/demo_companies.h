/* The two invented companies of the demo data. No person or firm in it exists. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct demo_customer {
    const char *name;
    const char *contact;
    const char *email;
    const char *address;
    int32_t terms_days; /* from issue to due */
};

/* What a line of an invoice sells: between the two prices, in steps of `price_step`; in quantities
 * up to `quantity_max` steps of `quantity_step`. Prices and quantities in hundredths. */
struct demo_service {
    const char *description;
    int64_t price_low;
    int64_t price_high;
    int64_t price_step;
    int64_t quantity_step;
    int64_t quantity_max;
};

struct demo_company {
    const char *name;
    const char *slug;
    const char *legal_name;
    const char *address;
    const char *tax_number;
    const char *bank_account;
    const char *colleague_name;
    const char *colleague_email;
    const struct demo_customer *customers;
    size_t customer_count;
    const struct demo_service *services;
    size_t service_count;
    size_t invoice_count;
    uint64_t seed;
};

extern const struct demo_company demo_harbour_finch;
extern const struct demo_company demo_acme;
