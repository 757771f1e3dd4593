/* The tenant runtime on a real PostgreSQL, as the application's role. The queries are written as
 * the generator writes them; `unscoped_…` lack the predicate on purpose, to see the second layer
 * alone. */
#include "tenantry/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "in_fiber.h"
#include "migration/own.h"

static const char schema[] =
    "CREATE TABLE note (organization_id text NOT NULL, id bigint NOT NULL, body text NOT NULL, "
    "  PRIMARY KEY (organization_id, id));"
    "ALTER TABLE note ENABLE ROW LEVEL SECURITY; ALTER TABLE note FORCE ROW LEVEL SECURITY;"
    "CREATE POLICY note_organization ON note "
    "  USING (organization_id = (SELECT tenantry.organization())) "
    "  WITH CHECK (organization_id = (SELECT tenantry.organization()));"
    "GRANT SELECT, INSERT, UPDATE, DELETE ON note TO tenantry_app;"
    "INSERT INTO note VALUES ('acme', 1, 'of acme'), ('harbour', 1, 'of harbour');";

static const char *const note_table[] = { "public.note", NULL };

static const struct tn_query notes_list = {
    .name = "notes_list",
    .text = "SELECT n.id, n.body FROM (SELECT * FROM public.note WHERE organization_id = $1::text) "
            "AS n "
            "ORDER BY 1",
    .statement = "tn_notes_list",
    .parameter_types = (const uint32_t[]){ 25 },
    .parameter_count = 1,
    .column_count = 2,
    .tables_read = note_table,
};

static const struct tn_query unscoped_list = {
    .name = "unscoped_list",
    .text = "SELECT id, body FROM public.note WHERE $1::text IS NOT NULL ORDER BY body",
    .statement = "tn_unscoped_list",
    .parameter_types = (const uint32_t[]){ 25 },
    .parameter_count = 1,
    .column_count = 2,
    .tables_read = note_table,
};

static const struct tn_query note_add = {
    .name = "note_add",
    .text = "INSERT INTO public.note (id, body, organization_id) VALUES ($2, $3, $1::text)",
    .statement = "tn_note_add",
    .parameter_types = (const uint32_t[]){ 25, 20, 25 },
    .parameter_count = 3,
    .writes = true,
    .tables_written = note_table,
};

static const struct tn_query foreign_add = {
    .name = "foreign_add",
    .text = "INSERT INTO public.note (id, body, organization_id) "
            "SELECT 99, 'planted', 'harbour' WHERE $1::text IS NOT NULL",
    .statement = "tn_foreign_add",
    .parameter_types = (const uint32_t[]){ 25 },
    .parameter_count = 1,
    .writes = true,
    .tables_written = note_table,
};

static const struct tn_query leftover = {
    .name = "leftover",
    .text = "SELECT pg_sleep(0.2)::text, current_setting('app.org_id', true) || $1::text",
    .statement = "tn_leftover",
    .parameter_types = (const uint32_t[]){ 25 },
    .parameter_count = 1,
    .column_count = 2,
};

static int
set_up(void **state)
{
    (void)state;
    const char *admin = fixture_database();
    char *url = strdup(admin);
    const struct migration_set sets[] = { migration_own_tenant() };
    const struct migration_target target = { .admin_url = url, .sets = sets, .set_count = 1 };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);
    free(url);
    fixture_run(schema);
    return 0;
}

/* --- calls as the generator writes them ----------------------------------------------------------
 */

static bool
list(struct tn_db db, const struct tn_query *query, char *ret_bodies, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, query, error) || !tn_call_run(&call, error) ||
        !tn_call_expect_many(&call, error))
        return false;

    ret_bodies[0] = '\0';
    for (size_t row = 0; row < tn_call_row_count(&call); row++) {
        struct tn_text body;
        if (!tn_column_text(&call, row, 1, &body, error))
            return false;
        strcat(strcat(ret_bodies, body.p), ";");
    }
    return true;
}

static bool
add(struct tn_db db, int64_t id, const char *body, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &note_add, error))
        return false;
    tn_call_int64(&call, id);
    tn_call_text(&call, (struct tn_text){ body, strlen(body) });
    return tn_call_run(&call, error);
}

static bool
run(struct tn_db db, const struct tn_query *query, struct tn_error *error)
{
    TN_CALL call;
    return tn_call_begin(&call, db, query, error) && tn_call_run(&call, error);
}

#define IN_FIBER(body) in_fiber(NULL, fixture_role_url("tenantry_app"), body)

