#include "postgres/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "engine.h"
#include "fixture.h"

static const struct pool_options standard = { .name = "test" };
static const struct pool_options one_connection = {
    .name = "test", .read_connections = 1, .write_connections = 1
};

/* Text of a value in binary format that is text. */
static const char *
value_of(const struct flight *flight, int step)
{
    size_t bytes = 0;
    return result_value(flight->steps[step].result, 0, 0, &bytes);
}

/* The setting as tenants have it, under a name of our own. */
static const struct statement enter = { "enter", "select set_config('test.organization', $1, true)",
    NULL, 1 };
static const struct statement enter_for_the_session = { "enter_session",
    "select set_config('test.organization', $1, false)", NULL, 1 };
static const struct statement setting = { "setting",
    "select coalesce(current_setting('test.organization', true), '')", NULL, 0 };
static const struct statement insert = { "insert",
    "insert into note (owner, body) values ($1, $2::int)", NULL, 2 };
static const struct statement divide = { "divide", "select (1 / $1::int)::text", NULL, 1 };

static int answered;

static void
echoes_its_number(void *argument)
{
    for (int round = 0; round < 5; round++) {
        char number[16];
        snprintf(number, sizeof number, "%d", (int)(intptr_t)argument);
        const char *values[] = { number };
        struct tn_error error = { 0 };
        AUTO_FLIGHT flight = { .lane = round % 2 ? FLIGHT_WRITE : FLIGHT_READ };
        flight_add(&flight, &enter, values);
        flight_add(&flight, &setting, NULL);

        if (!pool_fly(engine_pool, &flight, &error))
            fail_msg("%s", error.detail);
        assert_string_equal(value_of(&flight, 1), number);
        answered++;
    }
}

static void
each_of_many_fibers_gets_its_own_answer(void **state)
{
    (void)state;
    engine_start(&standard, NULL);
    answered = 0;

    for (intptr_t i = 0; i < 500; i++)
        engine_fiber(echoes_its_number, (void *)i);
    engine_run();

    assert_int_equal(answered, 2500);
    assert_true(pool_is_ready(engine_pool));
}

static void
enters_and_looks_again(void *argument)
{
    const struct statement *how = argument;
    const char *values[] = { "acme" };
    struct tn_error error = { 0 };
    AUTO_FLIGHT entering = { .lane = FLIGHT_READ };
    flight_add(&entering, how, values);
    assert_true(pool_fly(engine_pool, &entering, &error));

    AUTO_FLIGHT looking = { .lane = FLIGHT_READ };
    flight_add(&looking, &setting, NULL);
    assert_true(pool_fly(engine_pool, &looking, &error));

    assert_string_equal(value_of(&looking, 0), how == &enter ? "" : "acme");
}

static void
a_setting_is_local_to_its_group(void **state)
{
    (void)state;
    engine_start(&one_connection, NULL);

    engine_fiber(enters_and_looks_again, (void *)&enter);
    engine_run();
}

static void
a_setting_of_the_session_would_have_stayed(void **state)
{
    (void)state;
    engine_start(&one_connection, NULL);

    engine_fiber(enters_and_looks_again, (void *)&enter_for_the_session);
    engine_run();
}

static void
inserts_and_maybe_fails(void *argument)
{
    const int number = (int)(intptr_t)argument;
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    const char *values[] = { "acme", text };
    const char *divisor[] = { number % 2 ? "0" : "1" };
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &insert, values);
    flight_add(&flight, &divide, divisor);
    flight_add(&flight, &setting, NULL);

    const bool flew = pool_fly(engine_pool, &flight, &error);

    assert_int_equal(flew, number % 2 == 0);
    if (!flew)
        assert_string_equal(error.sqlstate, "22012");
}

static void
an_error_undoes_its_group_and_no_other(void **state)
{
    (void)state;
    engine_start(&one_connection, "create table note (owner text, body int)");

    for (intptr_t i = 0; i < 100; i++)
        engine_fiber(inserts_and_maybe_fails, (void *)i);
    engine_run();

    assert_string_equal(fixture_ask("select count(*) || ' ' || max(body % 2) from note"), "50 0");
}

static void
inserts_what_fails_in_the_end(void *argument)
{
    (void)argument;
    static const struct statement child = { "child",
        "insert into child values ($1::int) returning parent::text", NULL, 1 };
    const char *values[] = { "7" };
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, &child, values);

    assert_false(pool_fly(engine_pool, &flight, &error));

    assert_int_equal(error.code, TN_CONSTRAINT);
    assert_string_equal(error.constraint, "child_parent_fkey");
}

