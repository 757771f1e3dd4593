#include "postgres/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "engine.h"
#include "fixture.h"

static const struct pool_options standard = { .name = "test", .leases = 8 };
static const struct pool_options one_lease = { .name = "test", .leases = 1 };

static const struct statement begin = { NULL, "begin", NULL, 0 };
static const struct statement commit = { NULL, "commit", NULL, 0 };
static const struct statement enter = { "enter", "select set_config('test.organization', $1, true)",
    NULL, 1 };
static const struct statement setting = { "setting",
    "select coalesce(current_setting('test.organization', true), '')", NULL, 0 };
static const struct statement insert = { "insert", "insert into note values ($1)", NULL, 1 };
static const struct statement fail_now = { "fail", "select 1 / 0", NULL, 0 };
static const struct statement break_now = { NULL, "select pg_terminate_backend(pg_backend_pid())",
    NULL, 0 };
static const char *const acme[] = { "acme" };

static const char *note_table = "create table note (owner text)";
static int done_count;

/* One or two statements in one group. */
static bool
fly(struct lease *lease, const struct statement *first, const struct statement *second,
    struct tn_error *error)
{
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, first, acme);
    if (second)
        flight_add(&flight, second, acme);
    return lease_fly(lease, &flight, error);
}

static void
must_fly(struct lease *lease, const struct statement *first, const struct statement *second)
{
    struct tn_error error = { 0 };
    if (!fly(lease, first, second, &error))
        fail_msg("%s", error.detail);
}

static void
must_acquire(struct lease *lease, const char *organization_id)
{
    struct tn_error error = { 0 };
    if (!lease_acquire(engine_pool, organization_id, lease, &error))
        fail_msg("%s", error.detail);
}

static void
inserts_twice_and_maybe_commits(void *argument)
{
    AUTO_LEASE lease = { 0 };
    must_acquire(&lease, "acme");
    must_fly(&lease, &begin, &enter);
    must_fly(&lease, &insert, NULL);
    must_fly(&lease, &insert, argument);
}

static void
a_transaction_that_commits_lasts(void **state)
{
    (void)state;
    engine_start(&standard, note_table);

    engine_fiber(inserts_twice_and_maybe_commits, (void *)&commit);
    engine_run();

    assert_string_equal(fixture_ask("select count(*) from note"), "2");
}

static void
a_lease_given_back_without_commit_is_rolled_back(void **state)
{
    (void)state;
    engine_start(&standard, note_table);

    engine_fiber(inserts_twice_and_maybe_commits, NULL);
    engine_run();

    assert_string_equal(fixture_ask("select count(*) from note"), "0");
    assert_string_equal(
        fixture_ask("select count(*) from pg_stat_activity where state like 'idle in%'"), "0");
}

static void
fails_inside_and_gives_back(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_LEASE lease = { 0 };
    must_acquire(&lease, NULL);
    must_fly(&lease, &begin, &enter);
    assert_false(fly(&lease, &fail_now, NULL, &error));
    assert_string_equal(error.sqlstate, "22012");
}

static void
looks_at_the_setting(void *argument)
{
    (void)argument;
    size_t bytes = 0;
    struct tn_error error = { 0 };
    AUTO_LEASE lease = { 0 };
    must_acquire(&lease, NULL);
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &setting, NULL);
    assert_true(lease_fly(&lease, &flight, &error));
    assert_string_equal(result_value(flight.steps[0].result, 0, 0, &bytes), "");
    done_count++;
}

static void
the_next_one_finds_the_connection_clean_after_an_error(void **state)
{
    (void)state;
    engine_start(&one_lease, NULL);
    done_count = 0;

    engine_fiber(fails_inside_and_gives_back, NULL);
    engine_fiber(looks_at_the_setting, NULL);
    engine_run();

    assert_int_equal(done_count, 1);
}

static void
commits_what_has_failed(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    struct tn_error commit_error = { 0 };
    AUTO_LEASE lease = { 0 };
    must_acquire(&lease, NULL);
    must_fly(&lease, &begin, &insert);
    assert_false(fly(&lease, &fail_now, NULL, &error));

    assert_false(fly(&lease, &commit, NULL, &commit_error));

    assert_int_equal(commit_error.code, TN_DATABASE);
}

static void
a_commit_that_rolls_back_is_no_success(void **state)
{
    (void)state;
    engine_start(&standard, note_table);

    engine_fiber(commits_what_has_failed, NULL);
    engine_run();

    assert_string_equal(fixture_ask("select count(*) from note"), "0");
}

static void
asks_for_a_second_lease(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_LEASE first = { 0 };
    AUTO_LEASE second = { 0 };
    must_acquire(&first, NULL);

    assert_false(lease_acquire(engine_pool, NULL, &second, &error));

    assert_int_equal(error.code, TN_BUSY);
    lease_release(&first);
    lease_release(&first);
    must_acquire(&second, NULL);
    done_count++;
}

