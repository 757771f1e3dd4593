#include "postgres/direct.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

static struct direct *direct;
static struct arena *arena;

static int
set_up(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    arena = arena_new(1024);
    return direct_open(fixture_database(), &direct, &error) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    direct_close(direct);
    arena_free(arena);
    return 0;
}

static void
values_go_and_come_as_text(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    struct pg_result *result = NULL;
    const char *values[] = { "7", NULL, "Żółw" };

    assert_true(
        direct_query(direct, "select $1::int * 6, $2::text, $3::text", 3, values, &result, &error));

    assert_int_equal(result_row_count(result), 1);
    assert_int_equal(result_column_count(result), 3);
    assert_string_equal(result_text(result, 0, 0, arena), "42");
    assert_null(result_text(result, 0, 1, arena));
    assert_string_equal(result_text(result, 0, 2, arena), "Żółw");
    result_free(result);
}

static void
affected_rows_are_counted(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    struct pg_result *result = NULL;
    assert_true(direct_run(direct,
        "create table thing (id int primary key, owner int); "
        "insert into thing select n, n % 2 from generate_series(1, 10) n",
        &error));

    assert_true(
        direct_query(direct, "delete from thing where owner = 1", 0, NULL, &result, &error));

    assert_int_equal(result_affected(result), 5);
    result_free(result);
}

static const struct {
    const char *sql;
    enum tn_error_code code;
    const char *sqlstate;
    const char *constraint;
} failures[] = {
    { "insert into part values (1, 1)", TN_CONFLICT, "23505", "part_pkey" },
    { "insert into part values (2, -1)", TN_CONSTRAINT, "23514", "size_is_positive" },
    { "insert into part values (2, null)", TN_CONSTRAINT, "23502", "" },
    { "set statement_timeout = 10; select pg_sleep(5)", TN_TIMEOUT, "57014", "" },
    { "select * from nowhere", TN_DATABASE, "42P01", "" },
    { "select 1 / 0", TN_DATABASE, "22012", "" },
    { "select pg_terminate_backend(pg_backend_pid())", TN_UNAVAILABLE, "57P01", "" },
};

static void
a_failure_has_the_code_of_its_sqlstate(void **state)
{
    (void)state;
    struct tn_error none = { 0 };
    assert_true(direct_run(direct,
        "create table part (id int primary key, "
        "size int not null constraint size_is_positive check (size > 0)); "
        "insert into part values (1, 1)",
        &none));

    for (size_t i = 0; i < COUNT_OF(failures); i++) {
        struct tn_error error = { 0 };
        assert_false(direct_run(direct, failures[i].sql, &error));
        assert_int_equal(error.code, failures[i].code);
        if (error.code != TN_UNAVAILABLE)
            assert_string_equal(error.sqlstate, failures[i].sqlstate);
        assert_string_equal(error.constraint, failures[i].constraint);
        assert_true(strlen(error.detail) > 0);
    }
}

static void
a_statement_is_described_without_running(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    struct direct_description description;
    int position = -1;
    assert_true(direct_run(direct, "create table item (id bigint, name varchar(20))", &error));

    assert_true(
        direct_describe(direct, "insert into item values ($1, $2) returning name, id + 1 as after",
            arena, &description, &position, &error));

    assert_int_equal(description.parameter_count, 2);
    assert_int_equal(description.parameter_types[0], 20);
    assert_int_equal(description.parameter_types[1], 1043);
    assert_int_equal(description.column_count, 2);
    assert_string_equal(description.columns[0].name, "name");
    assert_int_equal(description.columns[0].modifier, 24);
    assert_int_equal(description.columns[0].table_column, 2);
    assert_string_equal(description.columns[1].name, "after");
    assert_int_equal(description.columns[1].type, 20);
    assert_int_equal(description.columns[1].table, 0);
    assert_string_equal(fixture_ask("select count(*) from item"), "0");
}

static void
a_statement_that_does_not_parse_says_where(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    struct direct_description description;
    int position = 0;

    assert_false(direct_describe(
        direct, "select 'Żółw', wrong from pg_class", arena, &description, &position, &error));

    assert_int_equal(position, 16);
    assert_string_equal(error.sqlstate, "42703");
}

static void
quotes_are_quoted(void **state)
{
    (void)state;

    assert_string_equal(direct_identifier(direct, "a\"b", arena), "\"a\"\"b\"");
    assert_string_equal(direct_literal(direct, "it's", arena), "'it''s'");
}

static void
a_url_that_is_none_is_a_wrong_setting_and_is_not_repeated(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    struct direct *none = NULL;

    assert_false(direct_open("postgres:/secret", &none, &error));

    assert_int_equal(error.code, TN_CONFIGURATION);
    assert_null(strstr(error.detail, "secret"));
}

static void
a_database_that_is_not_there_is_unavailable(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    struct direct *none = NULL;

    assert_false(direct_open("postgresql:///x?host=/nonexistent", &none, &error));

    assert_int_equal(error.code, TN_UNAVAILABLE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_go_and_come_as_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(affected_rows_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failure_has_the_code_of_its_sqlstate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_statement_is_described_without_running, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_statement_that_does_not_parse_says_where, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quotes_are_quoted, set_up, tear_down),
        cmocka_unit_test(a_url_that_is_none_is_a_wrong_setting_and_is_not_repeated),
        cmocka_unit_test(a_database_that_is_not_there_is_unavailable),
    };
    return cmocka_run_group_tests_name("database/direct", tests, fixture_start, fixture_stop);
}
