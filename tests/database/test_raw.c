/* Work across organizations: a script sees all of them, each of its queries is recorded, it writes
 * as the application's role in one organization at a time, and in no other way. */
#include "tenantry/raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "migration/own.h"

static const char schema[] =
    "CREATE TABLE note (organization_id text NOT NULL, body text NOT NULL, "
    "  PRIMARY KEY (organization_id, body));"
    "ALTER TABLE note ENABLE ROW LEVEL SECURITY; ALTER TABLE note FORCE ROW LEVEL SECURITY;"
    "CREATE POLICY note_organization ON note "
    "  USING (organization_id = (SELECT tenantry.organization())) "
    "  WITH CHECK (organization_id = (SELECT tenantry.organization()));"
    "GRANT SELECT, INSERT ON note TO tenantry_app; GRANT SELECT ON note TO tenantry_raw;"
    "INSERT INTO note VALUES ('acme', 'of acme'), ('harbour', 'of harbour');";

static const char *const note_table[] = { "public.note", NULL };

/* Written as the generator writes them. */
static const struct tn_query all_notes = {
    .name = "all_notes",
    .text = "SELECT body FROM public.note ORDER BY 1",
    .statement = "tn_all_notes",
    .column_count = 1,
};

static const struct tn_query all_write = {
    .name = "all_write",
    .text = "INSERT INTO public.note VALUES ('acme', 'by the raw handle')",
    .statement = "tn_all_write",
    .writes = true,
};

static const struct tn_query note_add = {
    .name = "note_add",
    .text = "INSERT INTO public.note (body, organization_id) VALUES ($2, $1::text)",
    .statement = "tn_note_add",
    .parameter_types = (const uint32_t[]){ 25, 25 },
    .parameter_count = 2,
    .writes = true,
    .tables_written = note_table,
};

static const struct tn_query own_notes = {
    .name = "own_notes",
    .text = "SELECT body FROM public.note WHERE $1::text IS NOT NULL ORDER BY 1",
    .statement = "tn_own_notes",
    .parameter_types = (const uint32_t[]){ 25 },
    .parameter_count = 1,
    .column_count = 1,
};

static int
set_up(void **state)
{
    (void)state;
    char *admin = strdup(fixture_database());
    const struct migration_set sets[] = { migration_own_tenant() };
    const struct migration_target target = { .admin_url = admin, .sets = sets, .set_count = 1 };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);
    free(admin);

    fixture_run(schema);
    setenv("TENANTRY_RAW_DATABASE", fixture_role_url("tenantry_raw"), 1);
    setenv("TENANTRY_TENANT_DATABASE", fixture_role_url("tenantry_app"), 1);
    return 0;
}

static int
run_script(bool (*script)(struct raw_db raw, int count, char **arguments, struct tn_error *error))
{
    char name[] = "script";
    char *arguments[] = { name, NULL };
    const struct raw_program program = {
        .name = "test_script",
        .purpose = "the test of the raw handle",
        .usage = "usage: test_script\n",
        .run = script,
    };
    return raw_main(1, arguments, &program);
}

static void
join_rows(const struct tn_call *call, char *ret_bodies)
{
    struct tn_error error = { 0 };
    ret_bodies[0] = '\0';
    for (size_t row = 0; row < tn_call_row_count(call); row++) {
        struct tn_text body;
        assert_true(tn_column_text(call, row, 0, &body, &error));
        strcat(strcat(ret_bodies, body.p), ";");
    }
}

/* --- all organizations ---------------------------------------------------------------------------
 */

static bool
read_all(struct raw_db raw, int count, char **arguments, struct tn_error *error)
{
    (void)count, (void)arguments;
    TN_CALL call;
    if (!raw_call_begin(&call, raw, &all_notes, error) || !tn_call_run(&call, error))
        return false;

    char *bodies = raw_alloc(raw, 128);
    join_rows(&call, bodies);
    assert_string_equal(bodies, "of acme;of harbour;");
    return true;
}

static void
a_script_sees_all_organizations_and_is_recorded(void **state)
{
    (void)state;
    assert_int_equal(run_script(read_all), 0);

    assert_string_equal(
        fixture_ask("SELECT program || '|' || purpose || '|' || query FROM tenantry.raw_use"),
        "test_script|the test of the raw handle|all_notes");
}

/* It leaves the stream in its middle: the record of the use must last all the same. */
static bool
stream_all(struct raw_db raw, int count, char **arguments, struct tn_error *error)
{
    (void)count, (void)arguments;
    TN_CALL call;
    struct tn_stream stream;
    struct tn_text body;
    bool found;
    if (!raw_call_begin(&call, raw, &all_notes, error) || !tn_stream_begin(&call, &stream, error) ||
        !tn_stream_next(&stream, &found, error))
        return false;

    assert_true(found);
    assert_true(tn_column_text(&stream.call, stream.row, 0, &body, error));
    assert_string_equal(body.p, "of acme");
    tn_stream_end(&stream);
    return true;
}

