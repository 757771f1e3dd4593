#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "html/escape.h"

#include <cmocka.h>

static int
make_arena(void **state)
{
    *state = arena_new(4096);
    return 0;
}

static int
free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static const char *
written(
    struct arena *arena, void (*append)(struct buffer *, const char *, size_t), const char *text)
{
    struct buffer out;
    buffer_init(&out, arena, 0);
    append(&out, text, strlen(text));
    return out.data;
}

static void
text_cannot_open_a_tag_or_reference(void **state)
{
    assert_string_equal(written(*state, html_text, "<script>alert(1)</script>"),
        "&lt;script&gt;alert(1)&lt;/script&gt;");
    assert_string_equal(written(*state, html_text, "&lt;"), "&amp;lt;");
}

static void
attribute_cannot_be_left_by_either_quote(void **state)
{
    assert_string_equal(
        written(*state, html_attribute, "\" onclick='x'"), "&quot; onclick=&#39;x&#39;");
}

static void
url_part_cannot_change_the_address_around_it(void **state)
{
    assert_string_equal(written(*state, html_url, "a/b?c=d&e#f"), "a%2Fb%3Fc%3Dd%26e%23f");
    assert_string_equal(written(*state, html_url, "javascript:\"<'"), "javascript%3A%22%3C%27");
    assert_string_equal(written(*state, html_url, "Zürich -._~"), "Z%C3%BCrich%20-._~");
}

static void
path_part_of_dots_is_no_step_up(void **state)
{
    assert_string_equal(written(*state, html_url_path, ".."), "");
    assert_string_equal(written(*state, html_url_path, "."), "");
    assert_string_equal(written(*state, html_url_path, "..a"), "..a");
    assert_string_equal(written(*state, html_url, ".."), "..");
}

static void
harmless_text_stays_as_it_is(void **state)
{
    assert_string_equal(written(*state, html_text, "Müller & Söhne"), "Müller &amp; Söhne");
    assert_string_equal(written(*state, html_text, ""), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_cannot_open_a_tag_or_reference),
        cmocka_unit_test(attribute_cannot_be_left_by_either_quote),
        cmocka_unit_test(url_part_cannot_change_the_address_around_it),
        cmocka_unit_test(path_part_of_dots_is_no_step_up),
        cmocka_unit_test(harmless_text_stays_as_it_is),
    };
    return cmocka_run_group_tests_name("html/escape", tests, make_arena, free_arena);
}
