/* The second layer alone: tenantry.enter does nothing, in the database itself, and the statements
 * carry no predicate. The application's role then reads, changes and deletes no row, and writes
 * none; with tenantry.enter as it is, the same statements do it all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "fixture.h"
#include "migration/apply.h"
#include "migration/own.h"
#include "postgres/direct.h"

/* After struct tn_migration. */
#include "invoicing_migrations.h"

/* Two organizations, with the same ids on purpose. */
#define ROWS(organization)                                                                      \
    "insert into letterhead values ('" organization "', 'L', 'A', 'T', 'B');"                   \
    "insert into customer values ('" organization                                               \
    "', '11111111-1111-1111-1111-111111111111', 'C', 'c', 'c@x.test', 'A');"                    \
    "insert into invoice_counter values ('" organization "', 2026, 1);"                         \
    "insert into tenantry.version values ('" organization "', 'public.invoice', 1);"            \
    "insert into invoice (organization_id, id, customer_id, year, serial, status, created_at, " \
    "issued_on, due_on,"                                                                        \
    " total) values ('" organization "', '33333333-3333-3333-3333-333333333333',"               \
    " '11111111-1111-1111-1111-111111111111', 2026, 1, 'sent', '2026-01-01', '2026-01-01', "    \
    "'2026-02-01', 10);"

/* An INSERT is `insert`, an organization, `values`. */
static const struct {
    const char *name;
    const char *update;
    const char *insert;
    const char *values;
} tables[] = {
    { "letterhead", "update letterhead set legal_name = 'stolen'",
        "insert into letterhead values ('", "', 'L', 'A', 'T', 'B')" },
    { "customer", "update customer set name = 'stolen'", "insert into customer values ('",
        "', '22222222-2222-2222-2222-222222222222', 'D', 'c', 'e', 'A')" },
    { "invoice_counter", "update invoice_counter set last_serial = 9",
        "insert into invoice_counter values ('", "', 2027, 1)" },
    { "tenantry.version", "update tenantry.version set version = 9",
        "insert into tenantry.version values ('", "', 'public.customer', 1)" },
    { "invoice", "update invoice set note = 'stolen'",
        "insert into invoice (organization_id, id, customer_id, year, serial, status, created_at,"
        " issued_on, due_on, total) values ('",
        "', '44444444-4444-4444-4444-444444444444', '11111111-1111-1111-1111-111111111111', 2026, "
        "2,"
        " 'sent', '2026-01-01', '2026-01-01', '2026-02-01', 10)" },
};

static struct direct *
database_open(bool enter_is_sabotaged)
{
    const char *url = fixture_database();
    const struct migration_set sets[] = { migration_own_tenant(),
        { "application", invoicing_migrations, COUNT_OF(invoicing_migrations) } };
    const struct migration_target target = { .admin_url = url, .sets = sets, .set_count = 2 };
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);

    fixture_run(ROWS("a") ROWS("b"));
    /* What is looked at is row-level security, not what else would refuse. */
    fixture_run("alter table invoice drop constraint invoice_organization_id_customer_id_fkey");
    fixture_run("grant delete on all tables in schema public to tenantry_app");
    if (enter_is_sabotaged)
        fixture_run("create or replace function tenantry.enter(organization text, statement_ms int,"
                    " lock_ms int) returns text language sql as $$ select ''::text $$");
    if (!direct_open(fixture_role_url("tenantry_app"), &direct, &error))
        fail_msg("%s", error.detail);
    return direct;
}

/* In organization a: how many rows it read, changed or deleted; -1 when it was refused (42501). */
static int64_t
affected(struct direct *direct, const char *sql)
{
    struct tn_error error = { 0 };
    struct pg_result *result = NULL;
    assert_true(direct_run(direct, "begin; select tenantry.enter('a', 10000, 1000)", &error));
    const bool is_done = direct_query(direct, sql, 0, NULL, &result, &error);
    const int64_t count = is_done ? result_affected(result) : -1;
    result_free(result);
    if (!is_done)
        assert_string_equal(error.sqlstate, "42501");
    struct tn_error second = { 0 };
    assert_true(direct_run(direct, "rollback", &second));
    return count;
}

static int64_t
affected_rows_of(struct direct *direct, const char *verb, const char *table)
{
    char sql[256];
    snprintf(sql, sizeof sql, "%s %s", verb, table);
    return affected(direct, sql);
}

static int64_t
inserted(struct direct *direct, size_t table, const char *organization)
{
    char sql[512];
    snprintf(sql, sizeof sql, "%s%s%s", tables[table].insert, organization, tables[table].values);
    return affected(direct, sql);
}

static void
without_context_nothing_is_read_changed_or_written(void **state)
{
    (void)state;
    struct direct *direct = database_open(true);
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        assert_int_equal(affected_rows_of(direct, "select * from", tables[i].name), 0);
        assert_int_equal(affected(direct, tables[i].update), 0);
        assert_int_equal(affected_rows_of(direct, "delete from", tables[i].name), 0);
        assert_int_equal(inserted(direct, i, "a"), -1);
        assert_int_equal(inserted(direct, i, "c"), -1);
    }
    direct_close(direct);
}

static void
with_context_it_is_one_organizations(void **state)
{
    (void)state;
    struct direct *direct = database_open(false);
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        assert_int_equal(affected_rows_of(direct, "select * from", tables[i].name), 1);
        assert_int_equal(affected(direct, tables[i].update), 1);
        assert_int_equal(affected_rows_of(direct, "delete from", tables[i].name), 1);
        assert_int_equal(inserted(direct, i, "c"), -1);
        if (strcmp(tables[i].name, "letterhead") != 0)
            assert_int_equal(inserted(direct, i, "a"), 1);
    }
    assert_int_equal(affected(direct, "update customer set organization_id = 'b'"), -1);
    direct_close(direct);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_context_nothing_is_read_changed_or_written),
        cmocka_unit_test(with_context_it_is_one_organizations),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
