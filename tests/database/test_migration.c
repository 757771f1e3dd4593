#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"
#include "migration/apply.h"
#include "migration/own.h"

#define OWN_COUNT (migration_own_identity().count + migration_own_tenant().count)

static bool
apply(const char *url, const struct migration_set *sets, size_t count, size_t *ret_applied,
    struct tn_error *error)
{
    *error = (struct tn_error){ 0 };
    const struct migration_target target = { .admin_url = url, .sets = sets, .set_count = count };
    return migration_apply(&target, ret_applied, error);
}

static bool
apply_own(const char *url, size_t *ret_applied, struct tn_error *error)
{
    const struct migration_set sets[] = { migration_own_identity(), migration_own_tenant() };
    return apply(url, sets, 2, ret_applied, error);
}

static bool
apply_one(const char *url, const char *name, const char *sql, struct tn_error *error)
{
    const struct tn_migration migration = { .name = name, .sql = sql };
    const struct migration_set set = { "application", &migration, 1 };
    return apply(url, &set, 1, NULL, error);
}

static void
must_apply_own(const char *url)
{
    struct tn_error error;
    if (!apply_own(url, NULL, &error))
        fail_msg("%s", error.detail);
}

static void
an_empty_database_is_brought_up_to_date_once(void **state)
{
    (void)state;
    const char *url = fixture_database();
    struct tn_error error;
    size_t first = 0;
    size_t second = 99;

    assert_true(apply_own(url, &first, &error));
    assert_true(apply_own(url, &second, &error));

    assert_int_equal(first, OWN_COUNT);
    assert_int_equal(second, 0);
    assert_string_equal(fixture_ask("select tableowner from pg_tables where tablename = 'member'"),
        "tenantry_owner");
}

static void
two_sessions_of_one_person_are_kept_by_keys(void **state)
{
    (void)state;
    must_apply_own(fixture_database());
    fixture_run(
        "insert into \"user\" (id, name, email, \"emailVerified\") values ('u', 'U', 'u@x.test', "
        "true);"
        "insert into organization (id, name, slug, \"createdAt\") values ('a', 'A', 'a', now());"
        "insert into member (id, \"organizationId\", \"userId\", role, \"createdAt\")"
        " values ('m', 'a', 'u', 'owner', now());"
        "insert into session (id, \"expiresAt\", token, \"updatedAt\", \"userId\","
        " \"activeOrganizationId\") values ('s', now(), 't', now(), 'u', 'a');"
        "insert into session_context (\"sessionId\", \"organizationId\", \"userId\")"
        " values ('s', 'a', 'u')");

    fixture_run("delete from member");

    assert_string_equal(fixture_ask("select \"userId\" from session"), "u");
    assert_string_equal(fixture_ask("select \"activeOrganizationId\" from session"), "");
    assert_string_equal(fixture_ask("select count(*) from session_context"), "0");
}

static void
a_file_that_was_changed_after_it_was_applied_is_refused(void **state)
{
    (void)state;
    const char *url = fixture_database();
    struct tn_error error;
    assert_true(apply_one(url, "0001_thing", "create table thing (id int)", &error));

    assert_false(apply_one(url, "0001_thing", "create table thing (id bigint)", &error));

    assert_int_equal(error.code, TN_MIGRATION);
    assert_non_null(
        strstr(error.detail, "application/0001_thing: was changed after it was applied"));
}

static void
a_failed_migration_leaves_nothing_and_names_its_line(void **state)
{
    (void)state;
    const char *url = fixture_database();
    struct tn_error error;

    assert_false(apply_one(url, "0001_broken",
        "create table first (id int);\n-- why\ncreate table second (id int);\n\ncreate table first "
        "(id int);\n",
        &error));

    assert_non_null(
        strstr(error.detail, "migration application/0001_broken: line 5: relation \"first\""));
    assert_string_equal(fixture_ask("select to_regclass('public.second') is null"), "t");
    assert_string_equal(fixture_ask("select count(*) from tenantry.migration"), "0");
    assert_true(apply_one(url, "0001_broken", "create table first (id int)", &error));
}

static void
a_syntax_error_names_its_line(void **state)
{
    (void)state;
    struct tn_error error;

    assert_false(apply_one(fixture_database(), "0001_broken",
        "create table first (id int);\n\ncreate tabel second (id int);\n", &error));

    assert_non_null(strstr(error.detail, "line 3: syntax error at or near \"tabel\""));
}

static void
a_migration_that_ends_its_transaction_is_refused(void **state)
{
    (void)state;
    struct tn_error error;

    assert_false(apply_one(fixture_database(), "0001_sly",
        "create table first (id int); commit; begin; create table second (id int)", &error));

    assert_non_null(strstr(error.detail, "ends its own transaction"));
    assert_string_equal(fixture_ask("select count(*) from tenantry.migration"), "0");
}

