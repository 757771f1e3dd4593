/* What compiled pages stand on. `tenantry pages` writes the calls; the place decides the escaping. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tenantry/request.h"

/* Markup as it stands in the page's file. */
TN_PUBLIC void tn_page_markup(struct tn_page *page, const char *markup, size_t bytes);

/* A value between tags, or inside a quoted attribute: & < > " ' are escaped in both. */
TN_PUBLIC void tn_page_cstring(struct tn_page *page, const char *value); /* NULL is nothing */
TN_PUBLIC void tn_page_text(struct tn_page *page, struct tn_text value);
TN_PUBLIC void tn_page_bool(struct tn_page *page, bool value); /* "true", "false" */
TN_PUBLIC void tn_page_int32(struct tn_page *page, int32_t value);
TN_PUBLIC void tn_page_int64(struct tn_page *page, int64_t value);
TN_PUBLIC void tn_page_size(struct tn_page *page, size_t value);
TN_PUBLIC void tn_page_uuid(struct tn_page *page, struct tn_uuid value);
TN_PUBLIC void tn_page_numeric(struct tn_page *page, struct tn_numeric value);
TN_PUBLIC void tn_page_date(struct tn_page *page, struct tn_date value); /* 2026-11-22 */
TN_PUBLIC void tn_page_time(struct tn_page *page, struct tn_time value); /* 2026-11-22 19:43 UTC */
TN_PUBLIC void tn_page_decimal(struct tn_page *page, struct tn_decimal value, int scale); /* 1234.50 */

/* {{ value }}: the appender by type; one that is not here does not compile. */
#define TN_PAGE_VALUE(page, value)                                                                 \
    _Generic((value), const char *                                                                 \
             : tn_page_cstring, char *                                                             \
             : tn_page_cstring, struct tn_text                                                     \
             : tn_page_text, bool                                                                  \
             : tn_page_bool, int32_t                                                               \
             : tn_page_int32, int64_t                                                              \
             : tn_page_int64, size_t                                                               \
             : tn_page_size, struct tn_uuid                                                        \
             : tn_page_uuid, struct tn_numeric                                                     \
             : tn_page_numeric, struct tn_date                                                     \
             : tn_page_date, struct tn_time                                                        \
             : tn_page_time)((page), (value))

/* A value as one part of a URL (path segment or query value): percent-encoded, all but unreserved. */
TN_PUBLIC void tn_page_url_cstring(struct tn_page *page, const char *value);
TN_PUBLIC void tn_page_url_text(struct tn_page *page, struct tn_text value);
TN_PUBLIC void tn_page_url_uuid(struct tn_page *page, struct tn_uuid value);
TN_PUBLIC void tn_page_url_int32(struct tn_page *page, int32_t value);
TN_PUBLIC void tn_page_url_int64(struct tn_page *page, int64_t value);
TN_PUBLIC void tn_page_url_date(struct tn_page *page, struct tn_date value);
#define TN_PAGE_URL_VALUE(page, value)                                                             \
    _Generic((value), const char *                                                                 \
             : tn_page_url_cstring, char *                                                         \
             : tn_page_url_cstring, struct tn_text                                                 \
             : tn_page_url_text, struct tn_uuid                                                    \
             : tn_page_url_uuid, int32_t                                                           \
             : tn_page_url_int32, int64_t                                                          \
             : tn_page_url_int64, struct tn_date                                                   \
             : tn_page_url_date)((page), (value))

/* "/o/<slug>" of the request's organization: what the compiler puts before a link that starts
 * with "/". Nothing on a page outside organizations. */
TN_PUBLIC void tn_page_base(struct tn_page *page);
/* The hidden field `_ctx` that the compiler puts into every <form method="post">: what binds the
 * form to session and organization. `form` is its action as it stands in the file. */
TN_PUBLIC void tn_page_form_context(struct tn_page *page, const char *form);
/* The request that this page answers, for what a layout shows: user, organizations, permissions. */
TN_PUBLIC struct tn_request *tn_page_request(struct tn_page *page);
