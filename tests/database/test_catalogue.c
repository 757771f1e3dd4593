#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "catalogue/placement.h"
#include "catalogue/rules.h"
#include "fixture.h"
#include "migration/apply.h"
#include "migration/own.h"

static const struct tn_manifest_relation invoicing[] = {
    { "public.invoice", "tenant",
        "organization_id text not null, id uuid not null, total numeric(14,2)" },
};
static const struct tn_manifest manifest = { "0", invoicing, COUNT_OF(invoicing) };

static const char schema[] =
    "create table invoice (organization_id text not null, id uuid not null, total numeric(14,2),"
    " primary key (organization_id, id));"
    "alter table invoice enable row level security, force row level security;"
    "create policy invoice_of_organization on invoice"
    " using (organization_id = (select tenantry.organization()))"
    " with check (organization_id = (select tenantry.organization()));"
    "grant select, insert, update, delete on invoice to tenantry_app;";

/* A database as it should be. */
static const char *
safe_database(void)
{
    const char *url = fixture_database();
    const struct tn_migration application = { "0001_invoice", schema };
    const struct migration_set sets[] = { migration_own_identity(), migration_own_tenant(),
        { "application", &application, 1 } };
    const struct migration_target target = { .admin_url = url, .sets = sets, .set_count = 3 };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);
    return url;
}

enum plane { TENANT, IDENTITY };

static void
check(const char *url, enum plane plane, struct arena *arena, struct finding **ret_findings,
    size_t *ret_count)
{
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    assert_true(direct_open(url, &direct, &error));
    const bool is_done = plane == TENANT ? catalogue_check_tenant(direct, "tenantry_app", &manifest,
                                               arena, ret_findings, ret_count, &error)
                                         : catalogue_check_identity(direct, "tenantry_identity",
                                               NULL, arena, ret_findings, ret_count, &error);
    direct_close(direct);
    if (!is_done)
        fail_msg("%s", error.detail);
}

static bool
has(const struct finding *findings, size_t count, enum finding_kind kind)
{
    for (size_t i = 0; i < count; i++)
        if (findings[i].kind == kind)
            return true;
    return false;
}

/* What is planted, in this role and database, is found; after its mend nothing is found any more.
 */
