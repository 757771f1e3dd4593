/* Made by `tenantry pages` from a folder of HTML files; not to be edited. */
#pragma once

#include <tenantry/page.h>

/* about.html */
struct page_about {
    char nothing;
};
void page_about(struct tn_page *page, const struct page_about *view);

/* strange.html */
struct page_strange {
    const char *unused;
};
void page_strange(struct tn_page *page, const struct page_strange *view);
