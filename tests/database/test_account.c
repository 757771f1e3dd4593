/* People, sessions and organizations on a real PostgreSQL, as tenantry_identity. */
#include "account/password_account.h"
#include "organization/life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "fixture.h"
#include "in_fiber.h"
#include "loop/fiber.h"
#include "postgres/direct.h"

#define PASSWORD "correct horse battery"

static struct worker_pool *workers;

static int
set_up(void **state)
{
    (void)state;
    in_fiber_identity_database();
    struct tn_error error = { 0 };
    if (!worker_pool_new(2, 8, &workers, &error))
        fail_msg("%s", error.detail);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    worker_pool_free(workers);
    return 0;
}

/* --- what the tests do ------------------------------------------------------------------------ */

#define SUCCEED(call)                     \
    do {                                  \
        struct tn_error error = { 0 };    \
        if (!(call))                      \
            fail_msg("%s", error.detail); \
    } while (0)

static const struct session_client client = {
    .ip_address = "203.0.113.9",
    .user_agent = "test",
    .is_remembered = true,
    .lifetime_s = 604800,
};

static struct tn_identity
open_identity(struct in_fiber *world)
{
    struct tn_identity identity;
    SUCCEED(identity_open(world->runtime, world->arena, &identity, &error));
    return identity;
}

static struct account_tools
tools_of(struct tn_identity identity, struct in_fiber *world)
{
    return (
        struct account_tools){ .identity = identity, .workers = workers, .arena = world->arena };
}

static const char *
sign_up(
    struct tn_identity identity, struct in_fiber *world, const char *email, struct user *ret_user)
{
    const struct sign_up wanted = { .name = "X", .email = email, .password = PASSWORD };
    struct session session = { 0 };
    enum sign_up_answer answer;
    SUCCEED(account_sign_up(
        tools_of(identity, world), &wanted, &client, ret_user, &session, &answer, &error));
    assert_int_equal(answer, SIGN_UP_DONE);
    return session.token;
}

static struct session_view
look_up(struct tn_identity identity, const char *token, const char *slug)
{
    struct session_view view;
    SUCCEED(
        session_look_up(identity, token, (struct session_place){ .slug = slug }, &view, &error));
    return view;
}

static struct organization
create(struct tn_identity identity, struct in_fiber *world, const char *slug,
    const struct session_view *view, int64_t limit, enum organization_create_answer expected)
{
    const struct new_organization wanted = {
        .name = slug,
        .slug = slug,
        .owner_id = view->user.id,
        .session_id = view->session.id,
        .organization_limit = limit,
    };
    struct made_organization made;
    enum organization_create_answer answer;
    SUCCEED(organization_create(identity, &wanted, world->arena, &made, &answer, &error));
    assert_int_equal(answer, expected);
    return made.organization;
}

/* --- accounts --------------------------------------------------------------------------------- */

static const char count_rows[] =
    "SELECT format('%s %s %s', (SELECT count(*) FROM \"user\"), (SELECT count(*) FROM account), "
    "(SELECT count(*) FROM session))";

static void
sign_up_fails_whole(struct in_fiber *world)
{
    const struct tn_identity identity = open_identity(world);
    struct user user;
    sign_up(identity, world, "ada@example.com", &user);
    assert_string_equal(fixture_ask(count_rows), "1 1 1");

    fixture_run(
        "ALTER TABLE session ADD CONSTRAINT broken CHECK (\"userAgent\" <> 'test') NOT VALID");
    const struct sign_up wanted = { .name = "X", .email = "eve@example.com", .password = PASSWORD };
    struct session session;
    enum sign_up_answer answer;
    struct tn_error error = { 0 };
    assert_false(account_sign_up(
        tools_of(identity, world), &wanted, &client, &user, &session, &answer, &error));

    assert_string_equal(error.constraint, "broken");
    assert_string_equal(fixture_ask(count_rows), "1 1 1");
    identity_close(identity);
}

static void
a_sign_up_that_fails_leaves_nothing(void **state)
{
    (void)state;
    in_fiber_as_identity(sign_up_fails_whole);
}

struct race {
    struct in_fiber *world;
    int running;
    int done;
    int taken;
};

