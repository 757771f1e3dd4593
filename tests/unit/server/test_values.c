#include "tenantry/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
decimals_are_read_exactly_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int scale;
        bool valid;
        int64_t coefficient;
    } cases[] = {
        { "1234.5", 2, true, 123450 },
        { "-0.05", 2, true, -5 },
        { "7", 2, true, 700 },
        { ".5", 2, true, 50 },
        { "5.", 2, true, 500 },
        { "-92233720368547758.08", 2, true, INT64_MIN },
        { "92233720368547758.08", 2, false, 0 },
        { "1.005", 2, false, 0 },
        { "1.0", 0, false, 0 },
        { "", 2, false, 0 },
        { ".", 2, false, 0 },
        { "-", 2, false, 0 },
        { "1e3", 2, false, 0 },
        { " 1", 2, false, 0 },
        { "1..2", 2, false, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tn_decimal decimal = { 0 };
        assert_int_equal(tn_decimal_parse(cases[i].text, cases[i].scale, &decimal), cases[i].valid);
        if (cases[i].valid)
            assert_int_equal(decimal.coef, cases[i].coefficient);
    }
}

static void
only_days_that_exist_are_dates(void **state)
{
    (void)state;
    struct tn_date date;

    assert_true(tn_date_parse("2000-01-01", &date));
    assert_int_equal(date.days, 10957);
    assert_false(tn_date_parse("2026-02-29", &date));
    assert_false(tn_date_parse("2026-2-9", &date));
    assert_false(tn_date_parse("2026-02-09 ", &date));
    assert_false(tn_date_parse("", &date));
}

static void
uuids_are_read_in_either_case_and_whole(void **state)
{
    (void)state;
    struct tn_uuid uuid;

    assert_true(tn_uuid_parse("D8E2C3C5-0000-4000-8000-00000000000f", &uuid));
    assert_int_equal(uuid.b[0], 0xD8);
    assert_int_equal(uuid.b[15], 0x0F);
    assert_false(tn_uuid_parse("d8e2c3c5-0000-4000-8000-00000000000", &uuid));
    assert_false(tn_uuid_parse("d8e2c3c5-0000-4000-8000-00000000000f0", &uuid));
    assert_false(tn_uuid_parse("d8e2c3c5000040008000-00000000000f", &uuid));
    assert_false(tn_uuid_parse("", &uuid));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_read_exactly_or_refused),
        cmocka_unit_test(only_days_that_exist_are_dates),
        cmocka_unit_test(uuids_are_read_in_either_case_and_whole),
    };
    return cmocka_run_group_tests_name("server/values", tests, NULL, NULL);
}
