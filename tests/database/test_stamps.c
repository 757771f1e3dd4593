/* A stamp becomes another one with each committed change of what is told of a person or an
 * organization, whoever makes it, and with nothing else. */
#include "stamps.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "fixture.h"

/* Another server beside ours: it has better-auth's tables, and no right to anything of ours. */
#define NEIGHBOUR "neighbour"
#define IDENTITY "tenantry_identity"
#define OWNER "tenantry_owner"

#define SESSION(id, person)                                                          \
    "INSERT INTO session (id, token, \"userId\", \"expiresAt\", \"updatedAt\")"      \
    " VALUES ('" id "', 'token of " id "', '" person "', now() + interval '1 day', " \
    "now())"
#define CONTEXT(id, place, person, revoked)                                        \
    "INSERT INTO session_context (\"sessionId\", \"organizationId\", \"userId\", " \
    "\"revokedAt\") VALUES ('" id "', '" place "', '" person "', " revoked ")"
#define MEMBER(id, place, person)                                                           \
    "INSERT INTO member (id, \"organizationId\", \"userId\", role, \"createdAt\") VALUES (" \
    "'" id "', '" place "', '" person "', 'member', now())"

struct change {
    const char *sql;
    const char *changed; /* whose stamps */
};

/* Of better-auth's tables. */
static const struct change shared_changes[] = {
    { "UPDATE \"user\" SET name = 'Ada L.' WHERE id = 'ada'", "ada" },
    { "UPDATE \"user\" SET email = 'd@example.com' WHERE id = 'dan'", "dan" },
    { "UPDATE \"user\" SET name = name", "" },
    { "INSERT INTO \"user\" (id, name, email, \"emailVerified\")"
      " VALUES ('eve', 'Eve', 'eve@example.com', true)",
        "eve" },
    { "DELETE FROM \"user\" WHERE id = 'ada'", "ada" },
    { "DELETE FROM \"user\" WHERE id = 'ada';"
      "INSERT INTO \"user\" (id, name, email, \"emailVerified\")"
      " VALUES ('ada', 'Ada', 'ada@example.com', true)",
        "ada" },
    { "INSERT INTO account (id, \"accountId\", \"providerId\", \"userId\", \"updatedAt\")"
      " VALUES ('x', 'ada', 'credential', 'ada', now())",
        "" },

    { "UPDATE session SET \"expiresAt\" = now() + interval '2 days' WHERE id = 'a1'", "ada" },
    { "UPDATE session SET \"activeOrganizationId\" = 'boats' WHERE id = 'b1'", "bob" },
    { "UPDATE session SET token = 'another' WHERE id = 'a2'", "ada" },
    { "UPDATE session SET \"userId\" = 'bob' WHERE id = 'd1'", "bob dan" },
    { "UPDATE session SET \"updatedAt\" = \"updatedAt\"", "" },
    { "DELETE FROM session WHERE id = 'a2'", "ada" },
    { "DELETE FROM session WHERE id = 'a1'", "ada" },
    { "DELETE FROM session WHERE id = 'c1'", "cyd" }, /* over, by a clock that may be set back */
    { SESSION("a3", "ada"), "" },
    { SESSION("a2", "ada") " ON CONFLICT (id) DO UPDATE SET token = 'another'", "ada" },

    { MEMBER("m6", "acme", "dan"), "dan" },
    { MEMBER("m1", "acme", "ada") " ON CONFLICT (id) DO NOTHING", "" },
    { "UPDATE member SET role = 'admin' WHERE id = 'm1'", "ada" },
    { "UPDATE member SET role = role || ',guest' WHERE \"organizationId\" = 'acme'", "ada bob" },
    { "UPDATE member SET role = role", "" },
    { "UPDATE member SET \"userId\" = 'dan' WHERE id = 'm5'", "ada dan" },
    { "DELETE FROM member WHERE id = 'm1'", "ada" },
    { "DELETE FROM member WHERE id = 'm4'", "cyd" },

    { "UPDATE organization SET name = 'Acme & Sons' WHERE id = 'acme'", "acme" },
    { "UPDATE organization SET slug = 'acme-and-sons' WHERE id = 'acme'", "acme" },
    { "UPDATE organization SET name = name", "" },
    { "INSERT INTO organization (id, name, slug, \"createdAt\") VALUES ('cars', 'C', 'c', now())",
        "cars" },
    { "DELETE FROM organization WHERE id = 'acme'", "acme ada bob" },

    { "BEGIN; UPDATE \"user\" SET name = 'A'; DELETE FROM session; ROLLBACK", "" },
    { "BEGIN; UPDATE \"user\" SET name = 'A' WHERE id = 'ada'; SAVEPOINT here;"
      " UPDATE \"user\" SET name = 'B' WHERE id = 'bob'; ROLLBACK TO here;"
      " UPDATE \"user\" SET name = 'D' WHERE id = 'dan'; COMMIT",
        "ada dan" },
    { "BEGIN; SAVEPOINT here; UPDATE member SET role = 'admin' WHERE id = 'm1';"
      " SET CONSTRAINTS ALL IMMEDIATE; RELEASE here; DELETE FROM member WHERE id = 'm1'; COMMIT",
        "ada" },
    /* Renewed early, and rolled back with it: the change before that still counts. */
    { "BEGIN; UPDATE member SET role = 'admin' WHERE id = 'm1'; SAVEPOINT here;"
      " SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO here; COMMIT",
        "ada" },
};

