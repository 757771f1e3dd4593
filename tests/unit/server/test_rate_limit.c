#include "server/rate_limit.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const struct rate_rule three = { .window_ms = 10000, .count_max = 3 };

static struct rate_limiter *
limiter_of(size_t slots)
{
    struct rate_limiter *limiter;
    struct tn_error error = { 0 };
    assert_true(rate_limiter_new(slots, &limiter, &error));
    return limiter;
}

static bool
admit(
    struct rate_limiter *limiter, const char *address, const struct rate_rule *rule, int64_t now_ms)
{
    int64_t wait_ms;
    return rate_limiter_admit(limiter, address, "/sign-in", rule, now_ms, &wait_ms);
}

static void
as_many_as_the_rule_says_are_let_in(void **state)
{
    (void)state;
    struct rate_limiter *limiter = limiter_of(64);
    for (int i = 0; i < 3; i++)
        assert_true(admit(limiter, "192.0.2.1", &three, 1000 + i));

    int64_t wait_ms;
    assert_false(rate_limiter_admit(limiter, "192.0.2.1", "/sign-in", &three, 4000, &wait_ms));
    assert_int_equal(wait_ms, 7000);

    assert_true(admit(limiter, "192.0.2.2", &three, 4000));
    assert_true(rate_limiter_admit(limiter, "192.0.2.1", "/sign-up", &three, 4000, &wait_ms));
    rate_limiter_free(limiter);
}

/* Who comes back in time is let in, although they never stayed away for the whole span. */
static void
a_window_ends_when_it_began_long_enough_ago(void **state)
{
    (void)state;
    struct rate_limiter *limiter = limiter_of(64);
    for (int64_t now_ms = 0; now_ms < 200000; now_ms += 4000)
        assert_true(admit(limiter, "192.0.2.1", &three, now_ms));
    rate_limiter_free(limiter);
}

/* better-auth's: the fourth of those that come nine seconds apart is refused. */
static void
a_restarting_window_ends_only_after_silence(void **state)
{
    (void)state;
    static const struct rate_rule restarting = {
        .window_ms = 10000, .count_max = 3, .restarts = true
    };
    struct rate_limiter *limiter = limiter_of(64);
    for (int i = 0; i < 3; i++)
        assert_true(admit(limiter, "192.0.2.1", &restarting, i * 9000));
    assert_false(admit(limiter, "192.0.2.1", &restarting, 27000));
    assert_true(admit(limiter, "192.0.2.1", &restarting, 28000));
    rate_limiter_free(limiter);
}

/* --- at once ---------------------------------------------------------------------------------- */

#define THREADS 8
#define TRIES 500

struct crowd {
    struct rate_limiter *limiter;
    struct rate_rule rule;
    pthread_barrier_t start;
    atomic_int admitted;
};

static void *
try_often(void *argument)
{
    struct crowd *crowd = argument;
    pthread_barrier_wait(&crowd->start);
    for (int i = 0; i < TRIES; i++)
        if (admit(crowd->limiter, "192.0.2.1", &crowd->rule, 5))
            atomic_fetch_add(&crowd->admitted, 1);
    return NULL;
}

static void
a_crowd_gets_no_more_than_one(void **state)
{
    (void)state;
    struct crowd crowd = { .limiter = limiter_of(64),
        .rule = { .window_ms = 10000, .count_max = 1000 } };
    pthread_t threads[THREADS];
    pthread_barrier_init(&crowd.start, NULL, THREADS);

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, try_often, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);

    assert_int_equal(crowd.admitted, 1000);
    pthread_barrier_destroy(&crowd.start);
    rate_limiter_free(crowd.limiter);
}

/* Many addresses push out what is over, before what still counts. */
static void
what_still_counts_stays_longest(void **state)
{
    (void)state;
    struct rate_limiter *limiter = limiter_of(16);
    for (int i = 0; i < 15; i++) {
        char address[16];
        snprintf(address, sizeof address, "10.0.0.%d", i);
        assert_true(admit(limiter, address, &three, i));
    }
    for (int i = 0; i < 3; i++)
        assert_true(admit(limiter, "192.0.2.1", &three, 9000));

    for (int i = 0; i < 15; i++) {
        char address[16];
        snprintf(address, sizeof address, "10.0.1.%d", i);
        assert_true(admit(limiter, address, &three, 12000));
    }
    assert_false(admit(limiter, "192.0.2.1", &three, 12000));
    rate_limiter_free(limiter);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_as_the_rule_says_are_let_in),
        cmocka_unit_test(a_window_ends_when_it_began_long_enough_ago),
        cmocka_unit_test(a_restarting_window_ends_only_after_silence),
        cmocka_unit_test(a_crowd_gets_no_more_than_one),
        cmocka_unit_test(what_still_counts_stays_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
