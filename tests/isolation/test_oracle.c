/* The specification, taken literally: a tenant query returns and does exactly what its author's
 * text would if the other organizations did not exist.
 *
 * Each query runs limited in a database of two organizations, and unchanged in one where the other
 * was deleted. Rows, counts, errors and what the tables hold afterwards must agree; the other
 * organization's rows must stay as they were. The unchanged text in the database of two must not
 * agree: else that query would prove nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "generator/project.h"
#include "generator/source.h"
#include "postgres/direct.h"

#include <cmocka.h>

static const struct {
    const char *query;
    const char *values[3];
} runs[] = {
    { "by_state", { "paid" } },
    { "either", { "INV-3" } },
    { "inner_join", { 0 } },
    { "left_join", { 0 } },
    { "right_join", { 0 } },
    { "full_join", { 0 } },
    { "using_join", { 0 } },
    { "natural_join", { 0 } },
    { "lateral", { 0 } },
    { "without", { 0 } },
    { "scalar", { 0 } },
    { "window", { 0 } },
    { "rollup", { 0 } },
    { "shadow", { "30" } },
    { "tree", { "Customer 1" } },
    { "sets", { 0 } },
    { "view", { 0 } },
    { "global", { "USD" } },
    { "page", { "20", "2", "4" } },
    { "locked", { 0 } },
    { "organization", { 0 } },
    { "table_command", { 0 } },
    { "insert_values", { "50", "Fresh" } },
    { "insert_select", { 0 } },
    { "insert_unnest", { "{60,61}", "{One,Two}" } },
    { "upsert", { "90", "INV-4" } },
    { "upsert", { "91", "INV-99" } },
    { "insert_quiet", { "1", "Customer 1" } },
    { "insert_quiet", { "70", "Seventy" } },
    { "update_or", { "INV-5" } },
    { "update_all", { 0 } },
    { "update_from", { 0 } },
    { "delete_using", { "Customer 2" } },
    { "delete_cascade", { "1" } },
    { "move", { 0 } },
    { "merge", { "3", "Merged" } },
    { "merge", { "33", "New" } },
};
static const char *const organizations[] = { "acme", "zulu" };

static struct arena *arena;
static struct direct *both;
static struct direct *only[2];
static struct project project;
static struct configuration configuration;

static void
must(bool done, const struct tn_error *error)
{
    if (!done)
        print_error("%s\n", error->detail);
    assert_true(done);
}

static const char *
corpus(const char *name)
{
    return arena_printf(arena, "%s/oracle/%s", getenv("TENANTRY_ISOLATION_TESTS"), name);
}

static struct direct *
database_with_data(void)
{
    struct direct *direct = NULL;
    struct tn_error error = { 0 };
    char *schema;
    char *data;
    must(file_read(corpus("schema.sql"), arena, &schema, &error), &error);
    must(file_read(corpus("data.sql"), arena, &data, &error), &error);
    must(direct_open(fixture_database(), &direct, &error), &error);
    must(direct_run(direct, schema, &error) && direct_run(direct, data, &error), &error);
    return direct;
}

/* The world in which this is the only organization there ever was. */
static void
forget_others(struct direct *direct, const char *organization)
{
    struct tn_error error = { 0 };
    const char *sql = arena_printf(arena,
        "DELETE FROM invoice WHERE organization_id <> '%s';"
        "DELETE FROM customer WHERE organization_id <> '%s';"
        "DELETE FROM organization WHERE id <> '%s';"
        "ALTER TABLE invoice ALTER organization_id SET DEFAULT '%s';"
        "ALTER TABLE customer ALTER organization_id SET DEFAULT '%s';"
        "CREATE UNIQUE INDEX ON invoice (id); CREATE UNIQUE INDEX ON invoice (number);"
        "CREATE UNIQUE INDEX ON customer (id); CREATE UNIQUE INDEX ON customer (name);",
        organization, organization, organization, organization, organization);
    must(direct_run(direct, sql, &error), &error);
}

static int
start(void **state)
{
    struct query_list queries = { 0 };
    struct tn_error error = { 0 };
    arena = arena_new((size_t)1 << 20);
    if (fixture_start(state) != 0)
        return -1;

    both = database_with_data();
    for (int i = 0; i < 2; i++) {
        only[i] = database_with_data();
        forget_others(only[i], organizations[i]);
    }
    struct direct *scratch = database_with_data();
    must(configuration_read(corpus("tenantry.conf"), arena, &configuration, &error), &error);
    must(source_read(corpus("queries.sql"), arena, &queries, &error), &error);
    must(
        project_compile(scratch, &configuration, &queries, false, arena, &project, &error), &error);
    direct_close(scratch);
    return 0;
}

static int
stop(void **state)
{
    direct_close(both);
    direct_close(only[0]);
    direct_close(only[1]);
    arena_free(arena);
    return fixture_stop(state);
}

/* --- one run --------------------------------------------------------------------------------- */

static int
line_compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Rows in any order, and how many were touched. */
static const char *
result_summary(const struct pg_result *result)
{
    const size_t count = result_row_count(result);
    const char **lines = ARENA_ARRAY(arena, count + 1, const char *);
    for (size_t row = 0; row < count; row++) {
        struct buffer line;
        buffer_init(&line, arena, 128);
        for (int column = 0; column < result_column_count(result); column++) {
            const char *value = result_text(result, row, column, arena);
            buffer_printf(&line, "|%s", value ? value : "(null)");
        }
        lines[row] = line.data;
    }
    qsort(lines, count, sizeof *lines, line_compare);

    struct buffer all;
    buffer_init(&all, arena, 1024);
    buffer_printf(&all, "%lld touched\n", (long long)result_affected(result));
    for (size_t row = 0; row < count; row++)
        buffer_printf(&all, "%s\n", lines[row]);
    return all.data;
}

