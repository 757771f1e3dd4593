#include "http/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "http/form.h"

#include <cmocka.h>

static struct arena *arena;
static struct router *router;

static int
setup(void **state)
{
    (void)state;
    arena = arena_new(4096);
    router = router_new(arena);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* A route is its own pattern here. */
static void
add(enum http_method method, const char *pattern)
{
    struct tn_error error = { 0 };
    assert_true(router_add(router, method, pattern, pattern, &error));
}

static void
paths_find_their_routes(void **state)
{
    (void)state;
    add(HTTP_GET, "/");
    add(HTTP_GET, "/invoices");
    add(HTTP_GET, "/invoices/new");
    add(HTTP_GET, "/invoices/:id");
    add(HTTP_GET, "/invoices/:id/lines/:line");
    add(HTTP_GET, "/:any/new/print");
    static const struct {
        const char *path;
        const char *expected;
    } cases[] = {
        { "/", "/" },
        { "/invoices", "/invoices" },
        { "/invoice%73", "/invoices" },
        { "/invoices/new", "/invoices/new" },
        { "/invoices/17", "/invoices/:id" },
        { "/invoices/a%2Fb", "/invoices/:id" },
        { "/invoices/new/lines/2", "/invoices/:id/lines/:line" },
        { "/invoices/new/print", "/:any/new/print" },
        { "/Invoices", NULL },
        { "/invoices/", NULL },
        { "//invoices", NULL },
        { "/invoices//lines/2", NULL },
        { "/invoices/17/lines", NULL },
        { "/invoices/%zz", NULL },
        { "/invoices/%FF", NULL },
        { "/invoices/%00", NULL },
        { "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r", NULL },
        { "invoices", NULL },
        { "", NULL },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct router_match match = router_find(router, HTTP_GET, cases[i].path, arena);

        if (cases[i].expected)
            assert_string_equal(match.route, cases[i].expected);
        else
            assert_null(match.route);
        assert_int_equal(match.path_exists, cases[i].expected != NULL);
    }
}

static void
names_stand_for_decoded_segments(void **state)
{
    (void)state;
    add(HTTP_GET, "/invoices/:id/lines/:line");
    add(HTTP_POST, "/invoices/:invoice/paid");

    const struct router_match lines =
        router_find(router, HTTP_GET, "/invoices/a%2Fb/lines/M%C3%BC", arena);
    const struct router_match paid = router_find(router, HTTP_POST, "/invoices/9/paid", arena);

    assert_string_equal(pairs_find(&lines.segments, "id"), "a/b");
    assert_string_equal(pairs_find(&lines.segments, "line"), "Mü");
    assert_string_equal(pairs_find(&paid.segments, "invoice"), "9");
}

static void
another_method_is_told_what_is_allowed(void **state)
{
    (void)state;
    add(HTTP_GET, "/both");
    add(HTTP_POST, "/both");
    add(HTTP_GET, "/read");
    add(HTTP_POST, "/write");

    const struct router_match head = router_find(router, HTTP_HEAD, "/read", arena);
    const struct router_match post = router_find(router, HTTP_POST, "/read", arena);
    const struct router_match get = router_find(router, HTTP_GET, "/write", arena);
    const struct router_match other = router_find(router, HTTP_OTHER, "/both", arena);

    assert_string_equal(head.route, "/read");
    assert_null(post.route);
    assert_true(post.path_exists);
    assert_string_equal(post.allow, "GET, HEAD");
    assert_null(get.route);
    assert_string_equal(get.allow, "POST");
    assert_null(other.route);
    assert_string_equal(other.allow, "GET, HEAD, POST");
}

static void
routes_that_cannot_be_told_apart_or_reached_are_refused(void **state)
{
    (void)state;
    add(HTTP_GET, "/invoices/:id");
    static const char *const patterns[] = { "/invoices/:number", "invoices", "/a/:", "/a/:x/b/:x",
        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q" };

    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        struct tn_error error = { 0 };
        assert_false(router_add(router, HTTP_GET, patterns[i], "", &error));
        assert_int_equal(error.code, TN_CONFIGURATION);
    }
    struct tn_error error = { 0 };
    assert_false(router_add(router, HTTP_HEAD, "/head", "", &error));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(paths_find_their_routes, setup, teardown),
        cmocka_unit_test_setup_teardown(names_stand_for_decoded_segments, setup, teardown),
        cmocka_unit_test_setup_teardown(another_method_is_told_what_is_allowed, setup, teardown),
        cmocka_unit_test_setup_teardown(
            routes_that_cannot_be_told_apart_or_reached_are_refused, setup, teardown),
    };
    return cmocka_run_group_tests_name("http/router", tests, NULL, NULL);
}
