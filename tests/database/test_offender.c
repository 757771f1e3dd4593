/* What holds up others on shared connections, and what becomes of it, on a real PostgreSQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine.h"
#include "fixture.h"

static const struct statement limit = { "limit_ms",
    "select set_config('statement_timeout', $1, true)", NULL, 1 };
/* Without a clock: it says that it hit its limit where that is the shared one. */
static const char hits_functions[] =
    "create function hits(shall_hit boolean, bytes int) returns text language plpgsql as $$begin"
    " if shall_hit and current_setting('statement_timeout') = '20s' then"
    "  raise 'too slow' using errcode = '57014'; end if;"
    " return current_setting('statement_timeout') || repeat(' ', bytes); end$$";
static const struct statement hits = { "hits", "select hits($1::boolean, $2::int)", NULL, 2 };
static const char *const shared_limit[] = { "20000" };
static const char *const alone_limit[] = { "50000" };

/* Under which limit was it answered? */
static bool
flies(const char *shall_hit, const char *length, const char *organization_id, const char *expected)
{
    const char *const values[] = { shall_hit, length };
    struct tn_error error = { 0 };
    size_t bytes = 0;
    AUTO_FLIGHT flight = {
        .lane = FLIGHT_READ, .alone_values = alone_limit, .organization_id = organization_id
    };
    flight_add(&flight, &limit, shared_limit);
    flight_add(&flight, &hits, values);
    assert_true(pool_fly(engine_pool, &flight, &error));
    const char *answer = result_value(flight.steps[1].result, 0, 0, &bytes);
    return strncmp(answer, expected, strlen(expected)) == 0;
}

static void
offends(void *argument)
{
    (void)argument;
    assert_true(flies("f", "0", "acme", "20s"));
    assert_true(flies("t", "0", "acme", "50s"));
    assert_true(flies("f", "0", "acme", "20s")); /* once is no habit */
    assert_true(flies("t", "0", "acme", "50s"));
    assert_true(flies("t", "0", "acme", "50s"));

    assert_true(flies("f", "0", "globex", "20s")); /* others are not concerned */
    assert_true(flies("f", "0", "acme", "50s"));   /* sent alone, and quick */
    assert_true(flies("f", "0", "acme", "20s"));
}

static const struct pool_options all_is_quick = { .name = "test", .statement_ms = 100000 };

static void
what_keeps_hitting_its_limit_flies_alone_until_it_is_quick(void **state)
{
    (void)state;
    engine_start(&all_is_quick, hits_functions);

    engine_fiber(offends, NULL);
    engine_run();
}

static void
answers_much(void *argument)
{
    (void)argument;
    assert_true(flies("f", "300000", "acme", "20s"));
    assert_true(flies("f", "300000", "acme", "50s"));
    assert_true(flies("f", "300000", "globex", "20s"));
    assert_true(flies("f", "0", "acme", "50s"));
    assert_true(flies("f", "0", "acme", "20s"));
}

static void
what_answers_much_flies_alone_until_it_is_little(void **state)
{
    (void)state;
    engine_start(&all_is_quick, hits_functions);

    engine_fiber(answers_much, NULL);
    engine_run();
}

/* Each below the limit of the server, both together above that of the pool. */
static bool
fly_twice(const char *expected)
{
    static const struct statement slow = { "slow",
        "select current_setting('statement_timeout') from pg_sleep(0.01)", NULL, 0 };
    static const struct statement second = { "second", "select pg_sleep(0.01)", NULL, 0 };
    struct tn_error error = { 0 };
    size_t bytes = 0;
    AUTO_FLIGHT flight = {
        .lane = FLIGHT_READ, .alone_values = alone_limit, .organization_id = "acme"
    };
    flight_add(&flight, &limit, shared_limit);
    flight_add(&flight, &slow, NULL);
    flight_add(&flight, &second, NULL);
    assert_true(pool_fly(engine_pool, &flight, &error));
    return strcmp(result_value(flight.steps[1].result, 0, 0, &bytes), expected) == 0;
}

static void
takes_long_together(void *argument)
{
    (void)argument;
    assert_true(fly_twice("20s"));
    assert_true(fly_twice("20s"));
    assert_true(fly_twice("50s"));
    assert_true(fly_twice("50s"));
    assert_true(flies("f", "0", "acme", "20s")); /* one of other statements is not concerned */
}

static const struct pool_options all_is_slow = { .name = "test", .statement_ms = 1 };

static void
what_takes_long_together_flies_alone(void **state)
{
    (void)state;
    engine_start(&all_is_slow, hits_functions);

    engine_fiber(takes_long_together, NULL);
    engine_run();
}

#define TEST(name) cmocka_unit_test_teardown(name, engine_stop)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_keeps_hitting_its_limit_flies_alone_until_it_is_quick),
        TEST(what_answers_much_flies_alone_until_it_is_little),
        TEST(what_takes_long_together_flies_alone),
    };
    return cmocka_run_group_tests_name("database/offender", tests, fixture_start, fixture_stop);
}