static const struct {
    enum plane plane;
    enum finding_kind kind;
    const char *plant;
} faults[] = {
    { TENANT, FINDING_ROLE_BYPASS, "alter role tenantry_app superuser" },
    { TENANT, FINDING_ROLE_BYPASS, "alter role tenantry_app bypassrls" },
    { TENANT, FINDING_ROLE_REPLICATION, "alter role tenantry_app replication" },
    { TENANT, FINDING_ROLE_CREATES_ROLES, "alter role tenantry_app createrole" },
    { TENANT, FINDING_ROLE_ESCALATION, "grant tenantry_raw to tenantry_app" },
    { TENANT, FINDING_ROLE_ESCALATION, "grant pg_write_all_data to tenantry_app" },
    { TENANT, FINDING_ROLE_ESCALATION,
        "create role middle noinherit; grant postgres to middle; grant middle to tenantry_app" },
    { TENANT, FINDING_ROLE_OWNS, "alter table invoice owner to tenantry_app" },
    { TENANT, FINDING_ROLE_OWNS, "alter function tenantry.organization() owner to tenantry_app" },
    { TENANT, FINDING_ROLE_OWNS, "alter schema tenantry owner to tenantry_app" },
    { TENANT, FINDING_ROLE_BECOMES_OWNER, "grant tenantry_owner to tenantry_app" },
    { TENANT, FINDING_RLS_DISABLED, "alter table invoice disable row level security" },
    { TENANT, FINDING_RLS_DISABLED,
        "create table note (organization_id text not null primary key); grant select on note to "
        "public" },
    { TENANT, FINDING_RLS_NOT_FORCED, "alter table invoice no force row level security" },
    { TENANT, FINDING_NO_POLICY, "drop policy invoice_of_organization on invoice" },
    { TENANT, FINDING_NO_POLICY,
        "alter policy invoice_of_organization on invoice to tenantry_raw" },
    { TENANT, FINDING_POLICY_ALWAYS_TRUE,
        "alter policy invoice_of_organization on invoice using (true)" },
    { TENANT, FINDING_POLICY_NOT_TENANT,
        "alter policy invoice_of_organization on invoice using (organization_id = "
        "organization_id)" },
    { TENANT, FINDING_POLICY_NOT_TENANT,
        "alter policy invoice_of_organization on invoice"
        " using (tenantry.organization() is null or organization_id = tenantry.organization())" },
    { TENANT, FINDING_POLICY_WITHOUT_CHECK,
        "drop policy invoice_of_organization on invoice; create policy p on invoice"
        " using (organization_id = (select tenantry.organization()))" },
    { TENANT, FINDING_WRITE_CHECK_OPEN,
        "alter policy invoice_of_organization on invoice with check (true)" },
    { TENANT, FINDING_PERMISSIVE_OR,
        "create policy support on invoice for select using (total > 0)" },
    { TENANT, FINDING_NULLABLE_TENANT,
        "alter table invoice drop constraint invoice_pkey;"
        "alter table invoice alter column organization_id drop not null;"
        "create index on invoice (organization_id)" },
    { TENANT, FINDING_MISSING_TENANT_INDEX, "alter table invoice drop constraint invoice_pkey" },
    { TENANT, FINDING_TRUNCATE_GRANTED, "grant truncate on invoice to tenantry_app" },
    { TENANT, FINDING_TRIGGER_GRANTED, "grant trigger on invoice to public" },
    { TENANT, FINDING_VIEW_BYPASS,
        "create view everything as select * from invoice; grant select on everything to "
        "tenantry_app" },
    { TENANT, FINDING_MATVIEW_EXPOSED,
        "create materialized view totals as select * from invoice; grant select on totals to "
        "tenantry_app" },
    { TENANT, FINDING_IDENTITY_READABLE, "grant select on session to tenantry_app" },
    { TENANT, FINDING_IDENTITY_READABLE, "grant select (password) on account to public" },
    { TENANT, FINDING_RLS_NOT_FORCED, "alter table tenantry.version no force row level security" },
    { IDENTITY, FINDING_ROLE_BYPASS, "alter role tenantry_identity superuser" },
    { IDENTITY, FINDING_ROLE_BECOMES_OWNER, "grant tenantry_owner to tenantry_identity" },
    { IDENTITY, FINDING_ROLE_OWNS, "alter table session owner to tenantry_identity" },
    { IDENTITY, FINDING_TENANT_DATA_GRANTED, "grant select on invoice to tenantry_identity" },
};

static void
a_database_as_migrated_has_no_findings(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    const char *url = safe_database();
    for (enum plane plane = TENANT; plane <= IDENTITY; plane++) {
        struct finding *findings = NULL;
        size_t count = 0;
        check(url, plane, arena, &findings, &count);
        if (count)
            fail_msg("%s", findings[0].mend);
    }
    arena_free(arena);
}

static void
findings_print(const struct finding *findings, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        struct buffer line;
        buffer_init(&line, arena, 256);
        finding_append(&line, &findings[i]);
        print_error("%s\n", line.data);
    }
}

static void
a_planted_fault_is_refused_and_its_statement_mends_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct arena *arena = arena_new(4096);
        struct finding *findings = NULL;
        size_t count = 0;
        const char *url = safe_database();

        fixture_run(faults[i].plant);
        check(url, faults[i].plane, arena, &findings, &count);
        const bool is_found = has(findings, count, faults[i].kind);
        const bool is_refused = finding_refusal_count(findings, count) > 0;
        for (size_t finding = 0; finding < count; finding++)
            if (findings[finding].kind != FINDING_SCHEMA_DIFFERS)
                fixture_run(findings[finding].mend);
        if (!is_found || is_refused != finding_refuses(faults[i].kind)) {
            findings_print(findings, count, arena);
            fail_msg("%s: not what was planted", faults[i].plant);
        }

        check(url, faults[i].plane, arena, &findings, &count);
        findings_print(findings, count, arena);
        assert_int_equal(count, 0);
        arena_free(arena);
    }
}

