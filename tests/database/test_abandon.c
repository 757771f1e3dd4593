/* Work that nobody waits for any more: cancelled where a connection is its own, never elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "engine.h"
#include "fixture.h"

static const struct statement sleep_long = { NULL, "select pg_sleep(20)", NULL, 0 };
static const struct statement sleep_shortly = { NULL, "select pg_sleep(0.3)", NULL, 0 };
static const struct statement who = { "who", "select pg_backend_pid()::text", NULL, 0 };
static const struct statement begin = { NULL, "begin", NULL, 0 };
static const struct statement insert = { "insert", "insert into note values (1)", NULL, 0 };

static struct worker_pool *workers;
static struct fiber *victim;
static bool victim_is_there; /* where it is to be when it is abandoned */
static struct tn_error told;
static int64_t took_ms;
static int done_count;

static void
start(struct pool_options options, const char *sql)
{
    struct tn_error error = { 0 };
    assert_true(worker_pool_new(1, 16, &workers, &error));
    options.name = "test";
    options.workers = workers;
    engine_start(&options, sql);
    told = (struct tn_error){ 0 };
    done_count = 0;
    took_ms = 0;
    victim_is_there = false;
}

static int
stop(void **state)
{
    const int answer = engine_stop(state);
    worker_pool_free(workers);
    return answer;
}

static bool
fly_on(struct lease *lease, const struct statement *first, const struct statement *second)
{
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, first, NULL);
    if (second)
        flight_add(&flight, second, NULL);
    return lease_fly(lease, &flight, &told);
}

static void
sleeps_in_a_transaction(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_LEASE lease = { 0 };
    victim = fiber_current();
    assert_true(lease_acquire(engine_pool, "acme", &lease, &error));
    assert_true(fly_on(&lease, &begin, &insert));

    const int64_t began_ms = time_monotonic_ms();
    victim_is_there = true;
    assert_false(fly_on(&lease, &sleep_long, NULL));
    took_ms = time_monotonic_ms() - began_ms;

    struct tn_error again = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, &who, NULL);
    assert_false(lease_fly(&lease, &flight, &again));
    assert_int_equal(again.code, TN_ABANDONED);
}

static void
abandons_the_victim(void *argument)
{
    (void)argument;
    while (!victim_is_there)
        fiber_sleep(10);
    fiber_sleep(100);
    fiber_abandon(victim, TN_ABANDONED);
}

/* One after another on the one lease there is: none may meet a cancellation that came late. */
static void
asks_many_times(void *argument)
{
    (void)argument;
    fiber_sleep(50);
    for (int i = 0; i < 100; i++) {
        struct tn_error error = { 0 };
        AUTO_LEASE lease = { 0 };
        assert_true(lease_acquire(engine_pool, "globex", &lease, &error));
        AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
        flight_add(&flight, &who, NULL);
        if (!lease_fly(&lease, &flight, &error))
            fail_msg("%s", error.detail);
        done_count++;
    }
}

static void
a_leased_statement_is_cancelled_and_its_connection_comes_back_clean(void **state)
{
    (void)state;
    start((struct pool_options){ .leases = 1 }, "create table note (number int)");

    engine_fiber(sleeps_in_a_transaction, NULL);
    engine_fiber(abandons_the_victim, NULL);
    engine_fiber(asks_many_times, NULL);
    engine_run();

    assert_string_equal(told.sqlstate, "57014");
    assert_true(took_ms < 10000); /* half of what it would have slept */
    assert_int_equal(done_count, 100);
    assert_string_equal(fixture_ask("select count(*) from note"), "0");
}

static void
inserts_behind_it(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, &insert, NULL);
    if (!pool_fly(engine_pool, &flight, &error))
        fail_msg("%s", error.detail);
}

static void
sleeps_on_a_shared_connection(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, &sleep_shortly, NULL);
    flight_add(&flight, &insert, NULL);
    victim = fiber_current();
    inserts_behind_it(NULL); /* so there is a connection */
    victim_is_there = true;
    if (!pool_fly(engine_pool, &flight, &error))
        fail_msg("%s", error.detail);

    /* What was on its way has ended; from here on nothing begins. */
    AUTO_FLIGHT next = { .lane = FLIGHT_READ };
    flight_add(&next, &who, NULL);
    assert_false(pool_fly(engine_pool, &next, &error));
    assert_int_equal(error.code, TN_ABANDONED);
}

static void
a_shared_connection_is_never_cancelled(void **state)
{
    (void)state;
    start((struct pool_options){ .write_connections = 1, .write_depth = 4 },
        "create table note (number int)");

    engine_fiber(sleeps_on_a_shared_connection, NULL);
    engine_fiber(inserts_behind_it, NULL);
    engine_fiber(inserts_behind_it, NULL);
    engine_fiber(abandons_the_victim, NULL);
    engine_run();

    assert_string_equal(fixture_ask("select count(*) from note"), "4");
}

static void
waits_for_the_only_lease(void *argument)
{
    (void)argument;
    AUTO_LEASE lease = { 0 };
    victim = fiber_current();
    victim_is_there = true;
    assert_false(lease_acquire(engine_pool, "globex", &lease, &told));
}

static void
holds_the_only_lease(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_LEASE lease = { 0 };
    assert_true(lease_acquire(engine_pool, "acme", &lease, &error));
    for (int i = 0; i < 1000 && told.code == TN_NO_ERROR; i++)
        fiber_sleep(10);
}

static void
who_waits_for_a_connection_gives_up_at_once(void **state)
{
    (void)state;
    start((struct pool_options){ .leases = 1 }, NULL);

    engine_fiber(holds_the_only_lease, NULL);
    engine_fiber(waits_for_the_only_lease, NULL);
    engine_fiber(abandons_the_victim, NULL);
    engine_run();

    assert_int_equal(told.code, TN_ABANDONED);
}

/* The defence that the first test is about: a cancellation for whoever runs now, some time later.
 */
static void
cancels_what_runs_on(void *argument)
{
    const char *pid = argument;
    char sql[64];
    fiber_sleep(100);
    snprintf(sql, sizeof sql, "select pg_cancel_backend(%s)", pid);
    fixture_run(sql);
}

static char shared_pid[16];

static void
tells_its_pid(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, &who, NULL);
    assert_true(pool_fly(engine_pool, &flight, &error));
    size_t bytes = 0;
    snprintf(
        shared_pid, sizeof shared_pid, "%s", result_value(flight.steps[0].result, 0, 0, &bytes));
}

static void
is_hit_by_it(void *argument)
{
    (void)argument;
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, &sleep_long, NULL);
    flight_add(&flight, &insert, NULL);
    assert_false(pool_fly(engine_pool, &flight, &told));
}

static void
cancelling_a_shared_connection_would_hit_another_write(void **state)
{
    (void)state;
    start((struct pool_options){ .write_connections = 1 }, "create table note (number int)");
    engine_fiber(tells_its_pid, NULL);
    engine_run();

    engine_fiber(is_hit_by_it, NULL);
    engine_fiber(cancels_what_runs_on, shared_pid);
    engine_run();

    assert_string_equal(told.sqlstate, "57014");
    assert_string_equal(fixture_ask("select count(*) from note"), "0");
}

#define TEST(name) cmocka_unit_test_teardown(name, stop)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_leased_statement_is_cancelled_and_its_connection_comes_back_clean),
        TEST(a_shared_connection_is_never_cancelled),
        TEST(who_waits_for_a_connection_gives_up_at_once),
        TEST(cancelling_a_shared_connection_would_hit_another_write),
    };
    return cmocka_run_group_tests_name("database/abandon", tests, fixture_start, fixture_stop);
}
