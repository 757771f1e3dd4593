/* Who may do what with stamps; and whether a server finds out that it may rely on them. */
#include "catalogue/stamps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "fixture.h"
#include "migration/own.h"
#include "stamps.h"

#define IDENTITY "tenantry_identity"
#define APPLICATION "tenantry_app"
#define FORBIDDEN "42501"
#define CHANGED "TN001"

/* Some of the tests leave another database behind. */
static int
set_up(void **state)
{
    (void)state;
    stamps_database();
    stamps_people();
    return 0;
}

static void
must_be_refused(const char *role, const char *const *statements, size_t count, const char *sqlstate)
{
    struct direct *direct = stamps_connect(role);
    for (size_t i = 0; i < count; i++) {
        const char *refusal = stamps_refusal(direct, statements[i]);
        if (strcmp(refusal, sqlstate) != 0)
            fail_msg("%s: %s: %s", role, statements[i], *refusal ? refusal : "is let");
    }
    direct_close(direct);
}

static void
nobody_may_write_stamps(void **state)
{
    (void)state;
    static const char *const statements[] = {
        "INSERT INTO tenantry.security_stamp (kind, id) VALUES ('person', 'eve')",
        "UPDATE tenantry.security_stamp SET stamp = gen_random_uuid()",
        "UPDATE tenantry.security_stamp SET id = id",
        "DELETE FROM tenantry.security_stamp",
        "TRUNCATE tenantry.security_stamp",
        "SELECT stamp FROM tenantry.security_stamp FOR UPDATE",
        "SELECT tenantry.stamp_renew('person', 'ada')",
        "ALTER TABLE tenantry.security_stamp DISABLE TRIGGER USER",
        "ALTER TABLE session DISABLE TRIGGER stamp_update",
        "SET session_replication_role = replica",
    };
    static const char *const roles[] = { IDENTITY, APPLICATION, "tenantry_raw" };

    for (size_t i = 0; i < COUNT_OF(roles); i++)
        must_be_refused(roles[i], statements, COUNT_OF(statements), FORBIDDEN);
    assert_string_equal(stamps_changed(), "");
}

static void
the_application_sees_numbers_and_not_whose_they_are(void **state)
{
    (void)state;
    static const char *const statements[] = {
        "SELECT id FROM tenantry.security_stamp",
        "SELECT kind FROM tenantry.security_stamp",
        "SELECT * FROM tenantry.security_stamp",
        "SELECT stamp FROM tenantry.security_stamp WHERE id = 'ada'",
        "SELECT stamp FROM tenantry.security_stamp ORDER BY id",
        "SELECT security_stamp FROM tenantry.security_stamp",
        "SELECT id FROM \"user\"",
    };

    must_be_refused(APPLICATION, statements, COUNT_OF(statements), FORBIDDEN);

    struct direct *direct = stamps_connect(APPLICATION);
    stamps_run(direct, "SELECT count(stamp) FROM tenantry.security_stamp");
    direct_close(direct);
}

static void
strangers_see_nothing_of_stamps(void **state)
{
    (void)state;
    static const char *const statements[] = {
        "SELECT stamp FROM tenantry.security_stamp",
        "SELECT tenantry.stamp_changed()",
    };

    must_be_refused("stranger", statements, COUNT_OF(statements), FORBIDDEN);
    must_be_refused("tenantry_raw", statements, COUNT_OF(statements), FORBIDDEN);
}

