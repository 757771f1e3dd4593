#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

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
        { "alter table invoice add column note text",
            "it has \"note text\" where the queries know nothing" },
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
        cmocka_unit_test(a_finding_reads_as_one_line),
        cmocka_unit_test(the_role_itself_finds_the_same),
        cmocka_unit_test(a_role_that_is_not_there_is_a_wrong_setting),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
