#include "json/writer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
commas_stand_where_they_belong(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    struct buffer out;
    struct json_writer json;
    buffer_init(&out, arena, 64);
    json_writer_init(&json, &out);

    json_object_begin(&json);
    json_key(&json, "a");
    json_array_begin(&json);
    json_array_end(&json);
    json_key(&json, "b");
    json_array_begin(&json);
    json_put_integer(&json, -7);
    json_object_begin(&json);
    json_object_end(&json);
    json_put_text(&json, NULL);
    json_put_boolean(&json, false);
    json_array_end(&json);
    json_key(&json, "c");
    json_put_time(&json, INT64_C(1795376622756999));
    json_object_end(&json);

    assert_string_equal(
        out.data, "{\"a\":[],\"b\":[-7,{},null,false],\"c\":\"2026-11-22T19:43:42.756Z\"}");
    arena_free(arena);
}

static void
strings_are_escaped_as_javascript_does(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    static const struct {
        const char *text;
        size_t bytes;
        const char *expected;
    } cases[] = {
        { "", 0, "\"\"" },
        { "a\"\\/b", 5, "\"a\\\"\\\\/b\"" },
        { "\b\t\n\f\r", 5, "\"\\b\\t\\n\\f\\r\"" },
        { "\0\x01\x0b\x1f", 4, "\"\\u0000\\u0001\\u000b\\u001f\"" },
        { "\x7f Zo\xC3\xAB \xE2\x80\xA8", 10, "\"\x7f Zo\xC3\xAB \xE2\x80\xA8\"" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buffer out;
        buffer_init(&out, arena, 16);
        json_quote(&out, cases[i].text, cases[i].bytes);
        assert_string_equal(out.data, cases[i].expected);
    }
    arena_free(arena);
}

static void
numbers_are_written_as_javascript_does(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    static const struct {
        double number;
        const char *expected;
    } cases[] = {
        { 0, "0" },
        { -0.0, "0" },
        { 1, "1" },
        { -12.5, "-12.5" },
        { 0.1, "0.1" },
        { 100, "100" },
        { 123456789012345680000.0, "123456789012345680000" },
        { 1e21, "1e+21" },
        { 1.5e300, "1.5e+300" },
        { 0.000001, "0.000001" },
        { 0.0000001, "1e-7" },
        { 1.25e-9, "1.25e-9" },
        { 5e-324, "5e-324" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { 9007199254740993.0, "9007199254740992" },
        { INFINITY, "null" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buffer out;
        struct json_writer json;
        buffer_init(&out, arena, 16);
        json_writer_init(&json, &out);
        json_put_number(&json, cases[i].number);
        assert_string_equal(out.data, cases[i].expected);
    }
    arena_free(arena);
}

static void
what_was_read_is_written_again(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    static const char text[] = "{ \"tier\" : \"gold\", \"a\":[1.0,\"two\", null,{\"b\":true}] }";
    const struct json_value *value;
    struct tn_error error = { 0 };
    struct buffer out;
    struct json_writer json;
    buffer_init(&out, arena, 16);
    json_writer_init(&json, &out);

    assert_true(json_read(text, strlen(text), arena, &value, &error));
    json_put_value(&json, value);

    assert_string_equal(out.data, "{\"tier\":\"gold\",\"a\":[1,\"two\",null,{\"b\":true}]}");
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_stand_where_they_belong),
        cmocka_unit_test(strings_are_escaped_as_javascript_does),
        cmocka_unit_test(numbers_are_written_as_javascript_does),
        cmocka_unit_test(what_was_read_is_written_again),
    };
    return cmocka_run_group_tests_name("json/writer", tests, NULL, NULL);
}