static void
a_deferred_constraint_fails_the_group_at_its_end(void **state)
{
    (void)state;
    engine_start(&standard, "create table parent (id int primary key); create table child "
                            "(parent int references parent (id) deferrable initially deferred)");

    engine_fiber(inserts_what_fails_in_the_end, NULL);
    engine_run();
}

static const struct statement limit = { "limit_ms",
    "select set_config('statement_timeout', $1, true)", NULL, 1 };
static const struct statement nap = { "nap", "select pg_sleep(0.2)::text", NULL, 0 };
static const char *const short_limit[] = { "20" };
static const char *const full_limit[] = { "5000" };

static void
naps_too_long(void *argument)
{
    const bool may_repeat = argument != NULL;
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &limit, short_limit);
    flight_add(&flight, &nap, NULL);
    flight.alone_values = may_repeat ? full_limit : NULL;

    assert_int_equal(pool_fly(engine_pool, &flight, &error), may_repeat);

    assert_int_equal(error.code, may_repeat ? TN_NO_ERROR : TN_TIMEOUT);
    assert_false(fiber_holds_lease());
}

static void
a_group_that_hits_its_limit_runs_once_more_alone(void **state)
{
    (void)state;
    engine_start(&standard, NULL);

    engine_fiber(naps_too_long, (void *)full_limit);
    engine_fiber(naps_too_long, NULL);
    engine_run();
}

static int64_t nap_ended_ms;
static int64_t others_ended_ms;

static const struct statement long_nap = { NULL, "select pg_sleep(1.5)::text", NULL, 0 };

static void
naps(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &long_nap, NULL);
    assert_true(pool_fly(engine_pool, &flight, &error));
    nap_ended_ms = time_monotonic_ms();
}

static void
asks_beside_a_slow_one(void *argument)
{
    echoes_its_number(argument);
    others_ended_ms = time_monotonic_ms();
}

static const struct statement pid_after_a_nap = { NULL,
    "select pg_backend_pid()::text from pg_sleep(0.05)", NULL, 0 };
static char pids[2][16];

static void
notes_its_connection(void *argument)
{
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &pid_after_a_nap, NULL);
    assert_true(pool_fly(engine_pool, &flight, &error));
    snprintf(pids[(intptr_t)argument], sizeof pids[0], "%s", value_of(&flight, 0));
}

/* Two at once share a connection only as long as there is but one. */
static void
wait_for_both_connections(void)
{
    do {
        engine_fiber(notes_its_connection, (void *)0);
        engine_fiber(notes_its_connection, (void *)1);
        engine_run();
    } while (strcmp(pids[0], pids[1]) == 0);
}

static void
what_comes_after_a_slow_group_goes_to_another_connection(void **state)
{
    (void)state;
    engine_start(&standard, NULL);
    wait_for_both_connections();

    engine_fiber(naps, NULL);
    for (intptr_t i = 0; i < 12; i++)
        engine_fiber(asks_beside_a_slow_one, (void *)i);
    engine_run();

    assert_true(others_ended_ms < nap_ended_ms);
}

static void
asks_before_and_after_names_are_forgotten(void *argument)
{
    (void)argument;
    static const struct statement forget = { NULL, "deallocate all", NULL, 0 };
    const char *values[] = { "4" };
    for (int round = 0; round < 3; round++) {
        struct tn_error error = { 0 };
        AUTO_FLIGHT asking = { .lane = FLIGHT_READ };
        flight_add(&asking, &divide, values);
        if (!pool_fly(engine_pool, &asking, &error))
            fail_msg("%s", error.detail);

        AUTO_FLIGHT forgetting = { .lane = FLIGHT_READ };
        flight_add(&forgetting, &forget, NULL);
        assert_true(pool_fly(engine_pool, &forgetting, &error));
    }
}

static void
a_name_that_the_server_forgot_is_given_anew(void **state)
{
    (void)state;
    engine_start(&one_connection, NULL);

    engine_fiber(asks_before_and_after_names_are_forgotten, NULL);
    engine_run();
}

