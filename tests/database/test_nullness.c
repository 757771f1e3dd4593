/* What the generator says of NULL, against rows: a column that it calls NOT NULL never is, in any
 * of these queries, which try to make it so. Columns called sure_… must be called NOT NULL; those
 * called null_… must be NULL in some row, or the data proves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "generator/project.h"

static struct arena *arena;
static struct direct *direct;
static struct configuration configuration;
static struct project project;

static const char *
path_of(const char *name)
{
    return arena_printf(arena, "%s/%s", getenv("TENANTRY_NULLNESS"), name);
}

static int
start(void **state)
{
    struct query_list queries = { 0 };
    struct tn_error error = { 0 };
    char *schema;
    arena = arena_new((size_t)1 << 20);
    if (fixture_start(state) != 0)
        return -1;
    if (!file_read(path_of("schema.sql"), arena, &schema, &error) ||
        !direct_open(fixture_database(), &direct, &error) || !direct_run(direct, schema, &error) ||
        !configuration_read(path_of("tenantry.conf"), arena, &configuration, &error) ||
        !source_read(path_of("queries.sql"), arena, &queries, &error) ||
        !project_compile(direct, &configuration, &queries, false, arena, &project, &error)) {
        print_error("%s\n", error.detail);
        return -1;
    }
    return 0;
}

static int
stop(void **state)
{
    direct_close(direct);
    arena_free(arena);
    return fixture_stop(state);
}

static bool
begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* How many faults the column has. */
static int
column_faults(const struct compiled *compiled, int column, const struct pg_result *result)
{
    const struct result_column *described = &compiled->columns[column];
    size_t nulls = 0;
    size_t bytes;
    for (size_t row = 0; row < result_row_count(result); row++)
        nulls += result_value(result, row, column, &bytes) == NULL;

    const char *wrong = NULL;
    if (nulls > 0 && !described->type.is_nullable)
        wrong = "is NULL, and is called NOT NULL";
    else if (begins(described->sql_name, "sure_") && described->type.is_nullable &&
             strcmp(described->sql_name, "sure_or_not") != 0)
        wrong = "is not called NOT NULL";
    else if (begins(described->sql_name, "null_") && nulls == 0 &&
             strcmp(described->sql_name, "null_or_not") != 0)
        wrong = "is never NULL: the rows prove nothing";
    if (wrong)
        print_error("%s: column %s %s\n", compiled->query->name, described->sql_name, wrong);
    return wrong != NULL;
}

static int
query_faults(const struct compiled *compiled)
{
    const char *const values[] = { "acme" };
    struct pg_result *result = NULL;
    struct tn_error error = { 0 };
    int faults = 0;
    if (compiled->rejection.reason) {
        print_error("%s: %s\n", compiled->query->name, compiled->rejection.message);
        return 1;
    }
    if (!direct_run(direct, "BEGIN; SET LOCAL search_path = ''", &error) ||
        !direct_query(direct, compiled->scoped.text, strstr(compiled->scoped.text, "$1") != NULL,
            values, &result, &error)) {
        print_error("%s: %s\n", compiled->query->name, error.detail);
        faults = 1;
    }
    for (int i = 0; result && i < compiled->column_count; i++)
        faults += column_faults(compiled, i, result);
    if (result)
        result_free(result);
    error = (struct tn_error){ 0 };
    (void)!direct_run(direct, "ROLLBACK", &error);
    return faults;
}

static void
what_is_called_not_null_never_is(void **state)
{
    (void)state;
    int faults = 0;

    for (int i = 0; i < project.query_count; i++)
        faults += query_faults(&project.queries[i]);

    assert_int_equal(faults, 0);
    assert_true(project.query_count > 40);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_called_not_null_never_is) };
    return cmocka_run_group_tests(tests, start, stop);
}