/* As a flight asks, on either plane. */
static void
a_stamp_that_is_not_there_fails_the_flight_that_asks_for_it(void **state)
{
    (void)state;
    static const char *const roles[] = { IDENTITY, APPLICATION };
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        char sql[512];
        snprintf(sql, sizeof sql,
            "SELECT CASE WHEN 2 = (SELECT count(*) FROM tenantry.security_stamp WHERE stamp IN "
            "('%s', NULL, (SELECT stamp FROM public.known))) THEN true ELSE "
            "tenantry.stamp_changed() END",
            fixture_ask("SELECT stamp FROM tenantry.security_stamp WHERE id = 'ada'"));
        fixture_run("DROP TABLE IF EXISTS public.known; CREATE TABLE public.known AS "
                    "SELECT stamp FROM tenantry.security_stamp WHERE id = 'acme';"
                    "GRANT SELECT ON public.known TO PUBLIC");
        struct direct *direct = stamps_connect(roles[i]);
        stamps_run(direct, sql);

        fixture_run("UPDATE organization SET name = name || '!' WHERE id = 'acme'");

        assert_string_equal(stamps_refusal(direct, sql), CHANGED);
        direct_close(direct);
    }
}

/* --- migrations ----------------------------------------------------------------------------------
 */

static void
people_who_were_there_before_get_stamps(void **state)
{
    (void)state;
    fixture_database();
    struct migration_set sets[] = { migration_own_identity() };
    sets[0].count -= 2;
    stamps_apply(sets, 1);
    fixture_run("INSERT INTO \"user\" (id, name, email, \"emailVerified\")"
                " SELECT i, i, i, true FROM generate_series(1, 500) i;"
                "INSERT INTO organization (id, name, slug, \"createdAt\")"
                " SELECT i, i, i, now() FROM generate_series(1, 50) i");

    sets[0] = migration_own_identity();
    stamps_apply(sets, 1);

    assert_string_equal(fixture_ask("SELECT count(*) FROM tenantry.security_stamp stamp"
                                    " JOIN \"user\" USING (id) WHERE stamp.kind = 'person'"),
        "500");
    assert_string_equal(fixture_ask("SELECT count(*) FROM tenantry.security_stamp stamp"
                                    " JOIN organization USING (id)"
                                    " WHERE stamp.kind = 'organization'"),
        "50");
}

/* --- a server's question at its start
 * -------------------------------------------------------------
 */

/* What the owner is told to run, valid until the next call; "": nothing. An error, as where there
 * is no such table, is NULL. */
static const char *
mend_for(const char *role)
{
    static char told[256];
    struct direct *direct = stamps_connect(role);
    struct arena *arena = arena_new(1024);
    struct tn_error error = { 0 };
    const char *mend;
    const bool was_asked = stamps_check(direct, arena, &mend, &error);
    snprintf(told, sizeof told, "%s", was_asked && mend ? mend : "");
    arena_free(arena);
    direct_close(direct);
    return was_asked ? told : NULL;
}

static bool
are_kept(const char *role)
{
    const char *mend = mend_for(role);
    return mend && !mend[0];
}

static void
the_application_can_rely_on_stamps_in_whatever_order_the_planes_come(void **state)
{
    (void)state;
    const struct migration_set identity = migration_own_identity();
    const struct migration_set tenant = migration_own_tenant();
    assert_true(are_kept(APPLICATION)); /* both at once */

    fixture_database();
    stamps_apply(&identity, 1);
    assert_false(are_kept(APPLICATION));
    stamps_apply(&tenant, 1);
    assert_true(are_kept(APPLICATION));

    fixture_database();
    stamps_apply(&tenant, 1);
    assert_false(are_kept(APPLICATION));
    stamps_apply(&identity, 1);
    assert_true(are_kept(APPLICATION));
}