static void
sign_up_in_race(void *argument)
{
    struct race *race = argument;
    const struct tn_identity identity = open_identity(race->world);
    const struct sign_up wanted = {
        .name = "X", .email = "Same@example.com", .password = PASSWORD
    };
    struct user user;
    struct session session;
    enum sign_up_answer answer;
    SUCCEED(account_sign_up(
        tools_of(identity, race->world), &wanted, &client, &user, &session, &answer, &error));
    race->done += answer == SIGN_UP_DONE;
    race->taken += answer == SIGN_UP_ADDRESS_TAKEN;
    race->running--;
    identity_close(identity);
}

static void
race_for_an_address(struct in_fiber *world)
{
    struct race race = { .world = world, .running = 4 };
    for (int i = 0; i < 4; i++)
        SUCCEED(fiber_start(world->loop, sign_up_in_race, &race, &error));
    while (race.running > 0)
        fiber_sleep(5);

    assert_int_equal(race.done, 1);
    assert_int_equal(race.taken, 3);
    assert_string_equal(fixture_ask(count_rows), "1 1 1");
}

static void
of_sign_ups_at_once_with_one_address_one_wins(void **state)
{
    (void)state;
    in_fiber_as_identity(race_for_an_address);
}

static int64_t
sign_in_ms(struct tn_identity identity, struct in_fiber *world, const char *email)
{
    struct user user;
    struct session session;
    enum sign_in_answer answer;
    const int64_t start_ms = time_monotonic_ms();
    SUCCEED(account_sign_in(tools_of(identity, world), email, "wrong horse battery", &client, true,
        &user, &session, &answer, &error));
    assert_int_equal(answer, SIGN_IN_REFUSED);
    return time_monotonic_ms() - start_ms;
}

static int64_t
shorter(int64_t one_ms, int64_t other_ms)
{
    return one_ms < other_ms ? one_ms : other_ms;
}

static void
time_sign_ins(struct in_fiber *world)
{
    const struct tn_identity identity = open_identity(world);
    struct user user;
    const char *token = sign_up(identity, world, "ada@example.com", &user);
    int64_t known_ms = INT64_MAX;
    int64_t unknown_ms = INT64_MAX;
    int64_t look_up_ms = INT64_MAX;
    for (int round = 0; round < 5; round++) {
        const int64_t began_ms = time_monotonic_ms();
        look_up(identity, token, NULL);
        look_up_ms = shorter(look_up_ms, time_monotonic_ms() - began_ms);
        known_ms = shorter(known_ms, sign_in_ms(identity, world, "ada@example.com"));
        unknown_ms = shorter(unknown_ms, sign_in_ms(identity, world, "nobody@example.com"));
    }

    /* The quickest of each: a busy machine makes single ones slow. */
    assert_true(unknown_ms * 3 > known_ms);
    /* What it would take without the hash, and so would tell. */
    assert_true(look_up_ms * 3 < known_ms);
    identity_close(identity);
}

static void
an_unknown_address_takes_as_long_as_a_wrong_password(void **state)
{
    (void)state;
    in_fiber_as_identity(time_sign_ins);
}

static void
expire(struct in_fiber *world)
{
    const struct tn_identity identity = open_identity(world);
    struct user user;
    const char *token = sign_up(identity, world, "ada@example.com", &user);
    SUCCEED(session_sweep(identity, token, &error));
    assert_int_equal(look_up(identity, token, NULL).answer, SESSION_LIVE);

    fixture_run("UPDATE session SET \"expiresAt\" = now() - interval '1 second'");
    assert_int_equal(look_up(identity, token, NULL).answer, SESSION_EXPIRED);
    SUCCEED(session_sweep(identity, token, &error));
    assert_int_equal(look_up(identity, token, NULL).answer, SESSION_UNKNOWN);
    identity_close(identity);
}

static void
an_expired_session_is_none_and_swept_away(void **state)
{
    (void)state;
    in_fiber_as_identity(expire);
}

/* --- organizations ---------------------------------------------------------------------------- */

