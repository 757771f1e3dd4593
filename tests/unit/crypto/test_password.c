#include "crypto/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SALT "00112233445566778899aabbccddeeff"
#define HASH                                                                                       \
    SALT ":267a33c2ae63f1c2d542f84d50b7d87c68900c8b9475f6a47ade71cf44b234822e0a34af1d226572b5caf5" \
         "2809319d4c486f3d209cc2fd022fb53bb4eaeb35b1"

static bool
fits(const char *password, const char *hash)
{
    bool answer = false;
    struct tn_error error = { 0 };
    assert_true(password_check(password, hash, &answer, &error));
    return answer;
}

static void
the_hash_is_better_auths(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_LENGTH + 1];
    struct tn_error error = { 0 };

    assert_true(password_hash_with_salt("correct horse battery", SALT, hash, &error));

    assert_string_equal(hash, HASH);
}

static void
only_the_password_fits(void **state)
{
    (void)state;

    assert_true(fits("correct horse battery", HASH));
    assert_false(fits("correct horse batterz", HASH));
    assert_false(fits("", HASH));
}

static void
a_hash_in_another_form_fits_nothing(void **state)
{
    (void)state;

    assert_false(fits("x", ""));
    assert_false(fits("x", "x"));
    assert_false(fits("correct horse battery", HASH "0"));
}

static void
salts_differ_and_unicode_forms_do_not(void **state)
{
    (void)state;
    char one[PASSWORD_HASH_LENGTH + 1];
    char other[PASSWORD_HASH_LENGTH + 1];
    struct tn_error error = { 0 };

    assert_true(password_hash("\xEF\xAC\x81ne caf\xC3\xA9 word", one, &error)); /* ligature, é */
    assert_true(password_hash("fine caf\xC3\xA9 word", other, &error));

    assert_int_not_equal(strncmp(one, other, PASSWORD_SALT_LENGTH), 0);
    assert_true(fits("fine cafe\xCC\x81 word", one)); /* e and a combining acute */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_better_auths),
        cmocka_unit_test(only_the_password_fits),
        cmocka_unit_test(a_hash_in_another_form_fits_nothing),
        cmocka_unit_test(salts_differ_and_unicode_forms_do_not),
    };
    return cmocka_run_group_tests_name("crypto/password", tests, NULL, NULL);
}
