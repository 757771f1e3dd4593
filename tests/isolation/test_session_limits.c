/* A session that is ours alone keeps the limits, and its groups enter their organization with the
 * parameter of the query. Nothing of that outlives a group, nothing is entered without a name, and
 * behind a pooler, where sessions are shared, nothing is set for a session at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine.h"
#include "fixture.h"
#include "migration/apply.h"
#include "migration/own.h"
#include "pgbouncer.h"

#define LIMITS "current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')"
#define WHERE_NOW "coalesce(current_setting('app.org_id', true), '')"

static const struct statement enter = { "enter", "select tenantry.enter($1, $2::int, $3::int)",
    NULL, 3 };
static const uint32_t text[] = { 25 };
static const struct statement where = { "where", "select " WHERE_NOW " where $1 <> '-'", text, 1 };
static const struct statement in_array = { "in_array",
    "select " WHERE_NOW " where array['acme'::text] = array[$1]", text, 1 };
static const struct statement nap = { "nap",
    "select " WHERE_NOW " from pg_sleep(0.3) where $1 <> ''", text, 1 };
static const struct statement limits = { NULL, "select " LIMITS, NULL, 0 };
static const struct statement leftover = { NULL, "select " WHERE_NOW, NULL, 0 };

static const struct pool_options standard = {
    .read_connections = 1, .write_connections = 1, .leases = 1, .statement_ms = 100, .lock_ms = 50
};

static char base_url[512];

static void
open_world(const char *url)
{
    struct pool_options options = standard;
    options.url = url ? url : base_url;
    engine_start(&options, NULL);
}

static int
set_up(void **state)
{
    (void)state;
    snprintf(base_url, sizeof base_url, "%s", fixture_database());
    const struct migration_set sets[] = { migration_own_tenant() };
    const struct migration_target target = { .admin_url = base_url, .sets = sets, .set_count = 1 };
    struct tn_error error = { 0 };
    return migration_apply(&target, NULL, &error) ? 0 : -1;
}

struct asked {
    const struct statement *query;
    const char *organization;
    enum flight_entry entry;
    bool was_spared;
    char answer[128];
    struct tn_error error;
};

static void
ask(void *argument)
{
    struct asked *asked = argument;
    const char *const entry[] = { asked->organization, "100", "50" };
    const char *const alone[] = { asked->organization, "5000", "5000" };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ, .entry = asked->entry, .alone_values = alone };
    flight_add(&flight, &enter, entry);
    flight_add(&flight, asked->query, &asked->organization);
    if (!pool_fly(engine_pool, &flight, &asked->error))
        return;

    size_t bytes = 0;
    const struct pg_result *result = flight.steps[1].result;
    asked->was_spared = !flight.steps[0].result;
    snprintf(asked->answer, sizeof asked->answer, "%s",
        result_row_count(result) == 1 ? result_value(result, 0, 0, &bytes) : "no row");
}

static void
ask_alone(void *argument)
{
    struct asked *asked = argument;
    size_t bytes = 0;
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, asked->query, NULL);
    if (pool_fly(engine_pool, &flight, &asked->error))
        snprintf(asked->answer, sizeof asked->answer, "%s",
            result_value(flight.steps[0].result, 0, 0, &bytes));
}

static struct asked
answer_of(void (*body)(void *argument), const struct statement *query, const char *organization)
{
    struct asked asked = {
        .query = query, .organization = organization, .entry = FLIGHT_ENTRY_ORGANIZATION
    };
    engine_fiber(body, &asked);
    engine_run();
    return asked;
}

static void
the_parameter_enters_and_the_next_group_is_nowhere(void **state)
{
    (void)state;
    open_world(NULL);

    for (int i = 0; i < 3; i++) {
        const struct asked acme = answer_of(ask, &where, i == 1 ? "umbrella" : "acme");
        const struct asked after = answer_of(ask_alone, &leftover, NULL);

        assert_true(acme.was_spared);
        assert_string_equal(acme.answer, i == 1 ? "umbrella" : "acme");
        assert_string_equal(after.answer, "");
    }
    assert_string_equal(answer_of(ask_alone, &limits, NULL).answer, "100ms 50ms");
}

static void
nobody_is_entered_without_a_name(void **state)
{
    (void)state;
    open_world(NULL);

    const struct asked nobody = answer_of(ask, &where, "");

    assert_string_equal(nobody.error.sqlstate, "22023");
    assert_string_equal(answer_of(ask_alone, &leftover, NULL).answer, "");
}

static void
without_its_type_the_entry_is_sent(void **state)
{
    (void)state;
    fixture_run("drop domain tenantry.entered");
    open_world(NULL);

    const struct asked acme = answer_of(ask, &where, "acme");

    assert_false(acme.was_spared);
    assert_string_equal(acme.answer, "acme");
    assert_string_equal(answer_of(ask_alone, &leftover, NULL).answer, "");
}

/* An array of such parameters is no array of texts. */
static void
a_text_that_takes_no_such_parameter_gets_the_entry(void **state)
{
    (void)state;
    open_world(NULL);

    for (int i = 0; i < 2; i++) {
        const struct asked acme = answer_of(ask, &in_array, "acme");

        assert_int_equal(acme.error.code, TN_NO_ERROR);
        assert_false(acme.was_spared);
        assert_string_equal(acme.answer, "acme");
    }
    assert_true(answer_of(ask, &where, "acme").was_spared);
}

static void
who_hits_the_limit_of_the_session_runs_once_more_alone(void **state)
{
    (void)state;
    open_world(NULL);

    const struct asked acme = answer_of(ask, &nap, "acme");

    assert_int_equal(acme.error.code, TN_NO_ERROR);
    assert_false(acme.was_spared);
    assert_string_equal(acme.answer, "acme");
}

static void
behind_a_pooler_each_group_sets_its_own(void **state)
{
    (void)state;
    char url[512];
    const pid_t bouncer = bouncer_start(base_url, url, sizeof url);
    open_world(url);

    const struct asked acme = answer_of(ask, &where, "acme");
    const struct asked after = answer_of(ask_alone, &limits, NULL);
    engine_stop(NULL);
    bouncer_stop(bouncer);

    assert_false(acme.was_spared);
    assert_string_equal(acme.answer, "acme");
    assert_string_equal(after.answer, "0 0");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_parameter_enters_and_the_next_group_is_nowhere, set_up, engine_stop),
        cmocka_unit_test_setup_teardown(nobody_is_entered_without_a_name, set_up, engine_stop),
        cmocka_unit_test_setup_teardown(without_its_type_the_entry_is_sent, set_up, engine_stop),
        cmocka_unit_test_setup_teardown(
            a_text_that_takes_no_such_parameter_gets_the_entry, set_up, engine_stop),
        cmocka_unit_test_setup_teardown(
            who_hits_the_limit_of_the_session_runs_once_more_alone, set_up, engine_stop),
        cmocka_unit_test_setup(behind_a_pooler_each_group_sets_its_own, set_up),
    };
    return cmocka_run_group_tests_name(
        "isolation/session_limits", tests, fixture_start, fixture_stop);
}