static void
look_from_outside(struct in_fiber *world)
{
    const struct tn_identity identity = open_identity(world);
    struct user user;
    const char *ada = sign_up(identity, world, "ada@example.com", &user);
    const char *eve = sign_up(identity, world, "eve@example.com", &user);
    const struct session_view view = look_up(identity, ada, NULL);
    create(identity, world, "acme", &view, 9, ORGANIZATION_CREATED);

    const struct session_view own = look_up(identity, ada, "acme");
    const struct session_view foreign = look_up(identity, eve, "acme");
    const struct session_view unknown = look_up(identity, eve, "unknown");

    assert_true(own.is_member);
    assert_string_equal(own.role, "owner");
    assert_false(foreign.is_member || unknown.is_member);
    assert_null(foreign.organization_id);
    assert_null(foreign.organization_name);
    identity_close(identity);
}

static void
a_foreign_organization_looks_like_one_that_does_not_exist(void **state)
{
    (void)state;
    in_fiber_as_identity(look_from_outside);
}

static void
create_too_many(struct in_fiber *world)
{
    const struct tn_identity identity = open_identity(world);
    struct user user;
    const char *token = sign_up(identity, world, "ada@example.com", &user);
    const struct session_view view = look_up(identity, token, NULL);

    create(identity, world, "acme", &view, 2, ORGANIZATION_CREATED);
    create(identity, world, "acme", &view, 2, ORGANIZATION_SLUG_TAKEN);
    create(identity, world, "boats", &view, 2, ORGANIZATION_CREATED);
    create(identity, world, "canoes", &view, 2, ORGANIZATION_LIMIT_REACHED);

    assert_string_equal(
        fixture_ask("SELECT string_agg(slug, ' ' ORDER BY slug) FROM organization"), "acme boats");
    assert_string_equal(look_up(identity, token, NULL).organization_slug, "boats");
    identity_close(identity);
}

static void
a_slug_is_taken_once_and_the_limit_holds(void **state)
{
    (void)state;
    in_fiber_as_identity(create_too_many);
}

/* --- the second layer: keys ------------------------------------------------------------------- */

static const char two_people[] =
    "INSERT INTO \"user\" (id, name, email, \"emailVerified\") VALUES ('ada', 'A', 'a', false), "
    "  ('eve', 'E', 'e', false);"
    "INSERT INTO organization (id, name, slug, \"createdAt\") VALUES ('acme', 'Acme', 'acme', "
    "now());"
    "INSERT INTO member (id, \"organizationId\", \"userId\", role, \"createdAt\") "
    "  VALUES ('m', 'acme', 'ada', 'owner', now());"
    "INSERT INTO session (id, token, \"userId\", \"expiresAt\", \"updatedAt\") VALUES "
    "  ('sa', 'ta', 'ada', now() + interval '1 day', now()), "
    "  ('se', 'te', 'eve', now() + interval '1 day', now());";

static void
a_session_cannot_point_where_its_person_is_no_member(void **state)
{
    (void)state;
    static const char attack[] =
        "UPDATE session SET \"activeOrganizationId\" = 'acme' WHERE id = 'se'";
    struct direct *direct;
    fixture_run(two_people);
    SUCCEED(direct_open(fixture_role_url("tenantry_identity"), &direct, &error));

    struct tn_error refused = { 0 };
    assert_false(direct_run(direct, attack, &refused));
    assert_string_equal(refused.sqlstate, "23503");

    fixture_run("ALTER TABLE session DROP CONSTRAINT \"session_userId_activeOrganizationId_fkey\"");
    SUCCEED(direct_run(direct, attack, &error));
    assert_string_equal(
        fixture_ask("SELECT \"activeOrganizationId\" FROM session WHERE id = 'se'"), "acme");
    direct_close(direct);
}