static void
a_fiber_holds_one_lease_at_a_time(void **state)
{
    (void)state;
    engine_start(&one_lease, NULL);
    done_count = 0;

    engine_fiber(asks_for_a_second_lease, NULL);
    engine_run();

    assert_int_equal(done_count, 1);
}

static int held;
static int held_most;
static int others_done;

static void
holds_for_a_while(void *argument)
{
    const bool is_greedy = strcmp(argument, "greedy") == 0;
    AUTO_LEASE lease = { 0 };
    must_acquire(&lease, argument);
    held += is_greedy;
    if (held > held_most)
        held_most = held;
    fiber_sleep(30);
    held -= is_greedy;
    others_done += !is_greedy;
    if (!is_greedy)
        assert_true(fiber_count(engine_loop) > 10); /* the greedy ones still wait */
}

static void
one_organization_holds_a_quarter_of_the_leases_at_most(void **state)
{
    (void)state;
    engine_start(&standard, NULL);
    held = held_most = others_done = 0;

    for (int i = 0; i < 20; i++)
        engine_fiber(holds_for_a_while, (void *)"greedy");
    engine_fiber(holds_for_a_while, (void *)"modest");
    engine_fiber(holds_for_a_while, (void *)"humble");
    engine_run();

    assert_int_equal(held_most, 2);
    assert_int_equal(others_done, 2);
}

static void
breaks_its_lease(void *argument)
{
    (void)argument;
    struct tn_error broken = { 0 };
    struct tn_error again = { 0 };
    {
        AUTO_LEASE lease = { 0 };
        must_acquire(&lease, "acme");
        must_fly(&lease, &begin, &insert);
        assert_false(fly(&lease, &break_now, NULL, &broken));
        assert_int_equal(broken.code, TN_UNAVAILABLE);
        fiber_sleep(20);
        assert_false(fly(&lease, &commit, NULL, &again));
        assert_int_equal(again.code, TN_UNAVAILABLE);
    }

    AUTO_LEASE next = { 0 };
    must_acquire(&next, "acme");
    must_fly(&next, &setting, NULL);
    done_count++;
}

static void
a_lease_that_breaks_is_opened_anew_for_the_next(void **state)
{
    (void)state;
    engine_start(&one_lease, note_table);
    done_count = 0;

    engine_fiber(breaks_its_lease, NULL);
    engine_run();

    assert_int_equal(done_count, 1);
    assert_string_equal(fixture_ask("select count(*) from note"), "0");
}

static void
loses_the_answer_to_commit(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_LEASE lease = { 0 };
    must_acquire(&lease, NULL);
    must_fly(&lease, &begin, &insert);

    assert_false(fly(&lease, &commit, NULL, &error));

    assert_int_equal(error.code, TN_OUTCOME_UNKNOWN);
}

static void
a_commit_whose_answer_is_lost_is_told_as_unknown(void **state)
{
    (void)state;
    engine_start(&standard,
        "create table note (owner text); "
        "create function break() returns trigger language plpgsql as $$ begin "
        "perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); return null; end $$; "
        "create constraint trigger breaks after insert on note deferrable initially deferred "
        "for each row execute function break()");

    engine_fiber(loses_the_answer_to_commit, NULL);
    engine_run();
}

static void
streams_alone(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_ALONE, .organization_id = "acme" };
    flight_add(&flight, &enter, acme);
    flight_add(&flight, &setting, NULL);

    assert_true(pool_fly(engine_pool, &flight, &error));

    size_t bytes = 0;
    assert_string_equal(result_value(flight.steps[1].result, 0, 0, &bytes), "acme");
    assert_false(fiber_holds_lease());
    done_count++;
}

static void
a_flight_alone_goes_by_a_lease_of_its_own(void **state)
{
    (void)state;
    engine_start(&one_lease, NULL);
    done_count = 0;

    for (int i = 0; i < 5; i++)
        engine_fiber(streams_alone, NULL);
    engine_run();

    assert_int_equal(done_count, 5);
}

#define TEST(name) cmocka_unit_test_teardown(name, engine_stop)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_transaction_that_commits_lasts),
        TEST(a_lease_given_back_without_commit_is_rolled_back),
        TEST(the_next_one_finds_the_connection_clean_after_an_error),
        TEST(a_commit_that_rolls_back_is_no_success),
        TEST(a_fiber_holds_one_lease_at_a_time),
        TEST(one_organization_holds_a_quarter_of_the_leases_at_most),
        TEST(a_lease_that_breaks_is_opened_anew_for_the_next),
        TEST(a_commit_whose_answer_is_lost_is_told_as_unknown),
        TEST(a_flight_alone_goes_by_a_lease_of_its_own),
    };
    return cmocka_run_group_tests_name("database/lease", tests, fixture_start, fixture_stop);
}
