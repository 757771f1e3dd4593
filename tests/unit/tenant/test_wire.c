#include "tenant/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    struct buffer out;
};

static int
set_up(void **state)
{
    static struct fixture fixture;
    fixture.arena = arena_new(1024);
    buffer_init(&fixture.out, fixture.arena, 64);
    *state = &fixture;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_free(fixture->arena);
    return 0;
}

/* Bytes as PostgreSQL 15 sends them: SELECT encode(numeric_send(…), 'hex'). */
static const struct {
    const char *bytes;
    size_t count;
    const char *text;
    int scale;
    bool has_decimal;
    int64_t decimal;
} numerics[] = {
    { "\0\0\0\0\0\0\0\0", 8, "0", 2, true, 0 },
    { "\0\0\0\0\0\0\0\2", 8, "0.00", 2, true, 0 },
    { "\0\2\0\0\0\0\0\2\x04\xD2\x13\x88", 12, "1234.50", 2, true, 123450 },
    { "\0\2\0\0\x40\0\0\2\x04\xD2\x13\x88", 12, "-1234.50", 2, true, -123450 },
    { "\0\1\xFF\xFF\0\0\0\4\0\5", 10, "0.0005", 4, true, 5 },
    { "\0\1\xFF\xFF\0\0\0\4\0\5", 10, "0.0005", 2, false, 0 },
    { "\0\1\0\2\0\0\0\0\0\1", 10, "100000000", 0, true, 100000000 },
    { "\0\1\0\2\0\0\0\0\0\1", 10, "100000000", 11, false, 0 },
    { "\0\0\0\0\xC0\0\0\0", 8, "NaN", 2, false, 0 },
    { "\0\0\0\0\xD0\0\0\x20", 8, "Infinity", 2, false, 0 },
    { "\0\0\0\0\xF0\0\0\x20", 8, "-Infinity", 2, false, 0 },
};

static void
numerics_are_read_exactly_or_not_at_all(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < COUNT_OF(numerics); i++) {
        int64_t decimal = 42;
        buffer_truncate(&fixture->out, 0);

        assert_true(wire_append_numeric(&fixture->out, numerics[i].bytes, numerics[i].count));
        assert_string_equal(fixture->out.data, numerics[i].text);
        assert_int_equal(
            wire_to_decimal(numerics[i].bytes, numerics[i].count, numerics[i].scale, &decimal),
            numerics[i].has_decimal);
        if (numerics[i].has_decimal)
            assert_int_equal(decimal, numerics[i].decimal);
    }
}

static void
broken_numerics_are_refused(void **state)
{
    struct fixture *fixture = *state;
    int64_t decimal;

    assert_false(
        wire_append_numeric(&fixture->out, "\0\2\0\0\0\0\0\0\0\1", 10)); /* a digit too few */
    assert_false(wire_append_numeric(&fixture->out, "\0\1\0\0\0\0\0\0\x27\x10", 10)); /* 10000 */
    assert_false(wire_append_numeric(&fixture->out, "\0\0\0\0\x12\x34\0\0", 8)); /* no such sign */
    assert_false(wire_to_decimal("\0", 1, 2, &decimal));
}

static void
decimals_are_written_with_all_their_digits(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        int64_t coefficient;
        int scale;
        const char *text;
    } cases[] = {
        { 0, 2, "0.00" },
        { 5, 2, "0.05" },
        { -5, 2, "-0.05" },
        { 123450, 2, "1234.50" },
        { 7, 0, "7" },
        { INT64_MIN, 2, "-92233720368547758.08" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        buffer_truncate(&fixture->out, 0);
        wire_append_decimal(&fixture->out, cases[i].coefficient, cases[i].scale);
        assert_string_equal(fixture->out.data, cases[i].text);
    }
}

static void
times_keep_their_infinities_and_their_era(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(wire_of_time(INT64_C(946684800000000)), 0);
    assert_int_equal(wire_to_time(0), INT64_C(946684800000000));
    assert_int_equal(wire_of_time(INT64_MAX), INT64_MAX);
    assert_int_equal(wire_to_date(INT32_MIN), INT32_MIN);
    assert_int_equal(wire_of_date(10957), 0);

    wire_append_time(&fixture->out, INT64_C(1795376622756123));
    assert_string_equal(fixture->out.data, "2026-11-22 19:43:42.756123+00");
    buffer_truncate(&fixture->out, 0);
    wire_append_date(&fixture->out, -719528);
    assert_string_equal(fixture->out.data, "0001-01-01 BC");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numerics_are_read_exactly_or_not_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_numerics_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            decimals_are_written_with_all_their_digits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            times_keep_their_infinities_and_their_era, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("tenant/wire", tests, NULL, NULL);
}
