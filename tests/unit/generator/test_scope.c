#include "generator/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "generator/prover.h"
#include "shop.h"

#include <cmocka.h>

static struct arena *arena;

#define INVOICES \
    "(SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::uuid)"
#define CUSTOMERS \
    "(SELECT * FROM \"public\".\"customer\" WHERE \"customer\".\"organization_id\" = $1::uuid)"

static void
relations_are_limited_wherever_they_stand(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        { "SELECT id FROM invoice", "SELECT id FROM " INVOICES " AS \"invoice\"" },
        { "SELECT i.id FROM ONLY invoice AS i -- why\n",
            "SELECT i.id FROM (SELECT * FROM ONLY \"public\".\"invoice\" WHERE "
            "\"invoice\".\"organization_id\" = $1::uuid) AS i -- why\n" },
        { "TABLE invoice", "SELECT * FROM " INVOICES " AS \"invoice\"" },
        { "SELECT 1 FROM customer c LEFT JOIN invoice i ON i.id = c.id",
            "SELECT 1 FROM " CUSTOMERS " c LEFT JOIN " INVOICES " i ON i.id = c.id" },
        { "WITH invoice AS (SELECT * FROM invoice) SELECT * FROM invoice",
            "WITH invoice AS (SELECT * FROM " INVOICES " AS \"invoice\") SELECT * FROM invoice" },
        { "SELECT public.invoice.id FROM public.invoice",
            "SELECT invoice.id FROM " INVOICES " AS \"invoice\"" },
        { "SELECT * FROM rate r", "SELECT * FROM \"public\".\"rate\" r" },
        { "SELECT $2::status, slug($3)", "SELECT $2::\"public\".status, \"public\".slug($3)" },
        { "SELECT r FROM ranking",
            "SELECT r FROM ( SELECT invoice.number, rank() OVER () AS r FROM " INVOICES
            " AS \"invoice\") AS \"ranking\"" },
        { "UPDATE invoice SET number = $2", "UPDATE \"public\".\"invoice\" SET number = $2 WHERE "
                                            "\"invoice\".\"organization_id\" = $1::uuid" },
        { "UPDATE invoice i SET number = $2 WHERE id = $3 OR true RETURNING id",
            "UPDATE \"public\".\"invoice\" i SET number = $2 WHERE ( id = $3 OR true) AND "
            "\"i\".\"organization_id\" = $1::uuid RETURNING id" },
        { "DELETE FROM invoice USING customer c WHERE c.id = invoice.id",
            "DELETE FROM \"public\".\"invoice\" USING " CUSTOMERS
            " c WHERE ( c.id = invoice.id) AND \"invoice\".\"organization_id\" = $1::uuid" },
        { "INSERT INTO invoice (id, number) VALUES ($2, 'a'), ($3, DEFAULT)",
            "INSERT INTO \"public\".\"invoice\" (id, number, \"organization_id\") VALUES "
            "($2, 'a', $1::uuid), ($3, DEFAULT, $1::uuid)" },
        { "INSERT INTO invoice (id) SELECT id FROM customer UNION SELECT a IS DISTINCT FROM b "
          "FROM rate ORDER BY 1",
            "INSERT INTO \"public\".\"invoice\" (id, \"organization_id\") SELECT id, $1::uuid "
            "FROM " CUSTOMERS " AS \"customer\" UNION SELECT a IS DISTINCT FROM b, $1::uuid FROM "
            "\"public\".\"rate\" ORDER BY 1" },
        { "INSERT INTO invoice DEFAULT VALUES",
            "INSERT INTO \"public\".\"invoice\" (\"organization_id\") VALUES ($1::uuid)" },
        { "INSERT INTO invoice (number) VALUES ($2) ON CONFLICT (number) DO UPDATE SET id = $3",
            "INSERT INTO \"public\".\"invoice\" (number, \"organization_id\") VALUES ($2, "
            "$1::uuid) "
            "ON CONFLICT (number, \"organization_id\") DO UPDATE SET id = $3 WHERE "
            "\"invoice\".\"organization_id\" = $1::uuid" },
        { "UPDATE organization SET name = $2",
            "UPDATE \"public\".\"organization\" SET name = $2 WHERE "
            "\"organization\".\"id\" = $1::uuid" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct scoped scoped = { 0 };
        struct rejection rejection = { 0 };
        const bool done =
            scope_text(shop_schema(), SCOPE_TENANT, cases[i].text, arena, &scoped, &rejection);
        if (!done)
            print_error("%s: %s\n", cases[i].text, rejection.message);
        assert_true(done);
        assert_string_equal(scoped.text, cases[i].expected);
        assert_true(prover_check(shop_schema(), scoped.text, arena, &rejection));
    }
}