static void
a_schema_that_the_queries_do_not_know_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *change;
        const char *message;
    } changes[] = {
        { "alter table invoice alter column total type numeric(12,2)",
            "it has \"total numeric(12,2)\" where the queries know \"total numeric(14,2)\"" },
        { "alter table invoice add column note text not null",
            "it has \"note text not null\" where the queries know nothing" },
        { "alter table invoice add column total2 numeric(14,2); alter table invoice drop column "
          "total; alter table invoice rename column total2 to total;"
          "alter table invoice drop column id; alter table invoice add column id uuid not null "
          "default gen_random_uuid(); create index on invoice (organization_id)",
            "it has \"total numeric(14,2)\" in another place than the queries know" },
        { "alter table invoice drop column total",
            "it has nothing where the queries know \"total numeric(14,2)\"" },
        { "alter table invoice add column n int, drop column total",
            "it has \"n integer\" where the queries know \"total numeric(14,2)\"" },
        { "drop table invoice", "it is not there" },
    };
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct arena *arena = arena_new(4096);
        struct finding *findings = NULL;
        size_t count = 0;
        const char *url = safe_database();

        fixture_run(changes[i].change);
        check(url, TENANT, arena, &findings, &count);

        assert_int_equal(count, 1);
        assert_int_equal(findings[0].kind, FINDING_SCHEMA_DIFFERS);
        assert_string_equal(findings[0].object, "public.invoice");
        assert_memory_equal(findings[0].message, changes[i].message, strlen(changes[i].message));
        arena_free(arena);
    }
}

/* A migration is applied before the program that needs it: the old one has to be able to restart.
 */
static void
columns_that_an_old_program_need_not_know_are_let_through(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "alter table invoice add column note text",
        "alter table invoice add column note text not null default ''",
        "alter table invoice add column number bigint generated always as identity",
        "alter table invoice add column half numeric generated always as (total / 2) stored",
    };
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct arena *arena = arena_new(4096);
        struct finding *findings = NULL;
        size_t count = 0;
        const char *url = safe_database();

        fixture_run(changes[i]);
        check(url, TENANT, arena, &findings, &count);

        if (count)
            fail_msg("%s: %s", changes[i], findings[0].message);
        arena_free(arena);
    }
}

static void
a_table_with_a_written_reason_is_not_held_to_row_level_security(void **state)
{
    (void)state;
    static const struct {
        const char *comment;
        bool is_held;
    } cases[] = {
        { "tenantry: no row-level security: counts only, read by the billing job", false },
        { "Counts.\n  tenantry: no row-level security: counts only", false },
        { "tenantry: cross_org: what the operators see", false },
        { "tenantry: no row-level security:", true },
        { "tenantry: no row-level security: \n", true },
        { "tenantry: no row-level security", true },
        { "no row-level security: counts only", true },
        { "tenantry: no leading index: it is small", true },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char sql[512];
        struct arena *arena = arena_new(4096);
        struct finding *findings = NULL;
        size_t count = 0;
        const char *url = safe_database();
        snprintf(sql, sizeof sql,
            "create table usage (organization_id text primary key, calls bigint);"
            "grant select on usage to tenantry_app; comment on table usage is '%s'",
            cases[i].comment);
        fixture_run(sql);

        check(url, TENANT, arena, &findings, &count);

        if (has(findings, count, FINDING_RLS_DISABLED) != cases[i].is_held)
            fail_msg("\"%s\"", cases[i].comment);
        arena_free(arena);
    }
}

/* What keeps a table from moving to Citus by placement alone. */
static const struct {
    enum finding_kind kind;
    const char *plant;
} placements[] = {
    { FINDING_CITUS_TYPE, "create table t (organization_id uuid primary key)" },
    { FINDING_CITUS_NO_KEY, "create table t (organization_id text not null)" },
    { FINDING_CITUS_KEY,
        "create table t (organization_id text, id int, primary key (id, organization_id))" },
    { FINDING_CITUS_KEY, "alter table invoice add unique (total)" },
    { FINDING_CITUS_KEY, "create unique index on invoice ((total + 1))" },
    { FINDING_CITUS_FOREIGN_KEY,
        "alter table invoice add unique (id); create table line (organization_id text primary key,"
        " invoice uuid references invoice (id))" },
    { FINDING_CITUS_DELETE_ACTION,
        "create table line (organization_id text primary key, invoice uuid, foreign key"
        " (organization_id, invoice) references invoice on delete set null (invoice))" },
    { FINDING_CITUS_REFERENCE,
        "create table session_note (organization text, invoice uuid, foreign key (organization, "
        "invoice) references invoice)" },
    { FINDING_CITUS_TRIGGER,
        "create function f() returns trigger language plpgsql as 'begin return new; end';"
        "create trigger t before update on invoice for each row execute function f()" },
    { FINDING_CITUS_COUNTER,
        "alter table invoice add column number integer generated always as identity" },
    { FINDING_CITUS_COUNTER, "alter table invoice add column number serial" },
    { FINDING_CITUS_RESTRICTIVE, "create policy paid on invoice as restrictive using (total > 0)" },
    { FINDING_CITUS_POLICIES, "create policy paid on invoice as restrictive using (total > 0)" },
    { FINDING_CITUS_SUB_SELECT,
        "alter policy invoice_of_organization on invoice using (organization_id = (select "
        "tenantry.organization()) and total in (select 1))" },
};

