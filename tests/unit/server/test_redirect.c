/* Where a handler sends to, whatever slug and path hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "server/request.h"

#include <cmocka.h>

static void
assert_redirect(const char *slug, const char *path, const char *expected)
{
    struct arena *arena = arena_new(4096);
    struct http_request http = { .arena = arena };
    struct http_response response;
    http_response_init(&response, arena);
    struct tn_request request = {
        .http = &http,
        .response = &response,
        .organization = { .slug = { slug, strlen(slug) } },
    };

    tn_redirect(&request, path);

    assert_int_equal(response.status, 303);
    assert_int_equal(response.headers.count, 1);
    assert_string_equal(response.headers.items[0].name, "Location");
    assert_string_equal(response.headers.items[0].value, expected);
    arena_free(arena);
}

static void
what_a_url_can_hold_stays(void **state)
{
    (void)state;
    assert_redirect(
        "acme", "/invoices?status=open&q=%41#top", "/o/acme/invoices?status=open&q=%41#top");
}

static void
a_slug_stays_one_segment(void **state)
{
    (void)state;
    assert_redirect("a/b?c#d\"e", "/", "/o/a%2Fb%3Fc%23d%22e/");
    assert_redirect("a\r\nb", "/", "/o/a%0D%0Ab/");
}

static void
a_path_adds_no_header(void **state)
{
    (void)state;
    assert_redirect(
        "acme", "/found?q=a\r\nX-Injected: 1", "/o/acme/found?q=a%0D%0AX-Injected:%201");
    assert_redirect("acme", "/caf\xC3\xA9\x7F", "/o/acme/caf%C3%A9%7F");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_url_can_hold_stays),
        cmocka_unit_test(a_slug_stays_one_segment),
        cmocka_unit_test(a_path_adds_no_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
