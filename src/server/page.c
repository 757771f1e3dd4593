#include "server/page.h"

#include "base/time.h"
#include "base/uuid.h"
#include "html/escape.h"

enum { MICROSECONDS_PER_MINUTE = 60 * 1000 * 1000, MINUTES_PER_DAY = 24 * 60 };

void
tn_page_markup(struct tn_page *page, const char *markup, size_t bytes)
{
    buffer_append(page->out, markup, bytes);
}

void
tn_page_base(struct tn_page *page)
{
    buffer_text(page->out, page->base);
}

void
tn_page_form_context(struct tn_page *page, const char *form)
{
    const char *context = page->form_context ? page->form_context(page->request, form) : NULL;
    if (!context)
        return;

    BUFFER_LITERAL(page->out, "<input type=\"hidden\" name=\"_ctx\" value=\"");
    html_attribute(page->out, context, strlen(context));
    BUFFER_LITERAL(page->out, "\">");
}

struct tn_request *
tn_page_request(struct tn_page *page)
{
    return page->request;
}

const char *
tn_uuid_text(struct tn_request *request, struct tn_uuid value)
{
    const uint8_t *b = value.b;
    return tn_request_printf(request,
        "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
        b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

const char *
tn_decimal_text(struct tn_request *request, struct tn_decimal value, int scale)
{
    const uint64_t digits = value.coef < 0 ? -(uint64_t)value.coef : (uint64_t)value.coef;
    const char *sign = value.coef < 0 ? "-" : "";
    uint64_t unit = 1;
    for (int i = 0; i < scale; i++)
        unit *= 10;

    if (scale == 0)
        return tn_request_printf(request, "%s%llu", sign, (unsigned long long)digits);
    return tn_request_printf(request, "%s%llu.%0*llu", sign, (unsigned long long)(digits / unit),
        scale, (unsigned long long)(digits % unit));
}

/* --- text ----------------------------------------------------------------------------------------
 */

/* html_attribute escapes at least what html_text does: one appender serves both places. */
static void
append(struct tn_page *page, const char *text, size_t bytes)
{
    html_attribute(page->out, text, bytes);
}

void
tn_page_cstring(struct tn_page *page, const char *value)
{
    if (value)
        append(page, value, strlen(value));
}

void
tn_page_text(struct tn_page *page, struct tn_text value)
{
    append(page, value.p, value.n);
}

void
tn_page_json(struct tn_page *page, struct tn_json value)
{
    append(page, value.p, value.n);
}

void
tn_page_numeric(struct tn_page *page, struct tn_numeric value)
{
    append(page, value.p, value.n);
}

void
tn_page_path_cstring(struct tn_page *page, const char *value)
{
    if (value)
        html_url_path(page->out, value, strlen(value));
}

void
tn_page_path_text(struct tn_page *page, struct tn_text value)
{
    html_url_path(page->out, value.p, value.n);
}

void
tn_page_query_cstring(struct tn_page *page, const char *value)
{
    if (value)
        html_url(page->out, value, strlen(value));
}

void
tn_page_query_text(struct tn_page *page, struct tn_text value)
{
    html_url(page->out, value.p, value.n);
}

/* --- what is written with digits and letters only: safe in each place ---------------------------
 */

void
tn_page_bool(struct tn_page *page, bool value)
{
    buffer_text(page->out, value ? "true" : "false");
}

void
tn_page_int64(struct tn_page *page, int64_t value)
{
    buffer_integer(page->out, value);
}

void
tn_page_size(struct tn_page *page, size_t value)
{
    buffer_digits(page->out, value, 1);
}

void
tn_page_uuid(struct tn_page *page, struct tn_uuid value)
{
    uuid_append(page->out, value.b);
}

static void
append_day(struct tn_page *page, int64_t days)
{
    time_append_date(page->out, time_civil_of_days(days));
}

void
tn_page_date(struct tn_page *page, struct tn_date value)
{
    if (value.days == TN_DATE_INFINITY || value.days == TN_DATE_MINUS_INFINITY)
        buffer_text(page->out, value.days > 0 ? "infinity" : "-infinity");
    else
        append_day(page, value.days);
}

static void
append_time(struct tn_page *page, int64_t us, const char *zone)
{
    if (us == TN_TIME_INFINITY || us == TN_TIME_MINUS_INFINITY) {
        buffer_text(page->out, us > 0 ? "infinity" : "-infinity");
        return;
    }

    int64_t minutes = us / MICROSECONDS_PER_MINUTE;
    minutes -= us % MICROSECONDS_PER_MINUTE < 0;
    int64_t days = minutes / MINUTES_PER_DAY;
    days -= minutes % MINUTES_PER_DAY < 0;
    const int minute = (int)(minutes - days * MINUTES_PER_DAY);
    append_day(page, days);
    buffer_character(page->out, ' ');
    time_append_clock(page->out, (int64_t)minute * 60, false);
    buffer_text(page->out, zone);
}

void
tn_page_time(struct tn_page *page, struct tn_time value)
{
    append_time(page, value.us, " UTC");
}

void
tn_page_localtime(struct tn_page *page, struct tn_localtime value)
{
    append_time(page, value.us, "");
}

/* --- what may be NULL ----------------------------------------------------------------------------
 */

#define DEFINE_OPT(name, type, appender)                                      \
    void tn_page_opt_##name(struct tn_page *page, struct tn_opt_##name value) \
    {                                                                         \
        type inner;                                                           \
        if (tn_opt_##name##_get(value, &inner))                               \
            appender(page, inner);                                            \
    }
DEFINE_OPT(text, struct tn_text, tn_page_text)
DEFINE_OPT(int32, int32_t, tn_page_int64)
DEFINE_OPT(int64, int64_t, tn_page_int64)
DEFINE_OPT(uuid, struct tn_uuid, tn_page_uuid)
DEFINE_OPT(numeric, struct tn_numeric, tn_page_numeric)
DEFINE_OPT(date, struct tn_date, tn_page_date)
DEFINE_OPT(time, struct tn_time, tn_page_time)
