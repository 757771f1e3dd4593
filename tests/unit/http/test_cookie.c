#include "http/cookie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "http/form.h"

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

static struct http_pairs
cookies_of(const char *line)
{
    struct http_pair header = { .name = "cookie", .value = line };
    const struct http_request request = { .arena = arena,
        .headers = { .items = &header, .count = 1 } };
    return cookie_parse(&request, "");
}

static void
values_are_read_as_better_auth_reads_them(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *expected; /* of the cookie "s"; NULL: there is none */
    } cases[] = {
        { "s=abc", "abc" },
        { "a=1; s=abc; b=2", "abc" },
        { "a=1;s=abc;b=2", "abc" },
        { "\t s =  abc \t; b=2", "abc" },
        { "s=a%2Bb%3D", "a+b=" },
        { "s=a+b/c=", "a+b/c=" },
        { "s=100%", "100%" },
        { "s=%FF%41", "%FF%41" },
        { "s=%00", "%00" },
        { "s=\"abc\"", "abc" },
        { "s=\"abcd", "abc" },
        { "s=\"", "" },
        { "s=", "" },
        { "s=first; s=second", "first" },
        { "s", NULL },
        { "S=abc", NULL },
        { "", NULL },
        { ";;; ;", NULL },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct http_pairs cookies = cookies_of(cases[i].line);
        const char *value = pairs_find(&cookies, "s");

        if (cases[i].expected)
            assert_string_equal(value, cases[i].expected);
        else
            assert_null(value);
    }
}

static void
a_doubled_cookie_can_be_seen_also_over_two_headers(void **state)
{
    (void)state;
    struct http_pair headers[] = {
        { .name = "Cookie", .value = "a=1; s=first" },
        { .name = "Accept", .value = "s=none" },
        { .name = "cookie", .value = "s=second" },
    };
    const struct http_request request = { .arena = arena,
        .headers = { .items = headers, .count = COUNT_OF(headers) } };

    const struct http_pairs cookies = cookie_parse(&request, "");

    assert_int_equal(cookies.count, 3);
    assert_int_equal(pairs_count(&cookies, "s"), 2);
}

static void
only_names_with_the_prefix_are_read(void **state)
{
    (void)state;
    struct http_pair headers[] = { { .name = "Cookie", .value = "a.b=1; a=2; a.b.0=3; b.a.b=4" } };
    const struct http_request request = { .arena = arena,
        .headers = { .items = headers, .count = COUNT_OF(headers) } };

    const struct http_pairs cookies = cookie_parse(&request, "a.b");

    assert_int_equal(cookies.count, 2);
    assert_string_equal(pairs_find(&cookies, "a.b"), "1");
    assert_string_equal(pairs_find(&cookies, "a.b.0"), "3");
}

static void
the_line_has_its_attributes_in_the_order_of_the_wire(void **state)
{
    (void)state;
    struct http_response response;
    http_response_init(&response, arena);

    cookie_set(&response, &(struct cookie){ .name = "s", .value = "a%2B", .max_age_s = 604800 });
    cookie_set(&response, &(struct cookie){ .name = "s", .value = "", .max_age_s = 0 });
    cookie_set(&response, &(struct cookie){ .name = "d", .value = "true", .max_age_s = -1 });
    cookie_set(&response, &(struct cookie){ .name = "__Secure-s",
                              .value = "x",
                              .max_age_s = 300,
                              .path = "/o/acme",
                              .domain = "example.com",
                              .secure = true });

    static const char *const expected[] = {
        "s=a%2B; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax",
        "s=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
        "d=true; Path=/; HttpOnly; SameSite=Lax",
        ("__Secure-s=x; Max-Age=300; Domain=example.com; Path=/o/acme; HttpOnly; Secure; "
         "SameSite=Lax"),
    };
    assert_int_equal(response.headers.count, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_string_equal(response.headers.items[i].name, "Set-Cookie");
        assert_string_equal(response.headers.items[i].value, expected[i]);
    }
}

static void
a_header_that_is_set_replaces_the_earlier_ones(void **state)
{
    (void)state;
    struct http_response response;
    http_response_init(&response, arena);
    for (int i = 0; i < 20; i++)
        http_response_header(&response, i % 2 ? "vary" : "X-Other", "Cookie");

    http_response_header_set(&response, "Vary", "Accept");

    assert_int_equal(response.headers.count, 11);
    assert_string_equal(response.headers.items[10].name, "Vary");
    assert_string_equal(response.headers.items[10].value, "Accept");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_as_better_auth_reads_them),
        cmocka_unit_test(only_names_with_the_prefix_are_read),
        cmocka_unit_test(a_doubled_cookie_can_be_seen_also_over_two_headers),
        cmocka_unit_test(the_line_has_its_attributes_in_the_order_of_the_wire),
        cmocka_unit_test(a_header_that_is_set_replaces_the_earlier_ones),
    };
    return cmocka_run_group_tests_name("http/cookie", tests, setup, teardown);
}