static void
revoke_and_enter(struct in_fiber *world)
{
    const struct tn_identity identity = open_identity(world);
    struct tn_membership membership;
    SUCCEED(membership_open(identity, "acme", &membership, &error));
    struct session_view view = look_up(identity, "ta", "acme");
    assert_int_equal(view.context, SESSION_CONTEXT_ABSENT);

    SUCCEED(session_context_note(membership, view.session.id, view.session.user_id, &error));
    assert_int_equal(look_up(identity, "ta", "acme").context, SESSION_CONTEXT_ENTERED);
    SUCCEED(session_context_revoke(membership, view.session.id, view.session.user_id, &error));
    SUCCEED(session_context_note(membership, view.session.id, view.session.user_id, &error));
    assert_int_equal(look_up(identity, "ta", "acme").context, SESSION_CONTEXT_REVOKED);
    SUCCEED(session_context_enter(membership, view.session.id, view.session.user_id, &error));
    assert_int_equal(look_up(identity, "ta", "acme").context, SESSION_CONTEXT_ENTERED);

    fixture_run("UPDATE session SET \"activeOrganizationId\" = 'acme' WHERE id = 'sa'; "
                "DELETE FROM member WHERE id = 'm'");
    assert_string_equal(fixture_ask("SELECT count(*) FROM session_context"), "0");
    assert_false(look_up(identity, "ta", "acme").is_member);
    assert_null(look_up(identity, "ta", NULL).session.active_organization_id);
    membership_close(membership);
    identity_close(identity);
}

static void
a_revoked_context_stays_revoked_until_it_is_entered(void **state)
{
    (void)state;
    fixture_run(two_people);
    in_fiber_as_identity(revoke_and_enter);
}

/* Stamps are renewed at the end of the transaction, behind the answers of its statements. */
static void
revoke_in_vain(struct in_fiber *world)
{
    const struct tn_identity identity = open_identity(world);
    struct tn_membership membership;
    SUCCEED(membership_open(identity, "acme", &membership, &error));
    struct session_view view = look_up(identity, "ta", "acme");
    struct direct *holder;
    SUCCEED(direct_open(fixture_role_url("postgres"), &holder, &error));
    SUCCEED(direct_run(
        holder, "BEGIN; SELECT FROM tenantry.security_stamp WHERE id = 'ada' FOR UPDATE", &error));

    struct tn_error refusal = { 0 };
    assert_false(
        session_context_revoke(membership, view.session.id, view.session.user_id, &refusal));

    assert_int_equal(refusal.code, TN_TIMEOUT);
    SUCCEED(direct_run(holder, "ROLLBACK", &error));
    direct_close(holder);
    assert_int_equal(look_up(identity, "ta", "acme").context, SESSION_CONTEXT_ABSENT);
    SUCCEED(session_context_revoke(membership, view.session.id, view.session.user_id, &error));
    assert_int_equal(look_up(identity, "ta", "acme").context, SESSION_CONTEXT_REVOKED);
    membership_close(membership);
    identity_close(identity);
}

static void
what_fails_at_the_end_of_its_transaction_is_not_told_as_done(void **state)
{
    (void)state;
    fixture_run(two_people);
    in_fiber_as_identity(revoke_in_vain);
}

static void
note_as_stranger(struct in_fiber *world)
{
    const struct tn_identity identity = open_identity(world);
    struct tn_membership membership;
    SUCCEED(membership_open(identity, "acme", &membership, &error));
    struct session_view view = look_up(identity, "te", "acme");

    struct tn_error error = { 0 };
    assert_false(session_context_note(membership, view.session.id, view.session.user_id, &error));
    assert_string_equal(error.sqlstate, "23503");
    membership_close(membership);
    identity_close(identity);
}

static void
a_session_remembers_no_organization_that_its_person_is_not_in(void **state)
{
    (void)state;
    fixture_run(two_people);
    in_fiber_as_identity(note_as_stranger);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sign_up_that_fails_leaves_nothing),
        TEST(of_sign_ups_at_once_with_one_address_one_wins),
        TEST(an_unknown_address_takes_as_long_as_a_wrong_password),
        TEST(an_expired_session_is_none_and_swept_away),
        TEST(a_foreign_organization_looks_like_one_that_does_not_exist),
        TEST(a_slug_is_taken_once_and_the_limit_holds),
        TEST(a_session_cannot_point_where_its_person_is_no_member),
        TEST(a_revoked_context_stays_revoked_until_it_is_entered),
        TEST(what_fails_at_the_end_of_its_transaction_is_not_told_as_done),
        TEST(a_session_remembers_no_organization_that_its_person_is_not_in),
    };
    return cmocka_run_group_tests_name("database/account", tests, fixture_start, fixture_stop);
}