static void
a_right_that_is_missing_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *taken;
        const char *given;
    } rights[] = {
        { "REVOKE SELECT (stamp) ON tenantry.security_stamp FROM " APPLICATION,
            "GRANT SELECT (stamp) ON tenantry.security_stamp TO " APPLICATION },
        { "REVOKE EXECUTE ON FUNCTION tenantry.stamp_changed() FROM " APPLICATION,
            "GRANT EXECUTE ON FUNCTION tenantry.stamp_changed() TO " APPLICATION },
        { "REVOKE EXECUTE ON FUNCTION tenantry.stamp_changed() FROM " IDENTITY,
            "GRANT EXECUTE ON FUNCTION tenantry.stamp_changed() TO " IDENTITY },
        { "REVOKE USAGE ON SCHEMA tenantry FROM " APPLICATION,
            "GRANT USAGE ON SCHEMA tenantry TO " APPLICATION },
        { "ALTER TABLE tenantry.security_stamp RENAME TO elsewhere",
            "ALTER TABLE tenantry.elsewhere RENAME TO security_stamp" },
    };
    for (size_t i = 0; i < COUNT_OF(rights); i++) {
        fixture_run(rights[i].taken);
        const char *mend = mend_for(APPLICATION);
        if (mend)
            assert_string_equal(mend, rights[i].given);
        else
            assert_true(i >= 3); /* it cannot look */
        fixture_run(rights[i].given);
        assert_true(are_kept(APPLICATION));
    }
    assert_false(are_kept("stranger"));
}

/* Whatever calls a function of stamps, with the table that it stands on. */
#define TRIGGERS                                                                      \
    " FROM pg_trigger trigger JOIN pg_proc function ON function.oid = trigger.tgfoid" \
    " WHERE starts_with(function.proname, 'stamp_') AND trigger.tgrelid <> 0"

static void
try_trigger(int number)
{
    static const struct {
        const char *setting;
        bool is_at_work;
    } settings[] = { { "DISABLE", false }, { "ENABLE REPLICA", false }, { "ENABLE ALWAYS", true },
        { "ENABLE", true } };
    char question[512];
    snprintf(question, sizeof question,
        "SELECT format('ALTER TABLE %%s %%%%s TRIGGER %%I', tgrelid::regclass, tgname)" TRIGGERS
        " ORDER BY trigger.oid LIMIT 1 OFFSET %d",
        number);
    char form[256];
    snprintf(form, sizeof form, "%s", fixture_ask(question));
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        char sql[512];
        const char *hole = strstr(form, "%s");
        assert_non_null(hole);
        snprintf(
            sql, sizeof sql, "%.*s%s%s", (int)(hole - form), form, settings[i].setting, hole + 2);
        fixture_run(sql);
        if (are_kept(APPLICATION) != settings[i].is_at_work)
            fail_msg("%s", sql);
        if (settings[i].is_at_work)
            continue;

        char mend[256];
        snprintf(mend, sizeof mend, "%s", mend_for(APPLICATION));
        fixture_run(mend);
        if (!are_kept(APPLICATION))
            fail_msg("%s, and then %s", sql, mend);
    }
}

static void
each_trigger_that_is_not_at_work_is_found(void **state)
{
    (void)state;
    assert_string_equal(fixture_ask("SELECT count(*)" TRIGGERS), "14");

    for (int i = 0; i < 14; i++)
        try_trigger(i);

    fixture_run("DROP TRIGGER stamp ON member");
    assert_non_null(strstr(mend_for(APPLICATION), "CREATE TRIGGER stamp on member"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nobody_may_write_stamps, set_up),
        cmocka_unit_test_setup(the_application_sees_numbers_and_not_whose_they_are, set_up),
        cmocka_unit_test_setup(strangers_see_nothing_of_stamps, set_up),
        cmocka_unit_test_setup(a_stamp_that_is_not_there_fails_the_flight_that_asks_for_it, set_up),
        cmocka_unit_test(people_who_were_there_before_get_stamps),
        cmocka_unit_test_setup(
            the_application_can_rely_on_stamps_in_whatever_order_the_planes_come, set_up),
        cmocka_unit_test_setup(a_right_that_is_missing_is_found, set_up),
        cmocka_unit_test_setup(each_trigger_that_is_not_at_work_is_found, set_up),
    };
    return cmocka_run_group_tests_name("stamps_rights", tests, fixture_start, fixture_stop);
}
