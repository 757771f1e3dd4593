#include "http/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static int
setup(void **state)
{
    (void)state;
    arena = arena_new(4096);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void
escapes_are_decoded_and_broken_ones_refused(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        bool plus;
        const char *expected; /* NULL: refused */
    } cases[] = {
        { "", false, "" },
        { "plain", false, "plain" },
        { "a+b", false, "a+b" },
        { "a+b", true, "a b" },
        { "%41%6a%6A", false, "Ajj" },
        { "M%C3%BCller", false, "Müller" },
        { "%2B+", true, "+ " },
        { "%", false, NULL },
        { "%4", false, NULL },
        { "%4g", false, NULL },
        { "%%41", false, NULL },
        { "a%00b", false, NULL },
        { "%FF", false, NULL },
        { "%C3", false, NULL },
        { "%ED%A0%80", false, NULL },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *decoded =
            percent_decode(cases[i].input, strlen(cases[i].input), cases[i].plus, arena);

        if (cases[i].expected)
            assert_string_equal(decoded, cases[i].expected);
        else
            assert_null(decoded);
    }
}

static void
a_raw_nul_is_refused(void **state)
{
    (void)state;

    assert_null(percent_decode("a\0b", 3, false, arena));
}

static void
encoding_leaves_what_javascript_leaves(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, arena, 0);

    percent_encode(&out, "aZ09-_.!~*'()", 13);
    percent_encode(&out, " /+=%\0ü", 8);

    assert_string_equal(out.data, "aZ09-_.!~*'()%20%2F%2B%3D%25%00%C3%BC");
}

static void
fields_keep_their_order_and_their_doubles(void **state)
{
    (void)state;
    static const char body[] = "name=M%C3%BCller+%26+Co&&tag=a&tag=b&empty=&bare&=nameless&a=b=c";
    struct http_pairs pairs;
    struct tn_error error = { 0 };

    assert_true(form_parse(body, strlen(body), 20, arena, &pairs, &error));

    assert_int_equal(pairs.count, 7);
    assert_string_equal(pairs_find(&pairs, "name"), "Müller & Co");
    assert_int_equal(pairs_count(&pairs, "tag"), 2);
    assert_string_equal(pairs_find(&pairs, "tag"), "a");
    assert_string_equal(pairs_at(&pairs, "tag", 1), "b");
    assert_null(pairs_at(&pairs, "tag", 2));
    assert_string_equal(pairs_find(&pairs, "empty"), "");
    assert_string_equal(pairs_find(&pairs, "bare"), "");
    assert_string_equal(pairs_find(&pairs, ""), "nameless");
    assert_string_equal(pairs_find(&pairs, "a"), "b=c");
    assert_null(pairs_find(&pairs, "Name"));
}

static void
nothing_is_a_form_without_fields(void **state)
{
    (void)state;
    struct http_pairs pairs;
    struct tn_error error = { 0 };

    assert_true(form_parse("", 0, 20, arena, &pairs, &error));

    assert_int_equal(pairs.count, 0);
}

static void
a_form_that_does_not_decode_or_is_too_long_is_refused(void **state)
{
    (void)state;
    static const char *const bodies[] = { "a=%zz", "%00=a", "a=1&b=%FF", "a&b&c&d", "&&&&" };

    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct http_pairs pairs;
        struct tn_error error = { 0 };

        assert_false(form_parse(bodies[i], strlen(bodies[i]), 3, arena, &pairs, &error));
        assert_int_equal(error.code, TN_BAD_REQUEST);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_are_decoded_and_broken_ones_refused),
        cmocka_unit_test(a_raw_nul_is_refused),
        cmocka_unit_test(encoding_leaves_what_javascript_leaves),
        cmocka_unit_test(fields_keep_their_order_and_their_doubles),
        cmocka_unit_test(nothing_is_a_form_without_fields),
        cmocka_unit_test(a_form_that_does_not_decode_or_is_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("http/form", tests, setup, teardown);
}