static void
a_stream_of_a_script_is_recorded_though_it_is_left(void **state)
{
    (void)state;
    assert_int_equal(run_script(stream_all), 0);

    assert_string_equal(fixture_ask("SELECT query FROM tenantry.raw_use"), "all_notes");
}

static bool
write_all(struct raw_db raw, int count, char **arguments, struct tn_error *error)
{
    (void)count, (void)arguments;
    TN_CALL call;
    assert_true(raw_call_begin(&call, raw, &all_write, error));
    assert_false(tn_call_run(&call, error));
    assert_string_equal(error->sqlstate, "42501");
    return false;
}

static void
the_raw_handle_writes_no_tenant_row(void **state)
{
    (void)state;
    assert_int_equal(run_script(write_all), 1);

    assert_string_equal(fixture_ask("SELECT count(*) FROM note"), "2");
    assert_string_equal(fixture_ask("SELECT count(*) FROM tenantry.raw_use"), "0");
}

/* --- one organization at a time
 * ------------------------------------------------------------------- */

static bool
write_acme(struct raw_db raw, int count, char **arguments, struct tn_error *error)
{
    (void)count, (void)arguments;
    struct tn_db db;
    if (!raw_enter(raw, "acme", &db, error))
        return false;

    TN_CALL add;
    assert_true(tn_call_begin(&add, db, &note_add, error));
    tn_call_text(&add, (struct tn_text){ "by a script", 11 });
    if (!tn_call_run(&add, error))
        return false;

    /* The query lacks its predicate on purpose: row-level security holds here too. */
    TN_CALL list;
    char bodies[128];
    assert_true(tn_call_begin(&list, db, &own_notes, error));
    if (!tn_call_run(&list, error))
        return false;
    join_rows(&list, bodies);
    assert_string_equal(bodies, "by a script;of acme;");

    TN_CALL after;
    struct tn_error refused = { 0 };
    raw_leave(raw, db);
    assert_false(tn_call_begin(&after, db, &own_notes, &refused));
    assert_int_equal(refused.code, TN_HANDLE);
    return true;
}

static void
a_script_writes_one_organization_at_a_time_under_both_layers(void **state)
{
    (void)state;
    assert_int_equal(run_script(write_acme), 0);

    assert_string_equal(
        fixture_ask("SELECT organization_id FROM note WHERE body = 'by a script'"), "acme");
    assert_string_equal(
        fixture_ask("SELECT organization_id || ' ' || relation FROM tenantry.version"),
        "acme public.note");
}

/* --- what is refused
 * ------------------------------------------------------------------------------ */

static bool
misuse(struct raw_db raw, int count, char **arguments, struct tn_error *error)
{
    (void)count, (void)arguments;
    TN_CALL call;
    struct tn_db db;
    struct tn_error refused = { 0 };
    assert_false(raw_call_begin(&call, (struct raw_db){ 0 }, &all_notes, &refused));
    assert_int_equal(refused.code, TN_HANDLE);
    refused = (struct tn_error){ 0 };
    assert_false(
        tn_call_begin(&call, (struct tn_db){ raw.slot, raw.serial }, &own_notes, &refused));
    assert_int_equal(refused.code, TN_HANDLE);
    refused = (struct tn_error){ 0 };
    assert_false(raw_enter(raw, "", &db, &refused));
    assert_int_equal(refused.code, TN_NOT_FOUND);
    return raw_enter(raw, "acme", &db, error);
}

static void
no_handle_stands_for_another_and_writing_needs_the_applications_role(void **state)
{
    (void)state;
    unsetenv("TENANTRY_TENANT_DATABASE");

    assert_int_equal(run_script(misuse), 1);
}

static void
without_its_database_a_script_does_not_begin(void **state)
{
    (void)state;
    unsetenv("TENANTRY_RAW_DATABASE");

    assert_int_equal(run_script(read_all), 2);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_script_sees_all_organizations_and_is_recorded),
        TEST(a_stream_of_a_script_is_recorded_though_it_is_left),
        TEST(the_raw_handle_writes_no_tenant_row),
        TEST(a_script_writes_one_organization_at_a_time_under_both_layers),
        TEST(no_handle_stands_for_another_and_writing_needs_the_applications_role),
        TEST(without_its_database_a_script_does_not_begin),
    };
    return cmocka_run_group_tests_name("database/raw", tests, fixture_start, fixture_stop);
}
