/* Several queries in one flight are all within the organization of that flight, as the
 * application's role: the first one enters it, and the others find it entered. The queries have no
 * predicate, so that row-level security stands alone; where that is turned off, the same flights
 * do read the other organization. */
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

enum {
    QUERIES = 5,
    FIBERS = 40,
};

static const char schema[] =
    "create table note (organization_id text not null, id int not null,"
    " primary key (organization_id, id));"
    "alter table note enable row level security; alter table note force row level security;"
    "create policy note_of_organization on note"
    " using (organization_id = (select tenantry.organization()));"
    "grant select on note to tenantry_app;"
    "insert into note select o, n from unnest(array['acme', 'umbrella']) o,"
    " generate_series(1, 3) n";

static const struct statement enter = { "enter", "select tenantry.enter($1, $2::int, $3::int)",
    NULL, 3 };
static const uint32_t text[] = { 25 };

/* Whose rows are seen, and how many, whoever is asked about. */
#define SEEN(name, order)                                                                     \
    {                                                                                         \
        name,                                                                                 \
            "select string_agg(distinct organization_id, ',' order by organization_id " order \
            ") || ' ' || count(*) from note where $1::text <> ''",                            \
            text, 1                                                                           \
    }
static const struct statement seen[QUERIES] = { SEEN("seen_0", ""), SEEN("seen_1", "desc"),
    SEEN("seen_2", "asc"), SEEN("seen_3", "nulls first"), SEEN("seen_4", "nulls last") };
static const struct statement leftover = { NULL,
    "select coalesce(current_setting('app.org_id', true), '')", NULL, 0 };

static int
set_up(void **state)
{
    (void)state;
    char url[512];
    snprintf(url, sizeof url, "%s", fixture_database());
    const struct migration_set sets[] = { migration_own_tenant() };
    const struct migration_target target = { .admin_url = url, .sets = sets, .set_count = 1 };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        return -1;

    fixture_run(schema);
    return 0;
}

/* One connection for all, whose session keeps its limits: as the server's. */
static void
open_world(void)
{
    const struct pool_options options = {
        .url = fixture_role_url("tenantry_app"),
        .read_connections = 1,
        .read_depth = 16,
        .leases = 1,
        .statement_ms = 20000,
        .lock_ms = 5000,
    };
    engine_start(&options, NULL);
}

struct asked {
    const char *organization; /* of the flight */
    const char *last;         /* whose id the last query is given */
    bool was_spared;
    char answers[QUERIES][64];
};

static void
ask(void *argument)
{
    struct asked *asked = argument;
    const char *const entry[] = { asked->organization, "20000", "5000" };
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = {
        .lane = FLIGHT_READ,
        .entry = FLIGHT_ENTRY_ORGANIZATION,
        .organization_id = asked->organization,
    };
    flight_add(&flight, &enter, entry);
    for (int i = 0; i < QUERIES; i++)
        flight_add(&flight, &seen[i], i + 1 < QUERIES ? &asked->organization : &asked->last);
    if (!pool_fly(engine_pool, &flight, &error))
        fail_msg("%s", error.detail);

    asked->was_spared = !flight.steps[0].result;
    for (int i = 0; i < QUERIES; i++) {
        size_t bytes = 0;
        const char *answer = result_value(flight.steps[i + 1].result, 0, 0, &bytes);
        snprintf(asked->answers[i], sizeof asked->answers[i], "%s", answer ? answer : "nothing");
    }
}

static void
ask_where(void *argument)
{
    struct asked *asked = argument;
    struct tn_error error = { 0 };
    size_t bytes = 0;
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &leftover, NULL);
    if (!pool_fly(engine_pool, &flight, &error))
        fail_msg("%s", error.detail);
    snprintf(asked->answers[0], sizeof asked->answers[0], "%s",
        result_value(flight.steps[0].result, 0, 0, &bytes));
}

/* Flights of two organizations, mixed on one connection: how many queries saw anything but the rows
 * of theirs. */
static int
count_foreign(bool last_is_of_other, int *ret_spared)
{
    static struct asked asked[FIBERS];
    int foreign = 0;
    open_world();
    for (int i = 0; i < FIBERS; i++) {
        const char *own = i % 2 ? "acme" : "umbrella";
        const char *other = i % 2 ? "umbrella" : "acme";
        asked[i] = (struct asked){ own, last_is_of_other ? other : own, false, { { 0 } } };
        engine_fiber(ask, &asked[i]);
    }
    struct asked after = { 0 };
    engine_fiber(ask_where, &after);
    engine_run();

    assert_string_equal(after.answers[0], "");
    *ret_spared = 0;
    for (int i = 0; i < FIBERS; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "%s 3", asked[i].organization);
        *ret_spared += asked[i].was_spared;
        for (int query = 0; query < QUERIES; query++)
            foreign += strcmp(asked[i].answers[query], expected) != 0;
    }
    return foreign;
}

static void
each_query_of_a_flight_sees_its_organization(void **state)
{
    (void)state;
    int spared;

    assert_int_equal(count_foreign(false, &spared), 0);

    assert_int_equal(spared, FIBERS); /* it is the first query that entered */
}

/* As a mistake of ours would: the flight is of one organization, and a query is given another. */
static void
a_query_that_is_given_another_sees_no_more(void **state)
{
    (void)state;
    int spared;

    assert_int_equal(count_foreign(true, &spared), 0);
}

static void
without_row_level_security_each_sees_the_others(void **state)
{
    (void)state;
    int spared;
    fixture_run("alter table note disable row level security");

    assert_int_equal(count_foreign(false, &spared), FIBERS * QUERIES);
}

/* The other queries rely on what the first one entered: where nothing is, they see nothing. */
static void
without_the_entry_nothing_is_seen(void **state)
{
    (void)state;
    struct asked asked = { .organization = "acme", .last = "acme" };
    fixture_run("create or replace function tenantry.enter(organization text, statement_ms int,"
                " lock_ms int) returns text language sql as $$ select ''::text $$;"
                "drop domain tenantry.entered cascade");
    open_world();

    engine_fiber(ask, &asked);
    engine_run();

    assert_false(asked.was_spared);
    for (int i = 0; i < QUERIES; i++)
        assert_string_equal(asked.answers[i], "nothing");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, engine_stop)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_query_of_a_flight_sees_its_organization),
        TEST(a_query_that_is_given_another_sees_no_more),
        TEST(without_row_level_security_each_sees_the_others),
        TEST(without_the_entry_nothing_is_seen),
    };
    return cmocka_run_group_tests_name("isolation/together", tests, fixture_start, fixture_stop);
}
