#include "generator/prover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "generator/scope.h"
#include "shop.h"

#include <cmocka.h>

static struct arena *arena;

static const char *const queries[] = {
    "SELECT id FROM invoice",
    "SELECT 1 FROM customer c FULL JOIN invoice i USING (id), LATERAL (SELECT 1 FROM invoice j) k",
    "WITH RECURSIVE t AS (SELECT 1 FROM invoice UNION ALL SELECT 1 FROM t JOIN customer ON true) "
    "SELECT * FROM t WHERE EXISTS (SELECT FROM invoice)",
    "UPDATE invoice SET number = (SELECT max(1) FROM customer) WHERE id = $2",
    "DELETE FROM invoice",
    "INSERT INTO invoice (number) SELECT number FROM invoice ON CONFLICT (number) DO UPDATE SET "
    "id = 1 WHERE excluded.id = 2",
    "SELECT r FROM ranking UNION SELECT 1 FROM organization",
    "WITH a AS (SELECT 1 FROM customer), b AS (SELECT 1 FROM a) INSERT INTO invoice (number) WITH "
    "c "
    "AS (SELECT 1 FROM b) SELECT 1 FROM a, b, c",
    "MERGE INTO invoice i USING customer c ON c.id = i.id WHEN MATCHED THEN DELETE "
    "WHEN NOT MATCHED THEN INSERT (id) VALUES (1)",
};

/* `text` with `removed` at `at` replaced. */
static char *
mutant(const char *text, const char *at, const char *removed, const char *put)
{
    return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, put, at + strlen(removed));
}

/* Each place where `removed` stands, in turn. */
static int
mutants_refused(const char *text, const char *removed, const char *put)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, removed)) != NULL; at++) {
        struct rejection rejection = { 0 };
        const char *changed = mutant(text, at, removed, put);
        const bool proved = prover_check(shop_schema(), changed, arena, &rejection);
        if (proved)
            print_error("proved: %s\n", changed);
        assert_false(proved);
        assert_string_equal(rejection.reason, "prover");
        count++;
    }
    return count;
}

static void
a_query_that_lost_one_predicate_is_refused(void **state)
{
    (void)state;
    int mutants = 0;
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        struct scoped scoped = { 0 };
        struct rejection rejection = { 0 };
        const bool done =
            scope_text(shop_schema(), SCOPE_TENANT, queries[i], arena, &scoped, &rejection);
        if (!done)
            print_error("%s: %s\n", queries[i], rejection.message);
        assert_true(done);
        assert_true(prover_check(shop_schema(), scoped.text, arena, &rejection));

        mutants +=
            mutants_refused(scoped.text, "\"invoice\".\"organization_id\" = $1::uuid", "true");
        mutants +=
            mutants_refused(scoped.text, "\"customer\".\"organization_id\" = $1::uuid", "true");
        mutants += mutants_refused(scoped.text, "\"i\".\"organization_id\" = $1::uuid", "true");
        mutants += mutants_refused(scoped.text, "\"organization\".\"id\" = $1::uuid", "true");
        mutants += mutants_refused(scoped.text, "$1::uuid", "$2::uuid");
        mutants += mutants_refused(scoped.text, "\"public\".", "");
    }
    assert_true(mutants > 40);
}

static void
a_weakened_shape_is_refused(void **state)
{
    (void)state;
#define P "\"invoice\".\"organization_id\" = $1::uuid"
    static const char *const texts[] = {
        "SELECT * FROM (SELECT * FROM \"public\".\"invoice\" WHERE " P " OR true) AS invoice",
        "SELECT * FROM (SELECT * FROM \"public\".\"invoice\" WHERE NOT " P ") AS invoice",
        "SELECT * FROM (SELECT * FROM \"public\".\"invoice\" invoice WHERE " P ") AS invoice",
        "SELECT * FROM (SELECT * FROM \"public\".\"invoice\", \"public\".\"customer\" WHERE " P
        ") AS a",
        "SELECT * FROM \"public\".\"invoice\" WHERE " P,
        "SELECT * FROM (SELECT * FROM \"public\".\"invoice\" WHERE "
        "\"invoice\".\"id\" = $1::uuid) AS invoice",
        "SELECT * FROM (SELECT * FROM \"public\".\"invoice\" WHERE "
        "\"invoice\".\"organization_id\" <> $1::uuid) AS invoice",
        "SELECT * FROM (SELECT * FROM \"public\".\"invoice\" WHERE "
        "\"invoice\".\"organization_id\" = $1::text) AS invoice",
        "UPDATE \"public\".\"invoice\" SET number = 1 WHERE " P " OR true",
        "UPDATE \"public\".\"invoice\" i SET number = 1 WHERE " P,
        "UPDATE \"public\".\"invoice\" SET organization_id = $2 WHERE " P,
        "INSERT INTO \"public\".\"invoice\" (number) VALUES (1)",
        "INSERT INTO \"public\".\"invoice\" (number, organization_id) VALUES (1, $2)",
        "INSERT INTO \"public\".\"invoice\" (number, organization_id) VALUES (1, $1::uuid), (2, "
        "$2)",
        "INSERT INTO \"public\".\"invoice\" (organization_id, number) VALUES (1, $1::uuid)",
        "INSERT INTO \"public\".\"invoice\" (number, organization_id) VALUES (1, $1::uuid) ON "
        "CONFLICT (barcode) DO NOTHING",
        "INSERT INTO \"public\".\"invoice\" (number, organization_id) VALUES (1, $1::uuid) ON "
        "CONFLICT DO NOTHING",
        "SELECT * FROM invoice",
        "SELECT (WITH invoice AS (SELECT 1) SELECT 1 FROM invoice), (SELECT 1 FROM invoice)",
        "WITH a AS (SELECT 1 FROM b), b AS (SELECT 1) SELECT 1 FROM a, b",
        "WITH invoice AS (SELECT 1 FROM invoice) SELECT 1",
        "(WITH a AS (SELECT 1) SELECT 1 FROM a) UNION SELECT 1 FROM a",
        "SELECT * FROM \"public\".\"statistic\"",
        "SELECT * FROM \"pg_catalog\".\"pg_class\"",
        "DELETE FROM \"public\".\"rate\"",
        "SELECT 1 INTO \"public\".\"fresh\"",
        "TRUNCATE \"public\".\"invoice\"",
        "SELECT 1; SELECT 2",
    };
#undef P
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct rejection rejection = { 0 };
        const bool proved = prover_check(shop_schema(), texts[i], arena, &rejection);
        if (proved)
            print_error("proved: %s\n", texts[i]);
        assert_false(proved);
    }
}

int
main(void)
{
    arena = arena_new((size_t)1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_that_lost_one_predicate_is_refused),
        cmocka_unit_test(a_weakened_shape_is_refused),
    };
    const int failed = cmocka_run_group_tests_name("generator/prover", tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
