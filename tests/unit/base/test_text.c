#include "base/error.h"
#include "base/time.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
only_text_is_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t bytes;
        bool valid;
    } cases[] = {
        { "", 0, true },
        { "Zo\xC3\xAB \xF0\x9F\x8C\x8D", 9, true },
        { "a\0b", 3, false },
        { "\xC0\x80", 2, false },         /* overlong NUL */
        { "\xED\xA0\x80", 3, false },     /* surrogate */
        { "\xF4\x90\x80\x80", 4, false }, /* above U+10FFFF */
        { "\xE2\x82", 2, false },         /* cut short */
        { "\x80", 1, false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(utf8_is_valid(cases[i].text, cases[i].bytes), cases[i].valid);
    /* Wherever they stand in a longer text, whose bytes are looked at by eights. */
    for (size_t place = 0; place < 16; place++) {
        char text[] = "sixteen of ASCII and more";
        const size_t bytes = strlen(text);
        assert_true(utf8_is_valid(text, bytes));
        memcpy(text + place, "\xC3\xAB", 2);
        assert_true(utf8_is_valid(text, bytes));
        text[place] = 'e';
        assert_false(utf8_is_valid(text, bytes));
        text[place + 1] = '\0';
        assert_false(utf8_is_valid(text, bytes));
    }
    assert_int_equal(utf8_utf16_units("Zo\xC3\xAB \xF0\x9F\x8C\x8D"), 6);
}

static void
times_are_written_as_javascript_writes_them(void **state)
{
    (void)state;
    struct arena *arena = arena_new(64);
    struct buffer out;
    buffer_init(&out, arena, 64);

    time_append_iso(&out, INT64_C(1795376622756999));
    assert_string_equal(out.data, "2026-11-22T19:43:42.756Z");
    buffer_truncate(&out, 0);
    time_append_iso(&out, -1);
    assert_string_equal(out.data, "1969-12-31T23:59:59.999Z");
    buffer_truncate(&out, 0);
    time_append_iso(&out, INT64_C(253402300800000000));
    assert_string_equal(out.data, "10000-01-01T00:00:00.000Z");
    buffer_truncate(&out, 0);
    time_append_date(&out, (struct civil_date){ -7, 1, 9 });
    assert_string_equal(out.data, "-0007-01-09");
    buffer_truncate(&out, 0);
    time_append_clock(&out, 86400, false);
    assert_string_equal(out.data, "24:00");
    arena_free(arena);
}

static void
integers_are_written_as_printf_writes_them(void **state)
{
    (void)state;
    struct arena *arena = arena_new(64);
    struct buffer out;
    char expected[32];
    buffer_init(&out, arena, 64);

    for (int shift = 0; shift < 64; shift++) {
        for (int more = -1; more <= 1; more++) {
            const uint64_t number = (UINT64_C(1) << shift) * 5 / 4 + (uint64_t)more;
            snprintf(expected, sizeof expected, "%" PRId64, (int64_t)number);
            buffer_truncate(&out, 0);
            buffer_integer(&out, (int64_t)number);
            assert_string_equal(out.data, expected);

            snprintf(expected, sizeof expected, "%0*" PRIu64, shift % 21, number);
            buffer_truncate(&out, 0);
            buffer_digits(&out, number, shift % 21);
            assert_string_equal(out.data, expected);
        }
    }
    buffer_truncate(&out, 0);
    buffer_integer(&out, INT64_MIN);
    assert_string_equal(out.data, "-9223372036854775808");
    arena_free(arena);
}

static void
days_and_dates_are_inverse(void **state)
{
    (void)state;
    for (int64_t days = -800000; days < 800000; days += 13)
        assert_int_equal(time_days_of_civil(time_civil_of_days(days)), days);
    assert_true(time_civil_is_valid((struct civil_date){ 2028, 2, 29 }));
    assert_false(time_civil_is_valid((struct civil_date){ 2026, 2, 29 }));
}

static void
the_first_failure_wins(void **state)
{
    (void)state;
    struct tn_error error = { 0 };

    assert_false(error_set(&error, TN_NOT_FOUND, "no invoice %d", 7));
    assert_false(error_set(&error, TN_DATABASE, "later"));
    error_prefix(&error, "%s", "page");

    assert_int_equal(error.code, TN_NOT_FOUND);
    assert_string_equal(error.detail, "page: no invoice 7");
    assert_int_equal(tn_error_status(error.code), 404);
}

static void
what_a_buffer_borrows_is_never_written(void **state)
{
    struct arena *arena = arena_new(256);
    static const char page[] = "a page of another";
    struct buffer kept;
    struct buffer cut;
    struct buffer grown;
    (void)state;
    buffer_init(&kept, arena, 16);
    buffer_init(&cut, arena, 16);
    buffer_init(&grown, arena, 16);

    buffer_borrow(&kept, page, strlen(page));
    buffer_borrow(&cut, page, strlen(page));
    buffer_truncate(&cut, 6);
    buffer_text(&cut, " more");
    buffer_borrow(&grown, page, strlen(page));
    buffer_text(&grown, "!");

    assert_ptr_equal(kept.data, page);
    assert_string_equal(cut.data, "a page more");
    assert_string_equal(grown.data, "a page of another!");
    assert_string_equal(page, "a page of another");
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_text_is_utf8),
        cmocka_unit_test(times_are_written_as_javascript_writes_them),
        cmocka_unit_test(integers_are_written_as_printf_writes_them),
        cmocka_unit_test(days_and_dates_are_inverse),
        cmocka_unit_test(the_first_failure_wins),
        cmocka_unit_test(what_a_buffer_borrows_is_never_written),
    };
    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
