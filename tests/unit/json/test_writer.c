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

/* The bytes are looked at by eights: each byte alone, in a text of each length, at each place. */
static void
what_is_quoted_is_found_at_every_place(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    for (size_t bytes = 1; bytes <= 20; bytes++) {
        for (size_t place = 0; place < bytes; place++) {
            for (int character = 0; character < 256; character++) {
                char text[20];
                struct buffer out;
                const bool is_escaped = character < 0x20 || character == '"' || character == '\\';
                memset(text, '!', sizeof text);
                text[place] = (char)character;
                buffer_init(&out, arena, 64);

                json_quote(&out, text, bytes);

                assert_true((out.length == bytes + 2) == !is_escaped);
                assert_true((out.data[1 + place] == '\\') == is_escaped);
                arena_reset(arena);
            }
        }
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

/* Texts that are mostly JSON, broken at random places: most are refused, and what is read must come
 * out as JSON that reads the same. Memory errors show in the sanitizers' run. */
static void
damaged_text_is_refused_or_survives_a_round_trip(void **state)
{
    (void)state;
    static const char *const seeds[] = {
        "{\"a\":[1,2.5e10,\"x\\u00e9\\n\",null,true,{\"b\":[]}],\"a\":2}",
        "[[[[]]],-0.0001e-5,1E400]",
        "\"\\ud83d\\ude00 \\u0000 \\\\ \\/\"",
    };
    static const char damage[] = "{}[]\",:\\u0d8e+-";
    uint32_t random = 7;
    size_t read_count = 0;

    for (int round = 0; round < 30000; round++) {
        struct arena *arena = arena_new(1024);
        const char *seed = seeds[round % COUNT_OF(seeds)];
        char *text = arena_strdup(arena, seed);
        for (int i = 0; i < 2; i++) {
            random = random * 1664525 + 1013904223;
            text[(random >> 8) % strlen(seed)] = damage[(random >> 20) % (sizeof(damage) - 1)];
        }
        const struct json_value *value;
        struct tn_error error = { 0 };
        if (json_read(text, strlen(seed), arena, &value, &error)) {
            struct buffer first, second;
            struct json_writer json;
            buffer_init(&first, arena, 16);
            json_writer_init(&json, &first);
            json_put_value(&json, value);
            assert_true(json_read(first.data, first.length, arena, &value, &error));
            buffer_init(&second, arena, 16);
            json_writer_init(&json, &second);
            json_put_value(&json, value);
            assert_string_equal(first.data, second.data);
            read_count++;
        }
        arena_free(arena);
    }
    assert_in_range(read_count, 300, 29000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_stand_where_they_belong),
        cmocka_unit_test(strings_are_escaped_as_javascript_does),
        cmocka_unit_test(what_is_quoted_is_found_at_every_place),
        cmocka_unit_test(numbers_are_written_as_javascript_does),
        cmocka_unit_test(what_was_read_is_written_again),
        cmocka_unit_test(damaged_text_is_refused_or_survives_a_round_trip),
    };
    return cmocka_run_group_tests_name("json/writer", tests, NULL, NULL);
}