/* --- handles -----------------------------------------------------------------------------------
 */

static void
refuse_handles(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct tn_handle_slot *outside = (struct tn_handle_slot *)(void *)world;
    const struct tn_db broken[] = {
        { 0 },                                                          /* zeroed */
        { .slot = db.slot, .serial = db.serial + 1 },                   /* another serial */
        { .slot = outside, .serial = db.serial },                       /* not a slot */
        { .slot = (void *)((char *)db.slot + 8), .serial = db.serial }, /* between two slots */
    };
    char bodies[64];

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct tn_error error = { 0 };
        assert_false(list(broken[i], &notes_list, bodies, &error));
        assert_int_equal(error.code, TN_HANDLE);
    }

    struct tn_error error = { 0 };
    tenant_db_close(db);
    assert_false(list(db, &notes_list, bodies, &error));
    assert_int_equal(error.code, TN_HANDLE);
}

static void
a_handle_that_was_not_opened_is_refused(void **state)
{
    (void)state;
    IN_FIBER(refuse_handles);
}

static void
refuse_kinds(struct in_fiber *world)
{
    struct tn_error error = { 0 };
    struct tn_identity identity;
    struct tn_membership membership;
    assert_true(identity_open(world->runtime, world->arena, &identity, &error));
    assert_true(membership_open(identity, "acme", &membership, &error));
    char bodies[64];

    assert_false(
        list((struct tn_db){ membership.slot, membership.serial }, &notes_list, bodies, &error));
    assert_int_equal(error.code, TN_HANDLE);
    error = (struct tn_error){ 0 };
    assert_false(membership_open(identity, "", &membership, &error));
    assert_int_equal(error.code, TN_HANDLE);
}

static void
a_handle_of_another_kind_is_refused(void **state)
{
    (void)state;
    IN_FIBER(refuse_kinds);
}

/* --- one flight --------------------------------------------------------------------------------
 */

static void
see_own(struct in_fiber *world)
{
    struct tn_error error = { 0 };
    char bodies[64];

    assert_true(list(in_fiber_open(world, "acme"), &notes_list, bodies, &error));
    assert_string_equal(bodies, "of acme;");
    assert_true(list(in_fiber_open(world, "harbour"), &notes_list, bodies, &error));
    assert_string_equal(bodies, "of harbour;");
    assert_true(list(in_fiber_open(world, "nobody"), &notes_list, bodies, &error));
    assert_string_equal(bodies, "");
}

static void
each_organization_sees_its_own_rows(void **state)
{
    (void)state;
    IN_FIBER(see_own);
}

static void
see_own_without_predicate(struct in_fiber *world)
{
    struct tn_error error = { 0 };
    char bodies[64];

    assert_true(list(in_fiber_open(world, "acme"), &unscoped_list, bodies, &error));
    assert_string_equal(bodies, "of acme;");
    assert_false(run(in_fiber_open(world, "acme"), &foreign_add, &error));
    assert_string_equal(error.sqlstate, "42501");
}

static void
a_query_without_its_predicate_is_held_by_row_level_security(void **state)
{
    (void)state;
    IN_FIBER(see_own_without_predicate);
    assert_string_equal(fixture_ask("SELECT count(*) FROM note WHERE body = 'planted'"), "0");
}

static void
see_all_without_either(struct in_fiber *world)
{
    struct tn_error error = { 0 };
    char bodies[64];

    assert_true(list(in_fiber_open(world, "acme"), &unscoped_list, bodies, &error));
    assert_string_equal(bodies, "of acme;of harbour;");
}

static void
without_row_level_security_that_query_shows_everybody(void **state)
{
    (void)state;
    fixture_run("ALTER TABLE note DISABLE ROW LEVEL SECURITY");
    IN_FIBER(see_all_without_either);
}

static void
run_again_alone(struct in_fiber *world)
{
    struct tn_error error = { 0 };
    TN_CALL call;
    assert_true(tn_call_begin(&call, in_fiber_open(world, "acme"), &leftover, &error));

    /* 200 ms is more than the shared limit of this test, 100, and less than the full one. */
    if (!tn_call_run(&call, &error))
        fail_msg("%s", error.detail);
    struct tn_text setting;
    assert_true(tn_column_text(&call, 0, 1, &setting, &error));
    assert_string_equal(setting.p, "acmeacme");
}

static void
a_query_that_hit_the_short_limit_runs_once_more_alone(void **state)
{
    (void)state;
    IN_FIBER(run_again_alone);
}

