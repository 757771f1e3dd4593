#include "postgres/private_process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
one_that_does_not_come_up_is_started_ever_more_rarely(void **state)
{
    (void)state;
    int pause_ms = 0;
    int last_ms = 0;
    for (int start = 0; start < 20; start++) {
        pause_ms = private_restart_pause_ms(last_ms, 200);
        assert_true(pause_ms >= last_ms);
        last_ms = pause_ms;
    }

    assert_int_equal(pause_ms, 10000);
}

static void
one_that_ran_is_started_at_once_however_often_it_was_killed(void **state)
{
    (void)state;
    int pause_ms = 0;
    for (int kill = 0; kill < 20; kill++)
        pause_ms = private_restart_pause_ms(pause_ms, 3000);

    assert_int_equal(pause_ms, 100);
}

/* It may be killed while it recovers: that is no reason to hurry. */
static void
one_that_ran_as_long_as_it_was_waited_for_did_not_come_up(void **state)
{
    (void)state;

    assert_int_equal(private_restart_pause_ms(1600, 1600), 3200);
    assert_int_equal(private_restart_pause_ms(1600, 60000), 100);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_does_not_come_up_is_started_ever_more_rarely),
        cmocka_unit_test(one_that_ran_is_started_at_once_however_often_it_was_killed),
        cmocka_unit_test(one_that_ran_as_long_as_it_was_waited_for_did_not_come_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
