#include "server/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
a_short_secret_is_taken_only_to_keep_anothers_sessions(void **state)
{
    (void)state;
    static const struct {
        const char *secret;
        const char *compatibility;
        bool is_taken;
    } cases[] = {
        { "0123456789abcdef0123456789abcdef", "strict", true },
        { "0123456789abcdef0123456789abcde", "strict", false },
        { "0123456789abcdef0123456789abcde", "reference", true },
        { "01234567", "reference", true },
        { "0123456", "reference", false },
        { "", "reference", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new(1024);
        const struct settings settings = {
            .secret = cases[i].secret,
            .secret_file = "",
            .compatibility = cases[i].compatibility,
        };
        struct tn_error error = { 0 };
        const char *secret = NULL;
        const bool is_taken = secret_read(&settings, NULL, arena, &secret, &error);
        assert_int_equal(is_taken, cases[i].is_taken);
        if (is_taken)
            assert_string_equal(secret, cases[i].secret);
        else
            assert_int_equal(error.code, TN_CONFIGURATION);
        arena_free(arena);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_secret_is_taken_only_to_keep_anothers_sessions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
