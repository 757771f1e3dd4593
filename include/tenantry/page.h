/* What compiled pages stand on. `tenantry pages` writes the calls; the place decides the escaping.
 *
 * Nothing here takes markup from a value: what is not written in a page's file is escaped. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tenantry/request.h"
#include "tenantry/types.h"

/* Markup as it stands in the page's file. */
TN_PUBLIC void tn_page_markup(struct tn_page *page, const char *markup, size_t bytes);
/* "/o/<slug>" of the request's organization: what the compiler puts before a link that starts
 * with "/". Nothing on a page outside organizations. */
TN_PUBLIC void tn_page_base(struct tn_page *page);
/* "/assets/<name>" as that file is served while its content is as it is: what the compiler writes
 * for an address "^/assets/<name>". */
TN_PUBLIC void tn_page_asset(struct tn_page *page, const char *name);
/* The hidden field `_ctx` that the compiler puts into every <form method="post">: what binds the
 * form to session and organization. `form` is its action without query, each value in it a "_"
 * ("/invoices/_/paid", "^/sign-out"). */
TN_PUBLIC void tn_page_form_context(struct tn_page *page, const char *form);
/* The request that this page answers; `request` in a page's file. */
TN_PUBLIC struct tn_request *tn_page_request(struct tn_page *page);

/* Texts for pages and paths, in the request's arena. */
TN_PUBLIC const char *tn_uuid_text(struct tn_request *request, struct tn_uuid value);
TN_PUBLIC const char *
tn_decimal_text(struct tn_request *request, struct tn_decimal value, int scale);

/* --- {{ value }} between tags or in a quoted attribute: & < > " ' are escaped ----------------- */

TN_PUBLIC void tn_page_cstring(struct tn_page *page, const char *value); /* NULL is nothing */
TN_PUBLIC void tn_page_text(struct tn_page *page, struct tn_text value);
TN_PUBLIC void tn_page_json(struct tn_page *page, struct tn_json value);
TN_PUBLIC void tn_page_bool(struct tn_page *page, bool value); /* "true", "false" */
TN_PUBLIC void tn_page_int64(struct tn_page *page, int64_t value);
TN_PUBLIC void tn_page_size(struct tn_page *page, size_t value);
TN_PUBLIC void tn_page_uuid(struct tn_page *page, struct tn_uuid value);
TN_PUBLIC void tn_page_numeric(struct tn_page *page, struct tn_numeric value);
TN_PUBLIC void tn_page_date(struct tn_page *page, struct tn_date value); /* 2026-11-22 */
TN_PUBLIC void tn_page_time(struct tn_page *page, struct tn_time value); /* 2026-11-22 19:43 UTC */
TN_PUBLIC void tn_page_localtime(struct tn_page *page, struct tn_localtime value);
/* A value that is NULL shows nothing. */
TN_PUBLIC void tn_page_opt_text(struct tn_page *page, struct tn_opt_text value);
TN_PUBLIC void tn_page_opt_int32(struct tn_page *page, struct tn_opt_int32 value);
TN_PUBLIC void tn_page_opt_int64(struct tn_page *page, struct tn_opt_int64 value);
TN_PUBLIC void tn_page_opt_uuid(struct tn_page *page, struct tn_opt_uuid value);
TN_PUBLIC void tn_page_opt_numeric(struct tn_page *page, struct tn_opt_numeric value);
TN_PUBLIC void tn_page_opt_date(struct tn_page *page, struct tn_opt_date value);
TN_PUBLIC void tn_page_opt_time(struct tn_page *page, struct tn_opt_time value);

/* The appender by type; one that is not here does not compile. An enum, a decimal, a float are left
 * out on purpose: a number is seldom what a reader should see of them. */
/* clang-format off */
#define TN_PAGE_VALUE(page, value)               \
    _Generic((value),                            \
        const char *: tn_page_cstring,           \
        char *: tn_page_cstring,                 \
        struct tn_text: tn_page_text,            \
        struct tn_json: tn_page_json,            \
        bool: tn_page_bool,                      \
        int16_t: tn_page_int64,                  \
        int32_t: tn_page_int64,                  \
        int64_t: tn_page_int64,                  \
        size_t: tn_page_size,                    \
        struct tn_uuid: tn_page_uuid,            \
        struct tn_numeric: tn_page_numeric,      \
        struct tn_date: tn_page_date,            \
        struct tn_time: tn_page_time,            \
        struct tn_localtime: tn_page_localtime,  \
        struct tn_opt_text: tn_page_opt_text,    \
        struct tn_opt_int32: tn_page_opt_int32,  \
        struct tn_opt_int64: tn_page_opt_int64,  \
        struct tn_opt_uuid: tn_page_opt_uuid,    \
        struct tn_opt_numeric: tn_page_opt_numeric, \
        struct tn_opt_date: tn_page_opt_date,    \
        struct tn_opt_time: tn_page_opt_time)((page), (value))