/* Of our own. */
static const struct change own_changes[] = {
    { CONTEXT("a2", "acme", "ada", "NULL"), "" },
    { CONTEXT("a2", "acme", "ada", "now()"), "ada" },
    { CONTEXT("a1", "acme", "ada", "now()") " ON CONFLICT (\"sessionId\", \"organizationId\")"
                                            " DO UPDATE SET \"revokedAt\" = now()",
        "ada" },
    { "UPDATE session_context SET \"lastSeenAt\" = now() + interval '1 hour'", "" },
    { "UPDATE session_context SET \"revokedAt\" = now() WHERE \"sessionId\" = 'a1'", "ada" },
    { "UPDATE session_context SET \"organizationId\" = 'boats' WHERE \"sessionId\" = 'a1'", "ada" },
    { "UPDATE session_context SET \"sessionId\" = 'a2' WHERE \"sessionId\" = 'a1'", "ada" },
    { "DELETE FROM session_context WHERE \"sessionId\" = 'a1'", "ada" },
    { "DELETE FROM session_context WHERE \"organizationId\" = 'boats'", "bob cyd" },
    { "INSERT INTO last_organization (\"userId\", \"organizationId\") VALUES ('ada', 'acme')", "" },
};

/* What only an owner may. */
static const struct change owner_changes[] = {
    { "TRUNCATE session_context", "acme ada boats bob cyd dan" },
    { "TRUNCATE session CASCADE", "acme ada boats bob cyd dan" },
    { "TRUNCATE member CASCADE", "acme ada boats bob cyd dan" },
    { "TRUNCATE organization CASCADE", "acme ada boats bob cyd dan" },
    { "TRUNCATE \"user\" CASCADE", "acme ada boats bob cyd dan" },
    { "TRUNCATE verification", "" },
    { "TRUNCATE \"user\", organization CASCADE;" /* whose names come again */
      "INSERT INTO \"user\" (id, name, email, \"emailVerified\") VALUES ('ada', 'A', 'a', true)",
        "acme ada boats bob cyd dan" },
};

static int
start(void **state)
{
    if (fixture_start(state) != 0)
        return -1;

    stamps_database();
    fixture_role_url(NEIGHBOUR);
    fixture_run("GRANT SELECT, INSERT, UPDATE, DELETE ON \"user\", session, account, verification,"
                " organization, \"organizationRole\", team, \"teamMember\", member, invitation, "
                "\"rateLimit\" TO " NEIGHBOUR);
    return 0;
}

static int
set_up(void **state)
{
    (void)state;
    stamps_people();
    return 0;
}

static void
try_all(const char *role, const struct change *changes, size_t count)
{
    struct direct *direct = stamps_connect(role);
    for (size_t i = 0; i < count; i++) {
        stamps_people();

        stamps_run(direct, changes[i].sql);

        const char *changed = stamps_changed();
        if (strcmp(changed, changes[i].changed) != 0)
            fail_msg("%s: %s: changed \"%s\", not \"%s\"", role, changes[i].sql, changed,
                changes[i].changed);
    }
    direct_close(direct);
}

static void
each_change_by_our_own_server_renews_whom_it_is_about(void **state)
{
    (void)state;
    try_all(IDENTITY, shared_changes, COUNT_OF(shared_changes));
    try_all(IDENTITY, own_changes, COUNT_OF(own_changes));
}

static void
each_change_by_a_server_that_knows_nothing_of_stamps_renews_them(void **state)
{
    (void)state;
    try_all(NEIGHBOUR, shared_changes, COUNT_OF(shared_changes));
}

static void
a_table_that_is_emptied_renews_all_stamps(void **state)
{
    (void)state;
    try_all(OWNER, owner_changes, COUNT_OF(owner_changes));
}

/* So the list above is not right by chance. */
static void
without_the_triggers_nothing_is_renewed(void **state)
{
    (void)state;
    fixture_run("ALTER TABLE member DISABLE TRIGGER USER");

    fixture_run("UPDATE member SET role = 'admin'");

    assert_string_equal(stamps_changed(), "");
    fixture_run("ALTER TABLE member ENABLE TRIGGER USER");
}

