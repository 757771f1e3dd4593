/* What stands above and beside the list of invoices: a tab for each status, and customers to choose
 * from. */
#pragma once

#include <tenantry/tenantry.h>

#include "queries.h"

struct invoice_tab {
    const char *name; /* as in the address */
    const char *label;
    int64_t count;
    bool is_current;
};

struct invoice_tabs {
    size_t count;
    struct invoice_tab rows[6];
};

struct invoice_tabs invoice_tabs(const struct invoice_counts_row *counts, const char *current);

struct customer_choice {
    struct tn_uuid id;
    struct tn_text name;
    bool is_chosen;
};

struct customer_choices {
    size_t count;
    struct customer_choice *rows;
};

struct customer_choices customers_to_choose(
    struct tn_request *request, struct customers_by_name_rows customers, struct tn_opt_uuid chosen);
