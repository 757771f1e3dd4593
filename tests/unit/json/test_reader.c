#include "json/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct json_value *
read_or_null(const char *text, size_t bytes, struct arena *arena)
{
    const struct json_value *value = NULL;
    struct tn_error error = { 0 };
    if (!json_read(text, bytes, arena, &value, &error))
        assert_int_equal(error.code, TN_BAD_REQUEST);
    return value;
}

static void
missing_null_and_wrong_type_are_told_apart(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    static const char text[] = "{\"n\":null,\"b\":true,\"d\":5,\"s\":\"x\",\"a\":[1],\"o\":{}}";
    static const struct {
        const char *name;
        const char *word;
    } cases[] = {
        { "n", "null" },
        { "b", "boolean" },
        { "d", "number" },
        { "s", "string" },
        { "a", "array" },
        { "o", "object" },
        { "z", "undefined" },
    };

    const struct json_value *root = read_or_null(text, strlen(text), arena);

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(json_kind_word(json_member(root, cases[i].name)->kind), cases[i].word);
    assert_int_equal(json_member(json_member(root, "s"), "x")->kind, JSON_KIND_UNDEFINED);
    arena_free(arena);
}

static void
the_last_of_a_repeated_key_wins(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);

    const struct json_value *root = read_or_null("{\"a\":1,\"b\":2,\"a\":3}", 19, arena);

    assert_int_equal(root->count, 2);
    assert_true(json_member(root, "a")->number > 2.5);
    arena_free(arena);
}

static void
what_is_not_json_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    static const char *const cases[] = { "", "{", "{\"a\":}", "[1,]", "{} x", "nul", "'a'", "\"a",
        "\"\\ud800\"", "\"\xC3\"", "{a:1}", "\"a\nb\"", "01", "+1", "\xEF\xBB\xBF{}" };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_null(read_or_null(cases[i], strlen(cases[i]), arena));
    arena_free(arena);
}

static void
depth_is_limited_and_brackets_in_strings_do_not_count(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    char text[3 * JSON_DEPTH_MAX + 16] = { 0 };

    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    assert_non_null(read_or_null(text, 2 * JSON_DEPTH_MAX, arena));

    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    assert_null(read_or_null(text, 2 * JSON_DEPTH_MAX + 2, arena));

    memset(text, '[', sizeof(text));
    memcpy(text, "\"\\\"", 3);
    text[sizeof(text) - 1] = '"';
    assert_non_null(read_or_null(text, sizeof(text), arena));
    arena_free(arena);
}

static void
a_nul_in_a_string_is_seen(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);

    const struct json_value *value = read_or_null("\"a\\u0000b\"", 10, arena);

    assert_int_equal(value->text_bytes, 3);
    assert_false(json_is_plain_text(value));
    assert_true(json_is_plain_text(json_of_text("ab", arena)));
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_null_and_wrong_type_are_told_apart),
        cmocka_unit_test(the_last_of_a_repeated_key_wins),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(depth_is_limited_and_brackets_in_strings_do_not_count),
        cmocka_unit_test(a_nul_in_a_string_is_seen),
    };
    return cmocka_run_group_tests_name("json/reader", tests, NULL, NULL);
}