/* --- transactions beside each other --------------------------------------------------------------
 */

#define CHANGE(session) \
    "UPDATE session SET \"ipAddress\" = '203.0.113.' || '" session "' WHERE id = '" session "'"

static void
a_change_keeps_nobody_waiting_who_changes_the_same_person_elsewhere(void **state)
{
    (void)state;
    struct direct *one = stamps_connect(IDENTITY);
    struct direct *other = stamps_connect(IDENTITY);
    stamps_run(other, "SET lock_timeout = '1ms'");

    stamps_run(one, "BEGIN; " CHANGE("a1"));
    stamps_run(other, CHANGE("a2"));
    assert_string_equal(stamps_changed(), "ada");
    stamps_watch();
    stamps_run(one, "COMMIT");

    assert_string_equal(stamps_changed(), "ada");
    direct_close(one);
    direct_close(other);
}

/* As it would be if stamps were renewed with each statement. */
static void
a_stamp_that_was_renewed_too_early_keeps_them_waiting(void **state)
{
    (void)state;
    struct direct *one = stamps_connect(IDENTITY);
    struct direct *other = stamps_connect(IDENTITY);
    stamps_run(other, "SET lock_timeout = '1ms'");

    stamps_run(one, "BEGIN; SET CONSTRAINTS ALL IMMEDIATE; " CHANGE("a1"));

    assert_string_equal(stamps_refusal(other, CHANGE("a2")), "55P03");
    direct_close(one);
    direct_close(other);
}

/* What a transaction has read of itself must not be remembered before it has ended. */
static void
nobody_sees_a_stamp_before_the_change_that_it_stands_for(void **state)
{
    (void)state;
    struct direct *one = stamps_connect(IDENTITY);
    stamps_run(one, "BEGIN; UPDATE member SET role = 'admin' WHERE id = 'm1';"
                    "SET CONSTRAINTS ALL IMMEDIATE");

    assert_string_equal(stamps_changed(), "");
    stamps_run(one, "COMMIT");
    assert_string_equal(stamps_changed(), "ada");
    direct_close(one);
}

/* Renaming an organization and becoming a member of it do not meet in one stamp: who becomes one
 * meanwhile, and is told the old name, is told it together with the organization's old stamp. */
static void
who_becomes_a_member_during_a_renaming_does_not_keep_the_old_name(void **state)
{
    (void)state;
    struct direct *one = stamps_connect(IDENTITY);
    stamps_run(one, "BEGIN ISOLATION LEVEL REPEATABLE READ;"
                    "UPDATE organization SET name = 'Acme & Sons' WHERE id = 'acme'");
    fixture_run(MEMBER("m6", "acme", "dan"));
    assert_string_equal(stamps_changed(), "dan");
    stamps_watch();

    stamps_run(one, "COMMIT");

    assert_string_equal(stamps_changed(), "acme");
    direct_close(one);
}

static void
a_person_with_many_sessions_is_renewed_once(void **state)
{
    (void)state;
    fixture_run("INSERT INTO session (id, token, \"userId\", \"expiresAt\", \"updatedAt\")"
                " SELECT i, i, 'ada', now() + interval '1 day', now()"
                " FROM generate_series(1, 1000) i");
    struct direct *one = stamps_connect(IDENTITY);

    stamps_run(one, "BEGIN; DELETE FROM session WHERE \"userId\" = 'ada';"
                    "SET CONSTRAINTS ALL IMMEDIATE");

    struct pg_result *result = NULL;
    struct tn_error error = { 0 };
    size_t bytes;
    assert_true(direct_query(one,
        "SELECT pg_stat_get_xact_tuples_updated('tenantry.security_stamp'::regclass)", 0, NULL,
        &result, &error));
    assert_string_equal(result_value(result, 0, 0, &bytes), "1");
    result_free(result);
    direct_close(one);
}

/* A database that was restored counts its transactions anew, and comes to the numbers that stand in
 * its rows. */
static void
a_number_that_was_there_before_renews_nothing_less(void **state)
{
    (void)state;
    struct direct *one = stamps_connect(IDENTITY);
    stamps_run(one, "BEGIN; " CHANGE("a1"));
    fixture_run("UPDATE tenantry.security_stamp SET renewed_in = ("
                " SELECT backend_xid::text::xid8 FROM pg_stat_activity"
                " WHERE datname = current_database() AND state = 'idle in transaction')");
    assert_string_equal(fixture_ask("SELECT count(DISTINCT renewed_in) FROM "
                                    "tenantry.security_stamp WHERE renewed_in::text <> '0'"),
        "1");

    stamps_run(one, "COMMIT");

    assert_string_equal(stamps_changed(), "ada");
    direct_close(one);
}

