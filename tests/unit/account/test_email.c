#include "account/email.h"

#include "base/compiler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
addresses_are_taken_as_better_auth_takes_them(void **state)
{
    (void)state;
    static const struct {
        const char *email;
        bool expected;
    } cases[] = {
        { "ada@example.com", true },
        { "Ada.King+notes_1@Sub-1.Example.COM", true },
        { "o'hara@example.ie", true },
        { "a@-b.com", false },
        { "a@b-.com", true },
        { "nobody", false },
        { "", false },
        { "@example.com", false },
        { ".a@example.com", false },
        { "a.@example.com", false },
        { "a..b@example.com", false },
        { "a'@example.com", false },
        { "a b@example.com", false },
        { "a@b@example.com", false },
        { "a@example", false },
        { "a@example.c", false },
        { "a@example.c0m", false },
        { "a@.com", false },
        { "a@example..com", false },
        { "a@example.com.", false },
        { "zo\xC3\xAB@example.com", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(email_is_valid(cases[i].email), cases[i].expected);
}

static void
an_address_that_no_index_holds_is_refused(void **state)
{
    (void)state;
    char email[EMAIL_BYTES_MAX + 2];
    memset(email, 'a', sizeof(email));
    memcpy(email + EMAIL_BYTES_MAX - 6, "@ab.de", 7);

    assert_true(email_is_valid(email));

    memset(email, 'a', sizeof(email));
    memcpy(email + EMAIL_BYTES_MAX - 5, "@ab.de", 7);
    assert_false(email_is_valid(email));
}

static void
addresses_are_kept_in_lower_case(void **state)
{
    (void)state;
    struct arena *arena = arena_new(256);

    assert_string_equal(email_normalise("Ada.KING@Example.com", arena), "ada.king@example.com");
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_taken_as_better_auth_takes_them),
        cmocka_unit_test(an_address_that_no_index_holds_is_refused),
        cmocka_unit_test(addresses_are_kept_in_lower_case),
    };
    return cmocka_run_group_tests_name("account/email", tests, NULL, NULL);
}
