/* Several statements of the identity plane as one, on a real PostgreSQL, as tenantry_identity. The
 * queries are written as the generator writes them. */
#include "tenant/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "in_fiber.h"

#define SUCCEED(call)                     \
    do {                                  \
        struct tn_error error = { 0 };    \
        if (!(call))                      \
            fail_msg("%s", error.detail); \
    } while (0)

static int
set_up(void **state)
{
    (void)state;
    in_fiber_identity_database();
    fixture_run("INSERT INTO organization (id, name, slug, \"createdAt\") VALUES "
                "('acme', 'Acme', 'acme', now()), ('boats', 'Boats', 'boats', now())");
    return 0;
}

static struct tn_identity
open_identity(struct in_fiber *world)
{
    struct tn_identity identity;
    SUCCEED(identity_open(world->runtime, world->arena, &identity, &error));
    SUCCEED(identity_act_as(identity, "{\"id\":\"ada\",\"ipAddress\":\"203.0.113.9\"}", &error));
    return identity;
}

static const struct tn_query organization_lock = {
    .name = "organization_lock",
    .text = "SELECT name FROM public.organization WHERE id = $1 FOR NO KEY UPDATE",
    .statement = "tn_organization_lock",
    .parameter_types = (const uint32_t[]){ 25 },
    .parameter_count = 1,
    .column_count = 1,
    .writes = true,
};

static const struct tn_query team_insert = {
    .name = "team_insert",
    .text = "INSERT INTO public.team (id, name, \"memberCount\", \"createdAt\", "
            "\"organizationId\") VALUES ($2, 'Crew', 0, now(), $1)",
    .statement = "tn_team_insert",
    .parameter_types = (const uint32_t[]){ 25, 25 },
    .parameter_count = 2,
    .writes = true,
};

static struct tn_text
text(const char *value)
{
    return (struct tn_text){ value, strlen(value) };
}

static bool
lock(struct tn_identity identity, const char *id, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin_identity(&call, identity, &organization_lock, error))
        return false;

    tn_call_text(&call, text(id));
    return tn_call_run(&call, error) && tn_call_expect_one(&call, error);
}

static bool
add_team(struct tn_membership membership, const char *id, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin_membership(&call, membership, &team_insert, error))
        return false;

    tn_call_text(&call, text(id));
    return tn_call_run(&call, error);
}

struct attempt {
    struct tn_identity outer;
    bool fails;
};

static bool
add_two(struct tn_identity identity, void *argument, struct tn_error *error)
{
    const struct attempt *attempt = argument;
    struct tn_membership membership;
    struct tn_error refused = { 0 };

    /* Nothing holds the organization yet; and two handles would each begin the transaction. */
    assert_false(membership_hold(identity, "acme", &membership, &refused));
    assert_int_equal(refused.code, TN_HANDLE);
    refused = (struct tn_error){ 0 };
    assert_false(lock(attempt->outer, "acme", &refused));
    assert_int_equal(refused.code, TN_BUSY);
    if (!lock(identity, "acme", error) || !membership_hold(identity, "acme", &membership, error))
        return false;

    refused = (struct tn_error){ 0 };
    struct tn_membership unheld;
    assert_false(membership_open(identity, "acme", &unheld, &refused));
    const bool added = add_team(membership, "one", error) && add_team(membership, "two", error) &&
                       (!attempt->fails || error_set(error, TN_CONFLICT, "on purpose"));
    membership_close(membership);
    return added;
}

static void
commit_two(struct in_fiber *world)
{
    struct attempt attempt = { .outer = open_identity(world) };
    SUCCEED(identity_transaction(attempt.outer, "acme", add_two, &attempt, &error));
    SUCCEED(lock(attempt.outer, "boats", &error));
    identity_close(attempt.outer);
}

static void
a_transaction_saves_all_with_who_made_it(void **state)
{
    (void)state;
    in_fiber_as_identity(commit_two);
    assert_string_equal(
        fixture_ask("SELECT string_agg(id || \"organizationId\", ' ' ORDER BY id) FROM team"),
        "oneacme twoacme");
    assert_string_equal(fixture_ask("SELECT string_agg(action || ' ' || \"actorId\" || ' ' || "
                                    "\"ipAddress\", ', ' ORDER BY at) FROM audit_entry "
                                    "WHERE action = 'team.created'"),
        "team.created ada 203.0.113.9, team.created ada 203.0.113.9");
}

static void
fail_two(struct in_fiber *world)
{
    struct attempt attempt = { .outer = open_identity(world), .fails = true };
    struct tn_error error = { 0 };
    assert_false(identity_transaction(attempt.outer, "acme", add_two, &attempt, &error));
    assert_int_equal(error.code, TN_CONFLICT);
    assert_string_equal(error.detail, "on purpose");
    error = (struct tn_error){ 0 };
    assert_true(lock(attempt.outer, "acme", &error));
    identity_close(attempt.outer);
}

static void
a_transaction_whose_body_fails_saves_nothing_nor_notes_it(void **state)
{
    (void)state;
    in_fiber_as_identity(fail_two);
    assert_string_equal(fixture_ask("SELECT count(*) FROM team"), "0");
    assert_string_equal(
        fixture_ask("SELECT count(*) FROM audit_entry WHERE action = 'team.created'"), "0");
}

static void
hold_outside(struct in_fiber *world)
{
    const struct tn_identity identity = open_identity(world);
    struct tn_membership membership;
    struct tn_error error = { 0 };
    assert_true(lock(identity, "acme", &error));
    assert_false(membership_hold(identity, "acme", &membership, &error));
    assert_int_equal(error.code, TN_HANDLE);
    identity_close(identity);
}

static void
nothing_is_held_outside_of_a_transaction(void **state)
{
    (void)state;
    in_fiber_as_identity(hold_outside);
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_transaction_saves_all_with_who_made_it),
        TEST(a_transaction_whose_body_fails_saves_nothing_nor_notes_it),
        TEST(nothing_is_held_outside_of_a_transaction),
    };
    return cmocka_run_group_tests_name(
        "database/identity_transaction", tests, fixture_start, fixture_stop);
}