static const char *
asked(struct direct *direct, const char *sql)
{
    struct tn_error error = { 0 };
    struct pg_result *result = NULL;
    if (!direct_query(direct, sql, 0, NULL, &result, &error))
        return arena_printf(arena, "error %s\n", error.sqlstate);

    const char *summary = result_summary(result);
    result_free(result);
    return summary;
}

static const char *
rows_of(struct direct *direct, const char *comparison, const char *organization)
{
    return asked(
        direct, arena_printf(arena,
                    "SELECT 'o', o::text FROM organization o WHERE id %s '%s' UNION ALL "
                    "SELECT 'c', c::text FROM customer c WHERE organization_id %s '%s' UNION ALL "
                    "SELECT 'i', i::text FROM invoice i WHERE organization_id %s '%s'",
                    comparison, organization, comparison, organization, comparison, organization));
}

struct outcome {
    const char *answer;
    const char *own; /* what the organization's tables hold afterwards */
    const char *others;
};

static struct outcome
run_text(struct direct *direct, const char *text, const char *organization,
    const char *const *values, int value_count)
{
    struct outcome outcome;
    struct tn_error error = { 0 };
    struct buffer call;
    buffer_init(&call, arena, 256);
    buffer_printf(&call, "EXECUTE query (%s", direct_literal(direct, organization, arena));
    for (int i = 0; i < value_count; i++)
        buffer_printf(&call, ", %s", direct_literal(direct, values[i], arena));
    BUFFER_LITERAL(&call, ")");

    must(direct_run(direct, arena_printf(arena, "PREPARE query (text) AS %s", text), &error),
        &error);
    must(direct_run(direct, "BEGIN; SAVEPOINT before", &error), &error);
    outcome.answer = asked(direct, call.data);
    if (strncmp(outcome.answer, "error", 5) == 0)
        must(direct_run(direct, "ROLLBACK TO before", &error), &error);
    outcome.own = rows_of(direct, "=", organization);
    outcome.others = rows_of(direct, "<>", organization);
    must(direct_run(direct, "ROLLBACK; DEALLOCATE query", &error), &error);
    return outcome;
}

static const struct compiled *
compiled_find(const char *name)
{
    for (int i = 0; i < project.query_count; i++) {
        if (strcmp(project.queries[i].query->name, name) == 0)
            return &project.queries[i];
    }
    fail_msg("no query %s", name);
    return NULL;
}

static bool
agree(const struct outcome *left, const struct outcome *right)
{
    return strcmp(left->answer, right->answer) == 0 && strcmp(left->own, right->own) == 0;
}

/* --- tests ----------------------------------------------------------------------------------- */

static void
a_query_does_what_it_would_if_it_were_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        const struct compiled *compiled = compiled_find(runs[i].query);
        const int count = compiled->query->parameter_count;
        for (int o = 0; o < 2; o++) {
            const char *untouched = rows_of(both, "<>", organizations[o]);
            const struct outcome scoped =
                run_text(both, compiled->scoped.text, organizations[o], runs[i].values, count);
            const struct outcome alone =
                run_text(only[o], compiled->original, organizations[o], runs[i].values, count);
            if (!agree(&scoped, &alone))
                print_error("%s of %s: %s\n%s---\n%s", runs[i].query, organizations[o],
                    compiled->scoped.text, scoped.answer, alone.answer);
            assert_true(agree(&scoped, &alone));
            assert_string_equal(scoped.others, untouched);
        }
    }
}

/* Else the test above would prove nothing about the query. */
static void
each_query_would_be_caught_if_it_were_not_limited(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        const struct compiled *compiled = compiled_find(runs[i].query);
        const int count = compiled->query->parameter_count;
        bool differs = false;
        for (int o = 0; o < 2; o++) {
            const char *untouched = rows_of(both, "<>", organizations[o]);
            const struct outcome open =
                run_text(both, compiled->original, organizations[o], runs[i].values, count);
            const struct outcome alone =
                run_text(only[o], compiled->original, organizations[o], runs[i].values, count);
            differs |= !agree(&open, &alone) || strcmp(open.others, untouched) != 0;
        }
        if (!differs)
            print_error("%s: the data shows no difference\n", runs[i].query);
        assert_true(differs);
    }
}

static void
every_query_of_the_corpus_is_accepted_and_run(void **state)
{
    (void)state;
    for (int q = 0; q < project.query_count; q++) {
        bool is_run = false;
        const struct compiled *compiled = &project.queries[q];
        if (compiled->rejection.reason)
            print_error("%s: %s\n", compiled->query->name, compiled->rejection.message);
        assert_null(compiled->rejection.reason);
        for (size_t i = 0; i < COUNT_OF(runs); i++)
            is_run |= strcmp(runs[i].query, compiled->query->name) == 0;
        if (!is_run)
            print_error("%s is not run\n", compiled->query->name);
        assert_true(is_run);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_query_of_the_corpus_is_accepted_and_run),
        cmocka_unit_test(a_query_does_what_it_would_if_it_were_alone),
        cmocka_unit_test(each_query_would_be_caught_if_it_were_not_limited),
    };
    return cmocka_run_group_tests_name("isolation/oracle", tests, start, stop);
}