/* clang-format on */

/* --- {{ value }} in an address: percent-encoded, all but unreserved --------------------------- */

TN_PUBLIC void tn_page_path_cstring(struct tn_page *page, const char *value);
TN_PUBLIC void tn_page_path_text(struct tn_page *page, struct tn_text value);
TN_PUBLIC void tn_page_query_cstring(struct tn_page *page, const char *value);
TN_PUBLIC void tn_page_query_text(struct tn_page *page, struct tn_text value);

/* Before "?": a value of nothing but dots is left out, since it would be a step up. */
/* clang-format off */
#define TN_PAGE_PATH_VALUE(page, value)          \
    _Generic((value),                            \
        const char *: tn_page_path_cstring,      \
        char *: tn_page_path_cstring,            \
        struct tn_text: tn_page_path_text,       \
        struct tn_uuid: tn_page_uuid,            \
        int16_t: tn_page_int64,                  \
        int32_t: tn_page_int64,                  \
        int64_t: tn_page_int64,                  \
        size_t: tn_page_size,                    \
        struct tn_date: tn_page_date)((page), (value))

/* Behind "?" or "#". */
#define TN_PAGE_QUERY_VALUE(page, value)         \
    _Generic((value),                            \
        const char *: tn_page_query_cstring,     \
        char *: tn_page_query_cstring,           \
        struct tn_text: tn_page_query_text,      \
        struct tn_uuid: tn_page_uuid,            \
        int16_t: tn_page_int64,                  \
        int32_t: tn_page_int64,                  \
        int64_t: tn_page_int64,                  \
        size_t: tn_page_size,                    \
        struct tn_date: tn_page_date)((page), (value))
/* clang-format on */

/* --- {% if value %} --------------------------------------------------------------------------- */

static inline bool
tn_page_is_bool(bool value)
{
    return value;
}

static inline bool
tn_page_is_number(int64_t value)
{
    return value != 0;
}

static inline bool
tn_page_is_size(size_t value)
{
    return value != 0;
}

static inline bool
tn_page_is_cstring(const char *value)
{
    return value != NULL && value[0] != '\0';
}

static inline bool
tn_page_is_text(struct tn_text value)
{
    return value.n > 0;
}

#define TN_PAGE_DECLARE_IS_OPT(name, type)                               \
    static inline bool tn_page_is_opt_##name(struct tn_opt_##name value) \
    {                                                                    \
        return !value.is_null;                                           \
    }
TN_EACH_TYPE(TN_PAGE_DECLARE_IS_OPT)
#undef TN_PAGE_DECLARE_IS_OPT

/* Is it there? true; a number but 0; text but the empty one; a value but NULL. */
/* clang-format off */
#define TN_PAGE_OPT_CASE(name, type) , struct tn_opt_##name: tn_page_is_opt_##name
#define TN_PAGE_IS(value)                        \
    _Generic((value),                            \
        bool: tn_page_is_bool,                   \
        int16_t: tn_page_is_number,              \
        int32_t: tn_page_is_number,              \
        int64_t: tn_page_is_number,              \
        size_t: tn_page_is_size,                 \
        const char *: tn_page_is_cstring,        \
        char *: tn_page_is_cstring,              \
        struct tn_text: tn_page_is_text          \
        TN_EACH_TYPE(TN_PAGE_OPT_CASE))(value)
/* clang-format on */

static inline bool
tn_page_equals_cstring(const char *value, const char *literal)
{
    return value != NULL && strcmp(value, literal) == 0;
}

static inline bool
tn_page_equals_text(struct tn_text value, const char *literal)
{
    return value.n == strlen(literal) && memcmp(value.p, literal, value.n) == 0;
}

/* {% if value == "literal" %} */
/* clang-format off */
#define TN_PAGE_EQUALS(value, literal)           \
    _Generic((value),                            \
        const char *: tn_page_equals_cstring,    \
        char *: tn_page_equals_cstring,          \
        struct tn_text: tn_page_equals_text)((value), (literal))

/* One side of a comparison of numbers. Text has no order here, and comparing where it stands in
 * memory would compile and be wrong: its type is one that cannot be compared. */
struct tn_page_text_is_compared_with_a_literal {
    char unused;
};
#define TN_PAGE_COMPARED(value)                                             \
    _Generic((value),                                                       \
        const char *: (struct tn_page_text_is_compared_with_a_literal){ 0 },\
        char *: (struct tn_page_text_is_compared_with_a_literal){ 0 },      \
        default: (value))
/* clang-format on */
