#include "base/format.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What vsnprintf makes of it, at each capacity that there can be. */
static void PRINTF_LIKE(1, 2) check(const char *format, ...)
{
    char expected[128];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    assert_in_range(length, 0, sizeof expected - 1);

    for (size_t capacity = 0; capacity <= (size_t)length + 2; capacity++) {
        char written[128];
        memset(written, '#', sizeof written);
        va_start(arguments, format);
        assert_int_equal(format_text(written, capacity, format, arguments), length);
        va_end(arguments);

        const size_t kept = capacity == 0                ? 0
                            : capacity <= (size_t)length ? capacity - 1
                                                         : (size_t)length;
        assert_memory_equal(written, expected, kept);
        if (capacity > 0)
            assert_int_equal(written[kept], '\0');
        for (size_t i = capacity; i < sizeof written; i++)
            assert_int_equal(written[i], '#');
    }
}

static void
text_is_written_as_the_library_writes_it(void **state)
{
    (void)state;
    check("%s", "");
    check("nothing to fill in");
    check("%s and %s", "one", "another");
    check("100 %%, %c%c", 'a', 'b');
    check("%.3s|%.0s|%.10s|%.s", "January", "x", "May", "y");
    check("%.*s|%.*s|%.*s", 2, "June", -1, "July", 0, "z");
    check("%8s|%*s|%2s", "right", 7, "width", "longer");
    check("%-8s|%-4d|", "left", 7);
    check("Grüße, %s", "Zoë");
}

static void
numbers_are_written_as_the_library_writes_them(void **state)
{
    (void)state;
    const int small[] = { 0, 1, -1, 9, 10, -10, 12345, INT_MAX, INT_MIN };
    for (size_t i = 0; i < COUNT_OF(small); i++) {
        check("%d|%u", small[i], (unsigned)small[i]);
        check("%02d|%5d|%05d|%0*d", small[i], small[i], small[i], 4, small[i]);
        check("%x|%+d|% d|%X", (unsigned)small[i], small[i], small[i], (unsigned)small[i]);
        check("%.3d|%c", small[i], 'c');
    }
    const long long large[] = { 0, -1, LLONG_MAX, LLONG_MIN, 1000000007 };
    for (size_t i = 0; i < COUNT_OF(large); i++) {
        check("%lld|%llu", large[i], (unsigned long long)large[i]);
        check("%ld|%lu", (long)large[i], (unsigned long)large[i]);
        check("%zu|%zd|%022lld", (size_t)large[i], (ssize_t)large[i], large[i]);
    }
}

static void
what_only_the_library_knows_is_left_to_it(void **state)
{
    (void)state;
    check("%s %g %s %.1f", "a", 2.5, "b", 0.25);
    check("%d %016llx %s", 7, 255ULL, "behind it");
    check("%hd %hhu %jd", (short)-3, (unsigned char)200, (intmax_t)5);
    check("%*d|%*s", -6, 42, -6, "left");
    check("%1$s %1$s", "again");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_written_as_the_library_writes_it),
        cmocka_unit_test(numbers_are_written_as_the_library_writes_them),
        cmocka_unit_test(what_only_the_library_knows_is_left_to_it),
    };
    return cmocka_run_group_tests_name("base/format", tests, NULL, NULL);
}