/* Rows that are changed, and their table altered, in one transaction: nothing may be left to be
 * done for them in between. */
static void
sessions_can_be_held_to_memberships_again(void **state)
{
    (void)state;
    struct direct *owner = stamps_connect(OWNER);
    stamps_run(owner, "SELECT tenantry.hold_sessions_to_members(false)");
    fixture_run("UPDATE session SET \"activeOrganizationId\" = 'boats' WHERE id IN ('a1', 'd1')");
    stamps_watch();

    stamps_run(owner, "SELECT tenantry.hold_sessions_to_members(true)");

    assert_string_equal(stamps_changed(), "dan");
    direct_close(owner);
}

/* --- two that meet -------------------------------------------------------------------------------
 */

struct ending {
    struct direct *direct;
    pthread_t thread;
    bool is_committed;
    struct tn_error error;
};

static void *
ending_run(void *argument)
{
    struct ending *ending = argument;
    ending->is_committed = direct_run(ending->direct, "COMMIT", &ending->error);
    return NULL;
}

/* Commit in a thread, until it waits for a lock: as the `count`th that does. */
static void
ending_start(struct ending *ending, const char *count)
{
    enum { LIMIT_MS = 60000, STEP_MS = 5 };
    assert_int_equal(pthread_create(&ending->thread, NULL, ending_run, ending), 0);
    for (int waited_ms = 0; waited_ms < LIMIT_MS; waited_ms += STEP_MS) {
        if (strcmp(fixture_ask("SELECT count(*) FROM pg_stat_activity"
                               " WHERE datname = current_database() AND wait_event_type = 'Lock'"),
                count) == 0)
            return;
        usleep(STEP_MS * 1000);
    }
    fail_msg("%s did not come to wait", count);
}

/* The one that PostgreSQL ends is ended whole; the other has renewed everybody. */
static void
of_two_that_change_the_same_people_in_opposite_order_one_is_ended_whole(void **state)
{
    (void)state;
    struct direct *between = stamps_connect("postgres");
    struct ending one = { .direct = stamps_connect(IDENTITY) };
    struct ending other = { .direct = stamps_connect(IDENTITY) };
    stamps_run(between, "BEGIN; SELECT FROM tenantry.security_stamp WHERE id = 'ada' FOR UPDATE");
    stamps_run(one.direct, "BEGIN; " CHANGE("a1") "; " CHANGE("b1"));
    stamps_run(other.direct, "BEGIN; UPDATE member SET role = 'guest' WHERE id = 'm2';"
                             " UPDATE member SET role = 'guest' WHERE id = 'm1'");
    ending_start(&one, "1");
    ending_start(&other, "2");

    stamps_run(between, "COMMIT");
    pthread_join(one.thread, NULL);
    pthread_join(other.thread, NULL);

    assert_int_not_equal(one.is_committed, other.is_committed);
    assert_string_equal((one.is_committed ? &other : &one)->error.sqlstate, "40P01");
    assert_string_equal(fixture_ask("SELECT count(*) FROM session WHERE \"ipAddress\" IS NOT NULL"),
        one.is_committed ? "2" : "0");
    assert_string_equal(fixture_ask("SELECT count(*) FROM member WHERE role = 'guest'"),
        one.is_committed ? "0" : "2");
    assert_string_equal(stamps_changed(), "ada bob");
    direct_close(between);
    direct_close(one.direct);
    direct_close(other.direct);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_change_by_our_own_server_renews_whom_it_is_about, set_up),
        cmocka_unit_test_setup(
            each_change_by_a_server_that_knows_nothing_of_stamps_renews_them, set_up),
        cmocka_unit_test_setup(a_table_that_is_emptied_renews_all_stamps, set_up),
        cmocka_unit_test_setup(without_the_triggers_nothing_is_renewed, set_up),
        cmocka_unit_test_setup(
            a_change_keeps_nobody_waiting_who_changes_the_same_person_elsewhere, set_up),
        cmocka_unit_test_setup(a_stamp_that_was_renewed_too_early_keeps_them_waiting, set_up),
        cmocka_unit_test_setup(nobody_sees_a_stamp_before_the_change_that_it_stands_for, set_up),
        cmocka_unit_test_setup(
            who_becomes_a_member_during_a_renaming_does_not_keep_the_old_name, set_up),
        cmocka_unit_test_setup(a_person_with_many_sessions_is_renewed_once, set_up),
        cmocka_unit_test_setup(a_number_that_was_there_before_renews_nothing_less, set_up),
        cmocka_unit_test_setup(sessions_can_be_held_to_memberships_again, set_up),
        cmocka_unit_test_setup(
            of_two_that_change_the_same_people_in_opposite_order_one_is_ended_whole, set_up),
    };
    return cmocka_run_group_tests_name("stamps", tests, start, fixture_stop);
}