static void
what_cannot_be_limited_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *reason;
    } cases[] = {
        { "SELECT FROM WHERE", "syntax" },
        { "SELECT 1; SELECT 2", "multiple-statements" },
        { "COPY invoice TO STDOUT", "statement-kind" },
        { "EXPLAIN SELECT 1", "statement-kind" },
        { "SELECT 1 INTO TEMP t", "select-into" },
        { "SELECT 1 FROM invoice WHERE organization_id = $2", "org-parameter" },
        { "SELECT 1 FROM invoice i WHERE $2::uuid = i.organization_id", "org-parameter" },
        { "SELECT 1 FROM invoice WHERE organization_id = ANY($2::uuid[])", "org-parameter" },
        { "UPDATE invoice SET organization_id = $2", "org-column-written" },
        { "UPDATE invoice SET (id, organization_id) = (SELECT 1, 2)", "org-column-written" },
        { "UPDATE organization SET id = $2", "org-column-written" },
        { "INSERT INTO invoice (organization_id) VALUES ($2)", "org-column-written" },
        { "INSERT INTO invoice (number) VALUES (1) ON CONFLICT (number) DO UPDATE SET "
          "organization_id = excluded.organization_id",
            "org-column-written" },
        { "INSERT INTO invoice VALUES ($2)", "insert-no-column-list" },
        { "INSERT INTO invoice (barcode) VALUES (1) ON CONFLICT (barcode) DO NOTHING",
            "conflict-arbiter" },
        { "INSERT INTO invoice (barcode) VALUES (1) ON CONFLICT DO NOTHING", "conflict-arbiter" },
        { "INSERT INTO invoice (barcode) VALUES (1) ON CONFLICT ON CONSTRAINT invoice_barcode DO "
          "NOTHING",
            "conflict-arbiter" },
        { "SELECT 1 FROM nowhere", "unknown-relation" },
        { "SELECT 1 FROM other.public.invoice", "unknown-relation" },
        { "SELECT 1 FROM forgotten", "unclassified-relation" },
        { "SELECT 1 FROM statistic", "cross-org-relation" },
        { "SELECT 1 FROM pg_class", "catalog-relation" },
        { "SELECT 1 FROM information_schema.tables", "catalog-relation" },
        { "SELECT 1 FROM totals", "materialized-view" },
        { "DELETE FROM rate", "global-write" },
        { "WITH gone AS (DELETE FROM rate RETURNING 1) SELECT 1", "global-write" },
        { "DELETE FROM organization", "root-write" },
        { "INSERT INTO organization (id) VALUES (1)", "root-write" },
        { "UPDATE ranking SET r = 1", "view-write" },
        { "WITH invoice AS (SELECT 1) DELETE FROM invoice", "write-to-cte" },
        { "SELECT count_all()", "function-not-allowed" },
        { "SELECT table_to_xml('invoice', true, true, '')", "function-not-allowed" },
        { "SELECT ('SELECT 1'::text).ts_stat", "function-not-allowed" },
        { "SELECT x.ts_stat FROM unnest(ARRAY['SELECT 1']) x", "function-not-allowed" },
        { "SELECT current_schema", "function-not-allowed" },
        { "SELECT ctid FROM invoice", "system-column" },
        { "SELECT i.xmin FROM invoice i", "system-column" },
        { "SELECT 1 FROM invoice TABLESAMPLE system (10)", "tablesample" },
        { "DELETE FROM invoice WHERE CURRENT OF c", "current-of" },
        { "SELECT (SELECT (SELECT 1 FROM forgotten))", "unclassified-relation" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct scoped scoped = { 0 };
        struct rejection rejection = { 0 };
        const bool done =
            scope_text(shop_schema(), SCOPE_TENANT, cases[i].text, arena, &scoped, &rejection);
        if (done)
            print_error("%s: became %s\n", cases[i].text, scoped.text);
        assert_false(done);
        assert_string_equal(rejection.reason, cases[i].reason);
    }
}

static void
a_cross_organization_query_reads_and_never_writes(void **state)
{
    (void)state;
    struct scoped scoped = { 0 };
    struct rejection rejection = { 0 };

    assert_true(scope_text(shop_schema(), SCOPE_CROSS_ORG,
        "SELECT 1 FROM invoice, statistic WHERE organization_id = $1", arena, &scoped, &rejection));
    assert_string_equal(scoped.text, "SELECT 1 FROM \"public\".\"invoice\", "
                                     "\"public\".\"statistic\" WHERE organization_id = $1");
    assert_false(scope_text(shop_schema(), SCOPE_CROSS_ORG,
        "WITH gone AS (DELETE FROM invoice RETURNING 1) SELECT 1", arena, &scoped, &rejection));
    assert_string_equal(rejection.reason, "statement-kind");
}

int
main(void)
{
    arena = arena_new((size_t)1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relations_are_limited_wherever_they_stand),
        cmocka_unit_test(what_cannot_be_limited_is_refused),
        cmocka_unit_test(a_cross_organization_query_reads_and_never_writes),
    };
    const int failed = cmocka_run_group_tests_name("generator/scope", tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