static void
a_migration_runs_as_the_owner_whatever_one_before_it_did(void **state)
{
    (void)state;
    const char *url = fixture_database();
    const struct tn_migration migrations[] = {
        { "0001_sly",
            "reset role; set search_path = pg_catalog; create table public.one (id int)" },
        { "0002_good", "create table two (id int)" },
    };
    const struct migration_set set = { "application", migrations, 2 };
    struct tn_error error;

    assert_true(apply(url, &set, 1, NULL, &error));

    assert_string_equal(
        fixture_ask(
            "select tableowner from pg_tables where tablename = 'two' and schemaname = 'public'"),
        "tenantry_owner");
}

/* Start a runner in a process of its own. */
static pid_t
runner_start(const char *url)
{
    const pid_t child = fork();
    if (child)
        return child;

    struct tn_error error;
    _exit(apply_own(url, NULL, &error) ? 0 : 1);
}

static void
two_runners_at_once_apply_everything_once(void **state)
{
    (void)state;
    const char *url = fixture_database();
    pid_t runners[4];

    for (size_t i = 0; i < 4; i++)
        runners[i] = runner_start(url);

    for (size_t i = 0; i < 4; i++) {
        int status = -1;
        waitpid(runners[i], &status, 0);
        assert_int_equal(status, 0);
    }
    char expected[16];
    snprintf(expected, sizeof expected, "%zu", OWN_COUNT);
    assert_string_equal(fixture_ask("select count(*) from tenantry.migration"), expected);
}

static void
a_runner_that_is_killed_midway_leaves_whole_migrations_only(void **state)
{
    (void)state;
    for (useconds_t wait_us = 20000; wait_us <= 120000; wait_us += 20000) {
        const char *url = fixture_database();
        const pid_t runner = runner_start(url);
        usleep(wait_us);
        kill(runner, SIGKILL);
        waitpid(runner, NULL, 0);

        must_apply_own(url);

        char expected[16];
        snprintf(expected, sizeof expected, "%zu", OWN_COUNT);
        assert_string_equal(fixture_ask("select count(*) from tenantry.migration"), expected);
    }
}

static void
doubled_members_are_reported_and_nothing_is_changed(void **state)
{
    (void)state;
    const char *url = fixture_database();
    const struct migration_set first = { "identity", migration_own_identity().migrations, 1 };
    struct tn_error error;
    assert_true(apply(url, &first, 1, NULL, &error));
    fixture_run(
        "insert into \"user\" (id, name, email, \"emailVerified\") values ('u', 'U', 'u@x.test', "
        "true);"
        "insert into organization (id, name, slug, \"createdAt\") values ('a', 'A', 'a', now());"
        "insert into member (id, \"organizationId\", \"userId\", role, \"createdAt\")"
        " values ('m1', 'a', 'u', 'owner', now()), ('m2', 'a', 'u', 'member', now() + '1 s');"
        /* What better-auth would have made, and we know nothing of. */
        "drop schema tenantry cascade");

    assert_false(apply_own(url, NULL, &error));

    assert_non_null(strstr(error.detail, "user u in organization a: members m1, m2"));
    assert_non_null(strstr(error.detail, "mend: "));
    fixture_run("delete from member where id = 'm2'");
    must_apply_own(url);
}

/* Written by a better-auth that is at work while its tables are adopted. */
static void
sessions_that_point_nowhere_are_mended(void **state)
{
    (void)state;
    const char *url = fixture_database();
    const struct migration_set first = { "identity", migration_own_identity().migrations, 1 };
    struct tn_error error;
    assert_true(apply(url, &first, 1, NULL, &error));
    fixture_run(
        "insert into \"user\" (id, name, email, \"emailVerified\") values ('u', 'U', 'u@x.test', "
        "true);"
        "insert into organization (id, name, slug, \"createdAt\")"
        " values ('a', 'A', 'a', now()), ('b', 'B', 'b', now());"
        "insert into member (id, \"organizationId\", \"userId\", role, \"createdAt\")"
        " values ('m', 'a', 'u', 'owner', now());"
        "insert into session (id, \"expiresAt\", token, \"updatedAt\", \"userId\","
        " \"activeOrganizationId\", \"activeTeamId\") values"
        " ('here', now(), 'x', now(), 'u', 'a', 'gone'), ('there', now(), 'y', now(), 'u', 'b', "
        "null)");

    must_apply_own(url);

    assert_string_equal(fixture_ask("select string_agg(concat_ws(' ', id, \"activeOrganizationId\","
                                    " \"activeTeamId\"), ', ' order by id) from session"),
        "here a, there");
}

