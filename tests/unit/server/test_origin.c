#include "server/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct settings settings = {
    .trusted_origins =
        "http://app.trusted.example:3000, https://*.wild.example,*.any-scheme.example",
};
static const struct server server = {
    .settings = &settings,
    .base_url = "http://localhost:3900",
};

static void
trusted_origins_are_let_in_and_near_misses_are_not(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    static const struct {
        const char *url;
        bool expected;
    } cases[] = {
        { "http://localhost:3900", true },
        { "http://localhost:3900/settings?tab=1", true },
        { "HTTP://LOCALHOST:3900", true },
        { "http://app.trusted.example:3000/in", true },
        { "https://a.wild.example", true },
        { "https://a.b.wild.example", true },
        { "ftp://x.any-scheme.example", true },
        { "http://localhost:39001", false },
        { "http://localhost", false },
        { "https://localhost:3900", false },
        { "http://app.trusted.example", false },
        { "https://app.trusted.example:3000", false },
        { "http://app.trusted.example:3000.evil.example", false },
        { "http://a.wild.example", false },
        { "https://wild.example", false },
        { "https://wild.example.evil.example", false },
        { "https://evil.example/.wild.example", false },
        { "https://evil.example?.wild.example", false },
        { "https://evil.example#.wild.example", false },
        { "https://evil.example\\.wild.example", false },
        { "https://evil.example\t.wild.example", false },
        { "http://localhost:3900@evil.example", false },
        { "http://app.trusted.example:3000\\@evil.example", false },
        { "javascript:alert(1)", false },
        { "javascript://localhost:3900", false },
        { "null", false },
        { "", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(origin_trusts_url(&server, cases[i].url, arena), cases[i].expected);
    arena_free(arena);
}

static void
whoever_anybody_is_may_ask_and_not_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    static const struct {
        const char *trusted;
        const char *url;
        bool may_read;
    } cases[] = {
        { "https://*.wild.example", "https://a.wild.example", true },
        { "*.wild.example", "https://a.wild.example", true },
        { "https://app.example", "https://app.example", true },
        { "*", "https://evil.example", false },
        { "https://*", "https://evil.example", false },
        { "http*://*", "https://evil.example", false },
        { "*.*", "https://evil.example", false },
        { "*,https://app.example", "https://app.example", true },
        { "https://app.example", "https://evil.example", false },
        { "*.wild.example", "http://localhost:3900", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct settings one = { .trusted_origins = cases[i].trusted };
        const struct server trusting = { .settings = &one, .base_url = "http://localhost:3900" };
        assert_int_equal(origin_may_read(&trusting, cases[i].url, arena), cases[i].may_read);
    }
    arena_free(arena);
}

static void
only_paths_of_this_site_are_own_paths(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool expected;
    } cases[] = {
        { "/", true },
        { "/o/acme/invoices?status=open#top", true },
        { "/x?next=%2Fy", true },
        { "", false },
        { "home", false },
        { "//evil.example", false },
        { "/\\evil.example", false },
        { "/%2fevil.example", false },
        { "/%5Cevil.example", false },
        { "/\tevil", false },
        { "https://evil.example", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(origin_is_own_path(cases[i].path), cases[i].expected);
}

static enum origin_answer
asked_with(struct http_pair *headers, size_t count)
{
    struct arena *arena = arena_new(1024);
    const struct http_request request = {
        .arena = arena,
        .headers = { .items = headers, .count = count },
    };
    const enum origin_answer answer = origin_of_request(&server, &request);
    arena_free(arena);
    return answer;
}

static void
the_referer_stands_in_for_a_missing_origin(void **state)
{
    (void)state;
    struct http_pair own[] = { { "Referer", "http://localhost:3900/a" } };
    struct http_pair foreign[] = { { "referer", "https://evil.example/a" } };
    struct http_pair both[] = { { "Origin", "https://evil.example" }, own[0] };

    assert_int_equal(asked_with(own, 1), ORIGIN_TRUSTED);
    assert_int_equal(asked_with(foreign, 1), ORIGIN_FOREIGN);
    assert_int_equal(asked_with(both, 2), ORIGIN_FOREIGN);
    assert_int_equal(asked_with(NULL, 0), ORIGIN_MISSING);
}

static void
a_null_origin_is_missing_unless_the_browser_says_same_origin(void **state)
{
    (void)state;
    struct http_pair null_origin[] = { { "Origin", "null" }, { "Sec-Fetch-Site", "same-origin" } };
    struct http_pair cross_site[] = { { "Origin", "null" }, { "Sec-Fetch-Site", "cross-site" } };

    assert_int_equal(asked_with(null_origin, 1), ORIGIN_MISSING);
    assert_int_equal(asked_with(null_origin, 2), ORIGIN_TRUSTED);
    assert_int_equal(asked_with(cross_site, 2), ORIGIN_MISSING);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trusted_origins_are_let_in_and_near_misses_are_not),
        cmocka_unit_test(whoever_anybody_is_may_ask_and_not_read),
        cmocka_unit_test(only_paths_of_this_site_are_own_paths),
        cmocka_unit_test(the_referer_stands_in_for_a_missing_origin),
        cmocka_unit_test(a_null_origin_is_missing_unless_the_browser_says_same_origin),
    };
    return cmocka_run_group_tests_name("server/origin", tests, NULL, NULL);
}