static void
placement(const char *url, bool moves_now, struct arena *arena, struct finding **ret_findings,
    size_t *ret_count)
{
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    assert_true(direct_open(url, &direct, &error));
    if (!placement_check(direct, moves_now, arena, ret_findings, ret_count, &error))
        fail_msg("%s", error.detail);
    direct_close(direct);
}

static void
what_citus_refuses_is_found(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct finding *findings = NULL;
    size_t count = 0;
    const char *url = safe_database();
    placement(url, false, arena, &findings, &count);
    assert_int_equal(count, 0);
    placement(url, true, arena, &findings, &count);
    assert_true(has(findings, count, FINDING_CITUS_SUB_SELECT));

    for (size_t i = 0; i < COUNT_OF(placements); i++) {
        url = safe_database();
        fixture_run(placements[i].plant);
        placement(url, false, arena, &findings, &count);
        if (!has(findings, count, placements[i].kind))
            fail_msg("%s: not found", placements[i].plant);
    }
    arena_free(arena);
}

static void
a_finding_reads_as_one_line(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct finding *findings = NULL;
    size_t count = 0;
    const char *url = safe_database();
    fixture_run("alter table invoice no force row level security");
    check(url, TENANT, arena, &findings, &count);
    struct buffer line;
    buffer_init(&line, arena, 256);

    finding_append(&line, &findings[0]);

    assert_string_equal(line.data,
        "rls-not-forced: public.invoice, role tenantry_app: row-level security is not forced: it "
        "does not"
        " hold for the table's owner; mend: ALTER TABLE public.invoice FORCE ROW LEVEL SECURITY");
    arena_free(arena);
}

/* As the server asks: as the role itself, which may read nothing else. */
static void
the_role_itself_finds_the_same(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct finding *findings = NULL;
    size_t count = 0;
    safe_database();

    check(fixture_role_url("tenantry_app"), TENANT, arena, &findings, &count);
    assert_int_equal(count, 0);
    check(fixture_role_url("tenantry_identity"), IDENTITY, arena, &findings, &count);
    assert_int_equal(count, 0);

    fixture_run(
        "alter table invoice disable row level security; grant select on account to public");
    check(fixture_role_url("tenantry_app"), TENANT, arena, &findings, &count);
    assert_int_equal(count, 2);
    arena_free(arena);
}

static void
a_role_that_is_not_there_is_a_wrong_setting(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    struct arena *arena = arena_new(4096);
    struct finding *findings = NULL;
    size_t count = 0;
    assert_true(direct_open(fixture_database(), &direct, &error));

    assert_false(
        catalogue_check_tenant(direct, "nobody_here", NULL, arena, &findings, &count, &error));

    assert_int_equal(error.code, TN_CONFIGURATION);
    direct_close(direct);
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_as_migrated_has_no_findings),
        cmocka_unit_test(a_planted_fault_is_refused_and_its_statement_mends_it),
        cmocka_unit_test(a_schema_that_the_queries_do_not_know_is_refused),
        cmocka_unit_test(columns_that_an_old_program_need_not_know_are_let_through),
        cmocka_unit_test(a_table_with_a_written_reason_is_not_held_to_row_level_security),
        cmocka_unit_test(what_citus_refuses_is_found),
        cmocka_unit_test(a_finding_reads_as_one_line),
        cmocka_unit_test(the_role_itself_finds_the_same),
        cmocka_unit_test(a_role_that_is_not_there_is_a_wrong_setting),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