/* --- transactions and versions -------------------------------------------------------------------
 */

struct two_notes {
    struct tn_db outer;
    bool fails;
};

static bool
nothing(struct tn_db db, void *argument, struct tn_error *error)
{
    (void)db, (void)argument, (void)error;
    return true;
}

static bool
add_two(struct tn_db db, void *argument, struct tn_error *error)
{
    const struct two_notes *two = argument;
    struct tn_error inner = { 0 };
    assert_false(add(two->outer, 50, "by the outer handle", &inner));
    assert_int_equal(inner.code, TN_BUSY);
    inner = (struct tn_error){ 0 };
    assert_false(tn_transaction(db, nothing, NULL, &inner));
    assert_int_equal(inner.code, TN_BUSY);

    return add(db, 10, "ten", error) && add(db, 11, "eleven", error) &&
           (!two->fails || error_set(error, TN_CONFLICT, "on purpose"));
}

static void
commit_two(struct in_fiber *world)
{
    struct tn_error error = { 0 };
    struct two_notes two = { .outer = in_fiber_open(world, "acme") };

    if (!tn_transaction(two.outer, add_two, &two, &error))
        fail_msg("%s", error.detail);
    assert_true(add(two.outer, 12, "twelve", &error));
}

static void
a_transaction_saves_all_and_raises_each_version_once(void **state)
{
    (void)state;
    /* Else each is raised by chance. */
    fixture_run("CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ begin "
                "new.version := case tg_op when 'INSERT' then 1 else old.version + 1 end; return "
                "new; end $$;"
                "CREATE TRIGGER counted BEFORE INSERT OR UPDATE ON tenantry.version "
                "FOR EACH ROW EXECUTE FUNCTION counted()");
    IN_FIBER(commit_two);

    assert_string_equal(fixture_ask("SELECT string_agg(id::text, ',' ORDER BY id) FROM note WHERE "
                                    "organization_id = 'acme'"),
        "1,10,11,12");
    assert_string_equal(
        fixture_ask("SELECT string_agg(organization_id || ' ' || relation || ' ' || version, ',') "
                    "FROM tenantry.version"),
        "acme public.note 2");
}

static void
roll_back_two(struct in_fiber *world)
{
    struct tn_error error = { 0 };
    struct two_notes two = { .outer = in_fiber_open(world, "acme"), .fails = true };

    assert_false(tn_transaction(two.outer, add_two, &two, &error));
    assert_int_equal(error.code, TN_CONFLICT);
    assert_string_equal(error.detail, "on purpose");
}

static void
a_transaction_whose_body_fails_saves_nothing(void **state)
{
    (void)state;
    IN_FIBER(roll_back_two);

    assert_string_equal(fixture_ask("SELECT count(*) FROM note"), "2");
    assert_string_equal(fixture_ask("SELECT count(*) FROM tenantry.version"), "0");
}

static void
break_key(struct in_fiber *world)
{
    struct tn_error error = { 0 };
    const struct tn_db db = in_fiber_open(world, "acme");

    assert_false(add(db, 1, "again", &error));
    assert_int_equal(error.code, TN_CONFLICT);
    assert_string_equal(error.constraint, "note_pkey");
    error = (struct tn_error){ 0 };
    assert_false(add(db, 2, "not \xFF text", &error));
    assert_int_equal(error.code, TN_BAD_FIELD);
    error = (struct tn_error){ 0 };
    assert_true(add(db, 2, "after an error", &error));
}

static void
a_failed_query_saves_nothing_and_the_next_one_works(void **state)
{
    (void)state;
    IN_FIBER(break_key);
    assert_string_equal(fixture_ask("SELECT count(*) FROM tenantry.version"), "1");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_handle_that_was_not_opened_is_refused),
        TEST(a_handle_of_another_kind_is_refused),
        TEST(each_organization_sees_its_own_rows),
        TEST(a_query_without_its_predicate_is_held_by_row_level_security),
        TEST(without_row_level_security_that_query_shows_everybody),
        TEST(a_query_that_hit_the_short_limit_runs_once_more_alone),
        TEST(a_transaction_saves_all_and_raises_each_version_once),
        TEST(a_transaction_whose_body_fails_saves_nothing),
        TEST(a_failed_query_saves_nothing_and_the_next_one_works),
    };
    return cmocka_run_group_tests_name("database/tenant", tests, fixture_start, fixture_stop);
}
