/* A check of row-level security that runs as the tables' owner passes for the wrong reason: without
 * FORCE the owner is exempt, and what keeps organizations apart in such a check is the query's own
 * predicate. Here it passes on policies that hold nothing, and the same check as the application's
 * role, or with FORCE, does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "catalogue/rules.h"
#include "fixture.h"
#include "migration/apply.h"
#include "migration/own.h"

static const char *
database_with(const char *policy)
{
    const char *url = fixture_database();
    const struct migration_set set = migration_own_tenant();
    const struct migration_target target = { .admin_url = url, .sets = &set, .set_count = 1 };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);

    fixture_run("create table note (organization_id text not null, id int not null,"
                " primary key (organization_id, id));"
                "insert into note values ('a', 1), ('b', 1);"
                "alter table note enable row level security;"
                "alter table note owner to tenantry_owner;"
                "grant select, insert on note to tenantry_app");
    fixture_run(policy);
    return url;
}

/* What a well-meant test of isolation does: as `role`, in organization a, its own row is there, the
 * other organization's is not, and one of its own can be written. */
static bool
check_passes(const char *role)
{
    char sql[1024];
    snprintf(sql, sizeof sql,
        "do $check$ begin "
        "set local role %s; "
        "perform set_config('app.org_id', 'a', true); "
        "if (select string_agg(organization_id, ',') from note where organization_id = 'a')"
        " is distinct from 'a' then raise 'not its own'; end if; "
        "insert into note values ('a', 2); "
        "reset role; "
        "create table passed (); "
        "exception when raise_exception or insufficient_privilege then reset role; "
        "end $check$; reset role",
        role);
    fixture_run(sql);
    const bool has_passed =
        strcmp(fixture_ask("select to_regclass('passed') is not null"), "t") == 0;
    fixture_run("drop table if exists passed; delete from note where id = 2");
    return has_passed;
}

static const char right[] = "create policy note_of_organization on note"
                            " using (organization_id = (select tenantry.organization()))"
                            " with check (organization_id = (select tenantry.organization()))";
/* The setting's name has a slip, so the policy lets nothing through: the application is broken. */
static const char misspelt[] =
    "create policy note_of_organization on note"
    " using (organization_id = current_setting('app.organization', true))"
    " with check (organization_id = current_setting('app.organization', true))";

static void
the_check_passes_for_both_where_the_policy_is_right(void **state)
{
    (void)state;
    database_with(right);

    assert_true(check_passes("tenantry_owner"));
    assert_true(check_passes("tenantry_app"));
}

static void
the_owners_check_passes_on_a_policy_that_does_not_work(void **state)
{
    (void)state;
    database_with(misspelt);

    assert_true(check_passes("tenantry_owner"));
    assert_false(check_passes("tenantry_app"));
}

static void
the_owners_check_passes_without_any_policy(void **state)
{
    (void)state;
    database_with("select 1");

    assert_true(check_passes("tenantry_owner"));
    assert_false(check_passes("tenantry_app"));
}

static void
with_force_the_owners_check_sees_what_the_application_sees(void **state)
{
    (void)state;
    static const char *const broken[] = { misspelt, "select 1" };
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        database_with(broken[i]);
        fixture_run("alter table note force row level security");
        assert_false(check_passes("tenantry_owner"));
    }
}

static const char count_as_owner[] =
    "begin; set local role tenantry_owner; select set_config('app.org_id', 'a', true);"
    " insert into seen select count(*) from note; commit";

/* The leak itself: an application that works as the owner. */
static void
without_force_an_owner_reads_every_organization(void **state)
{
    (void)state;
    database_with(right);
    fixture_run("create table seen (n bigint); grant all on seen to tenantry_owner");
    fixture_run(count_as_owner);
    assert_string_equal(fixture_ask("select n from seen"), "2");

    fixture_run("alter table note force row level security; delete from seen");
    fixture_run(count_as_owner);
    assert_string_equal(fixture_ask("select n from seen"), "1");
}

static void
start_up_refuses_what_the_owners_check_let_pass(void **state)
{
    (void)state;
    static const char *const broken[] = { right, misspelt, "select 1" };
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct tn_error error = { 0 };
        struct direct *direct = NULL;
        struct finding *findings = NULL;
        size_t count = 0;
        struct arena *arena = arena_new(4096);
        assert_true(direct_open(database_with(broken[i]), &direct, &error));

        assert_true(
            catalogue_check_tenant(direct, "tenantry_app", NULL, arena, &findings, &count, &error));

        assert_int_not_equal(finding_refusal_count(findings, count), 0);
        arena_free(arena);
        direct_close(direct);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_check_passes_for_both_where_the_policy_is_right),
        cmocka_unit_test(the_owners_check_passes_on_a_policy_that_does_not_work),
        cmocka_unit_test(the_owners_check_passes_without_any_policy),
        cmocka_unit_test(with_force_the_owners_check_sees_what_the_application_sees),
        cmocka_unit_test(without_force_an_owner_reads_every_organization),
        cmocka_unit_test(start_up_refuses_what_the_owners_check_let_pass),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