static void
tables_of_a_better_auth_are_adopted(void **state)
{
    (void)state;
    const char *url = fixture_database();
    fixture_run(
        "do $$ begin create role shop login; exception when duplicate_object then end $$;"
        "create table \"user\" (id text not null primary key, name text not null,"
        " email text not null unique, \"emailVerified\" boolean not null, image text,"
        " \"createdAt\" timestamptz default current_timestamp not null,"
        " \"updatedAt\" timestamptz default current_timestamp not null);"
        "create table organization (id text not null primary key, name text not null,"
        " slug text not null unique, logo text, \"createdAt\" timestamptz not null, metadata text);"
        "create table member (id text not null primary key,"
        " \"organizationId\" text not null references organization on delete cascade,"
        " \"userId\" text not null references \"user\" on delete cascade,"
        " role text not null, \"createdAt\" timestamptz not null);"
        "alter table \"user\" owner to shop; alter table organization owner to shop;"
        "alter table member owner to shop;"
        "insert into \"user\" (id, name, email, \"emailVerified\") values ('u', 'U', 'u@x.test', "
        "true)");
    struct tn_error error;

    assert_false(apply_own(url, NULL, &error));
    assert_non_null(strstr(error.detail, "as a superuser run: GRANT shop TO tenantry_owner;"));
    fixture_run("grant shop to tenantry_owner");
    must_apply_own(url);

    assert_string_equal(fixture_ask("select id from \"user\""), "u");
    assert_string_equal(
        fixture_ask("select tableowner from pg_tables where tablename = 'member'"), "shop");
    fixture_run("revoke shop from tenantry_owner");
}

static void
tables_of_something_else_are_refused_by_name(void **state)
{
    (void)state;
    const char *url = fixture_database();
    struct tn_error error;
    fixture_run("create table \"user\" (id uuid primary key, name text);"
                "alter table \"user\" owner to tenantry_owner");

    assert_false(apply_own(url, NULL, &error));

    assert_non_null(strstr(error.detail, "\"user\".id (uuid, must be text)"));
    assert_non_null(strstr(error.detail, "\"user\".email (missing, must be text)"));
}

static void
roles_are_made_from_the_urls_and_passwords_stay(void **state)
{
    (void)state;
    const char *url = fixture_database();
    const struct migration_target target = { .admin_url = url,
        .identity_url = "postgresql://shop_identity:first@/x",
        .application_url = "user=shop_app password=first",
        .sets = NULL };
    struct tn_error error = { 0 };

    assert_true(migration_apply(&target, NULL, &error));

    assert_string_equal(
        fixture_ask("select pg_has_role('shop_app', 'tenantry_app', 'usage')"), "t");
    assert_string_equal(fixture_ask("select rolpassword like 'SCRAM-SHA-256$%' from pg_authid "
                                    "where rolname = 'shop_identity'"),
        "t");
    char secret[200];
    snprintf(secret, sizeof secret, "%s",
        fixture_ask("select rolpassword from pg_authid where rolname = 'shop_identity'"));
    assert_true(migration_apply(&target, NULL, &error));
    assert_string_equal(
        fixture_ask("select rolpassword from pg_authid where rolname = 'shop_identity'"), secret);
}

/* The identity plane's run makes the application's role for the grants that name it; the tenant
 * plane's run, on the same server, brings its URL. */
static void
a_role_without_a_login_gets_one_when_a_url_names_it(void **state)
{
    (void)state;
    const char *url = fixture_database();
    fixture_run("alter role tenantry_app nologin password null");
    const struct migration_target target = {
        .admin_url = url,
        .application_url = "user=tenantry_app password=later",
    };
    struct tn_error error = { 0 };

    assert_true(migration_apply(&target, NULL, &error));

    assert_string_equal(
        fixture_ask("select rolcanlogin and rolpassword like 'SCRAM%' from pg_authid"
                    " where rolname = 'tenantry_app'"),
        "t");
}

static void
an_administrator_who_may_not_is_told_what_to_run(void **state)
{
    (void)state;
    fixture_database();
    char url[512];
    snprintf(url, sizeof url, "%s password=plain", fixture_role_url("plain"));
    fixture_run("alter role plain password 'plain'");
    struct tn_error error;

    assert_false(apply_own(url, NULL, &error));

    assert_non_null(strstr(error.detail, "as a superuser run: GRANT tenantry_owner TO plain; "
                                         "GRANT CREATE ON DATABASE"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_database_is_brought_up_to_date_once),
        cmocka_unit_test(two_sessions_of_one_person_are_kept_by_keys),
        cmocka_unit_test(a_file_that_was_changed_after_it_was_applied_is_refused),
        cmocka_unit_test(a_failed_migration_leaves_nothing_and_names_its_line),
        cmocka_unit_test(a_syntax_error_names_its_line),
        cmocka_unit_test(a_migration_that_ends_its_transaction_is_refused),
        cmocka_unit_test(a_migration_runs_as_the_owner_whatever_one_before_it_did),
        cmocka_unit_test(two_runners_at_once_apply_everything_once),
        cmocka_unit_test(a_runner_that_is_killed_midway_leaves_whole_migrations_only),
        cmocka_unit_test(doubled_members_are_reported_and_nothing_is_changed),
        cmocka_unit_test(sessions_that_point_nowhere_are_mended),
        cmocka_unit_test(tables_of_a_better_auth_are_adopted),
        cmocka_unit_test(tables_of_something_else_are_refused_by_name),
        cmocka_unit_test(roles_are_made_from_the_urls_and_passwords_stay),
        cmocka_unit_test(a_role_without_a_login_gets_one_when_a_url_names_it),
        cmocka_unit_test(an_administrator_who_may_not_is_told_what_to_run),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
