#include "generator/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *arena;

/* The queries of a file that holds `text`. */
static bool
read_text(const char *text, struct query_list *list, struct tn_error *error)
{
    char path[] = "/tmp/tenantry-queries-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    const bool read = source_read(path, arena, list, error);
    unlink(path);
    return read;
}

static void
parameters_are_numbered_and_only_they(void **state)
{
    (void)state;
    struct query_list list = { 0 };
    struct tn_error error = { 0 };
    assert_true(
        read_text("-- what this file is about\n\n"
                  "-- name: first :many\n-- doc: One.\n-- doc: Two.\n"
                  "SELECT :a, ':no', $$:no$$, x::text, /* :no */ :b?, custom ? :a -- :no\n;\n"
                  "-- name: second :exec\n-- scope: cross-org\nSELECT :a;\n",
            &list, &error));

    assert_int_equal(list.count, 2);
    assert_string_equal(
        list.queries[0].text, "SELECT $2, ':no', $$:no$$, x::text, /* :no */ $3, custom ? $2");
    assert_string_equal(list.queries[0].doc, "One.\nTwo.");
    assert_int_equal(list.queries[0].parameter_count, 2);
    assert_false(list.queries[0].parameters[0].is_nullable);
    assert_true(list.queries[0].parameters[1].is_nullable);
    assert_string_equal(list.queries[1].text, "SELECT $1");
}

static void
a_position_leads_back_to_the_file(void **state)
{
    (void)state;
    struct query_list list = { 0 };
    struct tn_error error = { 0 };
    int line;
    int column;
    assert_true(
        read_text("-- name: first :many\nSELECT 'Żółw', :long_name,\n  wrong;\n", &list, &error));

    const char *wrong = strstr(list.queries[0].text, "wrong");
    source_location(&list.queries[0], list.queries[0].whole, (int)(wrong - list.queries[0].text),
        &line, &column);
    assert_int_equal(line, 3);
    assert_int_equal(column, 3);
    const char *parameter = strstr(list.queries[0].text, "$2");
    source_location(&list.queries[0], list.queries[0].whole,
        (int)(parameter - list.queries[0].text), &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 16);
}

static void
a_wrong_header_is_refused_where_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *reason;
        int line;
    } cases[] = {
        { "-- name: a :some\nSELECT 1;\n", "annotation", 1 },
        { "-- name: Upper :one\nSELECT 1;\n", "annotation", 1 },
        { "-- name: a :one\n-- colour: red\nSELECT 1;\n", "annotation", 2 },
        { "-- name: a :one\n-- no key\nSELECT 1;\n", "annotation", 2 },
        { "-- name: a :one\n-- scope: everything\nSELECT 1;\n", "annotation", 2 },
        { "-- name: a :one\n-- sort: id\nSELECT 1;\n", "annotation", 2 },
        { "-- name: a :one\n-- optional: A\nSELECT 1;\n", "annotation", 2 },
        { "-- name: a :one\nSELECT 1\n/*?x AND :x ?*/;\n", "annotation", 3 },
        { "-- name: a :one\n\nSELECT $1;\n", "positional-parameter", 3 },
        { "-- name: a :one\nSELECT :x?|| 'a';\n", "annotation", 2 },
        { "-- name: a :one\nSELECT 'open;\n", "syntax", 2 },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct query_list list = { 0 };
        struct tn_error error = { 0 };
        int line;
        int column;
        assert_true(read_text(cases[i].text, &list, &error));
        assert_non_null(list.queries[0].rejection.reason);
        assert_string_equal(list.queries[0].rejection.reason, cases[i].reason);
        source_location(&list.queries[0], list.queries[0].whole, list.queries[0].rejection.position,
            &line, &column);
        assert_int_equal(line, cases[i].line);
    }
}

static void
text_outside_of_a_query_is_an_error(void **state)
{
    (void)state;
    struct query_list list = { 0 };
    struct tn_error error = { 0 };

    assert_false(read_text("SELECT 1;\n-- name: a :one\nSELECT 1;\n", &list, &error));
    assert_non_null(strstr(error.detail, ":1:1: a query begins with"));
}

int
main(void)
{
    arena = arena_new((size_t)1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_numbered_and_only_they),
        cmocka_unit_test(a_position_leads_back_to_the_file),
        cmocka_unit_test(a_wrong_header_is_refused_where_it_stands),
        cmocka_unit_test(text_outside_of_a_query_is_an_error),
    };
    const int failed = cmocka_run_group_tests_name("generator/source", tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
