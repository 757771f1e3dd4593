/* Made by `tenantry pages` from a folder of HTML files; not to be edited. */
#pragma once

#include <tenantry/page.h>
#include "values.h"
#include <time.h>

/* invoices.html */
struct page_invoices {
    struct invoice_rows invoices;
    enum invoice_status status;
    const struct member *member;
    const char *search;
};
void page_invoices(struct tn_page *page, const struct page_invoices *view);
