/* What a value of each type looks like on a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "server/page.h"

#include <cmocka.h>

static struct arena *arena;

/* As the server's, in an arena of the test's own. */
const char *
tn_request_printf(struct tn_request *request, const char *format, ...)
{
    (void)request;
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

static int
make_arena(void **state)
{
    (void)state;
    arena = arena_new(4096);
    return 0;
}

static int
free_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct tn_page
new_page(void)
{
    struct buffer *out = ARENA_NEW(arena, struct buffer);
    buffer_init(out, arena, 0);
    return (struct tn_page){ .out = out, .base = "/o/acme" };
}

#define ASSERT_SHOWN(macro, expected, ...)             \
    do {                                               \
        struct tn_page page = new_page();              \
        macro(&page, (__VA_ARGS__));                   \
        assert_string_equal(page.out->data, expected); \
    } while (0)

static struct tn_text
text(const char *p)
{
    return (struct tn_text){ .p = p, .n = strlen(p) };
}

static void
numbers_are_written_in_digits(void **state)
{
    (void)state;
    ASSERT_SHOWN(TN_PAGE_VALUE, "0", 0);
    ASSERT_SHOWN(TN_PAGE_VALUE, "-7", (int16_t)-7);
    ASSERT_SHOWN(TN_PAGE_VALUE, "-9223372036854775808", INT64_MIN);
    ASSERT_SHOWN(TN_PAGE_VALUE, "18446744073709551615", SIZE_MAX);
    ASSERT_SHOWN(TN_PAGE_VALUE, "12.50", (struct tn_numeric){ .p = "12.50", .n = 5 });
}

static void
text_of_either_kind_is_escaped(void **state)
{
    (void)state;
    ASSERT_SHOWN(TN_PAGE_VALUE, "&lt;b&gt;", "<b>");
    ASSERT_SHOWN(TN_PAGE_VALUE, "&quot;&#39;", (struct tn_text){ .p = "\"'", .n = 2 });
    ASSERT_SHOWN(TN_PAGE_VALUE, "{&quot;a&quot;:1}", (struct tn_json){ .p = "{\"a\":1}", .n = 7 });
    ASSERT_SHOWN(TN_PAGE_PATH_VALUE, "a%2Fb", "a/b");
    ASSERT_SHOWN(TN_PAGE_QUERY_VALUE, "..", "..");
    ASSERT_SHOWN(TN_PAGE_PATH_VALUE, "", "..");
}

static void
null_shows_nothing(void **state)
{
    (void)state;
    ASSERT_SHOWN(TN_PAGE_VALUE, "", (const char *)NULL);
    ASSERT_SHOWN(TN_PAGE_PATH_VALUE, "", (const char *)NULL);
    ASSERT_SHOWN(TN_PAGE_VALUE, "", tn_opt_text_null());
    ASSERT_SHOWN(TN_PAGE_VALUE, "", tn_opt_date_null());
    ASSERT_SHOWN(TN_PAGE_VALUE, "3", tn_opt_int64_of(3));
}

static void
dates_and_times_are_read_the_same_everywhere(void **state)
{
    (void)state;
    ASSERT_SHOWN(TN_PAGE_VALUE, "1970-01-01", (struct tn_date){ 0 });
    ASSERT_SHOWN(TN_PAGE_VALUE, "1969-12-31", (struct tn_date){ -1 });
    ASSERT_SHOWN(TN_PAGE_VALUE, "infinity", (struct tn_date){ TN_DATE_INFINITY });
    ASSERT_SHOWN(TN_PAGE_VALUE, "-infinity", (struct tn_date){ TN_DATE_MINUS_INFINITY });
    ASSERT_SHOWN(TN_PAGE_VALUE, "1970-01-01 00:00 UTC", (struct tn_time){ 0 });
    ASSERT_SHOWN(TN_PAGE_VALUE, "1969-12-31 23:59 UTC", (struct tn_time){ -1 });
    ASSERT_SHOWN(TN_PAGE_VALUE, "2026-11-22 19:43 UTC", (struct tn_time){ 1795376639999999 });
    ASSERT_SHOWN(TN_PAGE_VALUE, "2026-11-22 19:43", (struct tn_localtime){ 1795376580000000 });
    ASSERT_SHOWN(TN_PAGE_VALUE, "infinity", (struct tn_time){ TN_TIME_INFINITY });
}

static void
uuid_is_written_with_hyphens(void **state)
{
    (void)state;
    struct tn_uuid uuid;
    for (uint8_t i = 0; i < sizeof uuid.b; i++)
        uuid.b[i] = (uint8_t)(i * 0x11);

    ASSERT_SHOWN(TN_PAGE_VALUE, "00112233-4455-6677-8899-aabbccddeeff", uuid);
}

static void
decimals_keep_their_scale(void **state)
{
    (void)state;
    assert_string_equal(tn_decimal_text(NULL, (struct tn_decimal){ 123450 }, 2), "1234.50");
    assert_string_equal(tn_decimal_text(NULL, (struct tn_decimal){ -5 }, 2), "-0.05");
    assert_string_equal(tn_decimal_text(NULL, (struct tn_decimal){ 7 }, 0), "7");
    assert_string_equal(
        tn_decimal_text(NULL, (struct tn_decimal){ INT64_MIN }, 18), "-9.223372036854775808");
}

static void
conditions_ask_whether_something_is_there(void **state)
{
    (void)state;
    assert_false(TN_PAGE_IS((const char *)NULL));
    assert_false(TN_PAGE_IS(""));
    assert_true(TN_PAGE_IS("x"));
    assert_false(TN_PAGE_IS((struct tn_text){ .p = "" }));
    assert_false(TN_PAGE_IS(tn_opt_bool_null()));
    assert_true(TN_PAGE_IS(tn_opt_bool_of(false)));
    assert_true(TN_PAGE_EQUALS(text("open"), "open"));
    assert_false(TN_PAGE_EQUALS(text("opened"), "open"));
    assert_false(TN_PAGE_EQUALS((const char *)NULL, ""));
}

static const char *
form_context(struct tn_request *request, const char *form)
{
    (void)request;
    return form[0] == '^' ? NULL : "\"signed\"";
}

static void
forms_get_a_hidden_field_where_they_need_one(void **state)
{
    (void)state;
    struct tn_page page = new_page();
    page.form_context = form_context;

    tn_page_form_context(&page, "^/outside");
    assert_string_equal(page.out->data, "");

    tn_page_form_context(&page, "/invoices");
    assert_string_equal(
        page.out->data, "<input type=\"hidden\" name=\"_ctx\" value=\"&quot;signed&quot;\">");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_digits),
        cmocka_unit_test(text_of_either_kind_is_escaped),
        cmocka_unit_test(null_shows_nothing),
        cmocka_unit_test(dates_and_times_are_read_the_same_everywhere),
        cmocka_unit_test(uuid_is_written_with_hyphens),
        cmocka_unit_test(decimals_keep_their_scale),
        cmocka_unit_test(conditions_ask_whether_something_is_there),
        cmocka_unit_test(forms_get_a_hidden_field_where_they_need_one),
    };
    return cmocka_run_group_tests_name("server/page", tests, make_arena, free_arena);
}