static void
fails_before_a_new_name(void *argument)
{
    (void)argument;
    const char *bad[] = { "0" };
    for (int round = 0; round < 3; round++) {
        struct tn_error error = { 0 };
        AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
        flight_add(&flight, &divide, bad);
        flight_add(&flight, &setting, NULL);
        assert_false(pool_fly(engine_pool, &flight, &error));
    }

    /* A name that was relied on too early would have been forgotten, and changed. */
    static const struct statement changed = { NULL,
        "select count(*)::text from pg_prepared_statements where name ~ '^setting_'", NULL, 0 };
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &setting, NULL);
    flight_add(&flight, &changed, NULL);
    assert_true(pool_fly(engine_pool, &flight, &error));
    assert_string_equal(value_of(&flight, 1), "0");
}

static void
a_name_counts_only_when_its_parse_was_answered(void **state)
{
    (void)state;
    engine_start(&one_connection, NULL);

    for (int i = 0; i < 10; i++)
        engine_fiber(fails_before_a_new_name, NULL);
    engine_run();
}

static void
asks_for_prepared_names(void *argument)
{
    static const struct statement names = { "names",
        "select count(*)::text from pg_prepared_statements", NULL, 0 };
    for (int round = 0; round < 2; round++) {
        struct tn_error error = { 0 };
        AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
        flight_add(&flight, &names, NULL);
        assert_true(pool_fly(engine_pool, &flight, &error));
        assert_string_equal(value_of(&flight, 0), argument);
    }
}

static void
without_names_nothing_is_prepared(void **state)
{
    (void)state;
    struct pool_options unnamed = one_connection;
    unnamed.unnamed = true;
    engine_start(&unnamed, NULL);

    engine_fiber(asks_for_prepared_names, (void *)"0");
    engine_run();
}

static void
with_names_they_are_prepared(void **state)
{
    (void)state;
    engine_start(&one_connection, NULL);

    engine_fiber(asks_for_prepared_names, (void *)"1");
    engine_run();
}

static const struct statement end_connection = { NULL,
    "select pg_terminate_backend(pg_backend_pid())", NULL, 0 };

static void
asks_on_a_connection_that_breaks(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_FLIGHT breaking = { .lane = FLIGHT_READ };
    flight_add(&breaking, &end_connection, NULL);
    assert_false(pool_fly(engine_pool, &breaking, &error));
    assert_int_equal(error.code, TN_UNAVAILABLE);

    struct tn_error none = { 0 };
    AUTO_FLIGHT asking = { .lane = FLIGHT_READ };
    flight_add(&asking, &setting, NULL);
    assert_true(pool_fly(engine_pool, &asking, &none));
    answered++;
}

static void
a_broken_connection_comes_back_by_itself(void **state)
{
    (void)state;
    engine_start(&one_connection, NULL);
    answered = 0;

    engine_fiber(asks_on_a_connection_that_breaks, NULL);
    engine_run();

    assert_int_equal(answered, 1);
}

static void
loses_the_answer_of_its_write(void *argument)
{
    (void)argument;
    const char *values[] = { "acme", "1" };
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, &insert, values);

    assert_false(pool_fly(engine_pool, &flight, &error));

    assert_int_equal(error.code, TN_OUTCOME_UNKNOWN);
}

static void
a_write_whose_answer_is_lost_is_told_as_unknown(void **state)
{
    (void)state;
    /* It ends after all its statements were answered, on the way to the end. */
    engine_start(&standard,
        "create table note (owner text, body int); "
        "create function break() returns trigger language plpgsql as $$ begin "
        "perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); return null; end $$; "
        "create constraint trigger breaks after insert on note deferrable initially deferred "
        "for each row execute function break()");

    engine_fiber(loses_the_answer_of_its_write, NULL);
    engine_run();
}

static void
loses_its_connection_before_the_end(void *argument)
{
    (void)argument;
    const char *values[] = { "acme", "1" };
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE };
    flight_add(&flight, &insert, values);
    flight_add(&flight, &end_connection, NULL);
    flight_add(&flight, &nap, NULL);

    assert_false(pool_fly(engine_pool, &flight, &error));

    assert_int_equal(error.code, TN_UNAVAILABLE);
}

static void
a_write_that_broke_before_its_end_is_known_not_to_be_done(void **state)
{
    (void)state;
    engine_start(&standard, "create table note (owner text, body int)");

    engine_fiber(loses_its_connection_before_the_end, NULL);
    engine_run();

    assert_string_equal(fixture_ask("select count(*) from note"), "0");
}

