#include "server/cross_site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/compiler.h"

#define HEADERS_MAX 3

static const struct {
    struct http_pair headers[HEADERS_MAX];
    bool allowed;
} cases[] = {
    { { { "Sec-Fetch-Site", "same-origin" }, { "Cookie", "a=b" } }, true },
    { { { "Sec-Fetch-Site", "same-origin" }, { "Origin", "https://app.example" } }, true },
    { { { "Origin", "https://app.example" }, { "Cookie", "a=b" } }, true },
    { { { "Origin", "https://APP.example" } }, true },
    { { { "Referer", "https://app.example/o/acme/" }, { "Cookie", "a=b" } }, true },
    { { { NULL, NULL } }, true }, /* no browser, no cookies: nothing to abuse */
    { { { "Cookie", "a=b" } }, false },
    { { { "Sec-Fetch-Site", "cross-site" } }, false },
    { { { "Sec-Fetch-Site", "same-site" } }, false },
    { { { "Sec-Fetch-Site", "same-origin" }, { "Sec-Fetch-Site", "cross-site" } }, false },
    { { { "Sec-Fetch-Site", "same-origin" }, { "Origin", "https://evil.example" } }, false },
    { { { "Origin", "null" } }, false },
    { { { "Origin", "http://app.example" } }, false },
    { { { "Origin", "https://app.example.evil.example" } }, false },
    { { { "Origin", "https://app.example" }, { "Origin", "https://evil.example" } }, false },
    { { { "Referer", "https://app.example.evil.example/" } }, false },
    { { { "Referer", "https://evil.example/https://app.example/" } }, false },
};

static void
only_our_own_pages_may_write(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct http_pair headers[HEADERS_MAX];
        size_t count = 0;
        for (size_t j = 0; j < HEADERS_MAX && cases[i].headers[j].name; j++)
            headers[count++] = cases[i].headers[j];
        const struct http_request request = { .headers = { headers, count } };

        if (cross_site_allows(&request, "https://app.example") != cases[i].allowed)
            fail_msg("case %zu should be %s", i, cases[i].allowed ? "allowed" : "refused");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(only_our_own_pages_may_write) };
    return cmocka_run_group_tests_name("server/cross_site", tests, NULL, NULL);
}