static void
writes_slowly(void *argument)
{
    static const struct statement slow = { "slow",
        "insert into span select $1, clock_timestamp(), clock_timestamp() from pg_sleep(0) "
        "returning pg_sleep(0.02)::text",
        NULL, 1 };
    static const struct statement finish = { "finish",
        "update span set ended = clock_timestamp() where xmin = pg_current_xact_id()::xid", NULL,
        0 };
    const char *values[] = { argument };
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_WRITE, .organization_id = argument };
    flight_add(&flight, &slow, values);
    flight_add(&flight, &finish, NULL);
    if (!pool_fly(engine_pool, &flight, &error))
        fail_msg("%s", error.detail);
}

static void
of_one_organization_one_write_is_in_flight(void **state)
{
    (void)state;
    engine_start(
        &standard, "create table span (organization text, began timestamptz, ended timestamptz)");

    for (int i = 0; i < 8; i++)
        engine_fiber(writes_slowly, (void *)"acme");
    for (int i = 0; i < 4; i++) {
        engine_fiber(writes_slowly, (void *)"initech");
        engine_fiber(writes_slowly, (void *)"hooli");
    }
    engine_run();

    assert_string_equal(fixture_ask("select count(*) from span"), "16");
    assert_string_equal(
        fixture_ask("select count(*) from span a join span b on a.organization = b.organization "
                    "and a.ctid < b.ctid and (a.began, a.ended) overlaps (b.began, b.ended)"),
        "0");
    assert_string_not_equal(
        fixture_ask("select count(*) from span a join span b on a.organization < b.organization "
                    "and (a.began, a.ended) overlaps (b.began, b.ended)"),
        "0");
}

static int overloaded;

static void
asks_or_is_sent_away(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &setting, NULL);
    if (pool_fly(engine_pool, &flight, &error)) {
        answered++;
        return;
    }
    assert_int_equal(error.code, TN_OVERLOADED);
    overloaded++;
}

static void
a_full_queue_is_told_at_once(void **state)
{
    (void)state;
    struct pool_options small = one_connection;
    small.queue_limit = 10;
    engine_start(&small, NULL);
    answered = 0;
    overloaded = 0;

    for (int i = 0; i < 30; i++)
        engine_fiber(asks_or_is_sent_away, NULL);
    engine_run();

    assert_int_equal(answered, 10);
    assert_int_equal(overloaded, 20);
}

static void
asks_where_nobody_answers(void *argument)
{
    (void)argument;
    const int64_t began_ms = time_monotonic_ms();
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &setting, NULL);

    assert_false(pool_fly(engine_pool, &flight, &error));

    assert_int_equal(error.code, TN_UNAVAILABLE);
    assert_in_range(time_monotonic_ms() - began_ms, 4900, 60000);
    assert_non_null(strstr(error.detail, "/nonexistent"));
}

static void
without_a_server_a_flight_is_unavailable_after_a_while(void **state)
{
    (void)state;
    const struct pool_options nowhere = { .name = "test",
        .url = "postgresql:///x?host=/nonexistent" };
    engine_start(&nowhere, NULL);

    engine_fiber(asks_where_nobody_answers, NULL);
    assert_false(pool_is_ready(engine_pool));
    engine_run();
}

#define TEST(name) cmocka_unit_test_teardown(name, engine_stop)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_of_many_fibers_gets_its_own_answer),
        TEST(a_setting_is_local_to_its_group),
        TEST(a_setting_of_the_session_would_have_stayed),
        TEST(an_error_undoes_its_group_and_no_other),
        TEST(a_deferred_constraint_fails_the_group_at_its_end),
        TEST(a_group_that_hits_its_limit_runs_once_more_alone),
        TEST(what_comes_after_a_slow_group_goes_to_another_connection),
        TEST(a_name_that_the_server_forgot_is_given_anew),
        TEST(a_name_counts_only_when_its_parse_was_answered),
        TEST(without_names_nothing_is_prepared),
        TEST(with_names_they_are_prepared),
        TEST(a_broken_connection_comes_back_by_itself),
        TEST(a_write_whose_answer_is_lost_is_told_as_unknown),
        TEST(a_write_that_broke_before_its_end_is_known_not_to_be_done),
        TEST(of_one_organization_one_write_is_in_flight),
        TEST(a_full_queue_is_told_at_once),
        TEST(without_a_server_a_flight_is_unavailable_after_a_while),
    };
    return cmocka_run_group_tests_name("database/pool", tests, fixture_start, fixture_stop);
}
