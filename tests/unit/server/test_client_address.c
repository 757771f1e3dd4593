#include "server/client_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
addresses_are_noted_as_better_auth_notes_them(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    static const struct {
        const char *address;
        const char *expected;
    } cases[] = {
        { "203.0.113.9", "203.0.113.9" },
        { "::ffff:203.0.113.9", "203.0.113.9" },
        { "2001:DB8::1", "2001:0db8:0000:0000:0000:0000:0000:0000" },
        { "2001:db8:1:2:ffff::9", "2001:0db8:0001:0002:0000:0000:0000:0000" },
        { "203.0.113", "" },
        { "example.com", "" },
        { "", "" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(client_address_normalise(cases[i].address, arena), cases[i].expected);
    arena_free(arena);
}

static void
a_network_of_proxies_is_believed_up_to_its_border(void **state)
{
    (void)state;
    static const struct {
        const char *trusted;
        const char *peer;
        bool expected;
    } cases[] = {
        { "10.0.0.0/8", "10.255.0.1", true },
        { "10.0.0.0/8", "11.0.0.1", false },
        { "10.1.2.128/25", "10.1.2.128", true },
        { "10.1.2.128/25", "10.1.2.127", false },
        { "10.1.2.3/32", "10.1.2.3", true },
        { "10.1.2.3/32", "10.1.2.2", false },
        { "10.0.0.0/8", "::ffff:10.0.0.1", true },
        { "fd00::/8", "fd12::1", true },
        { "fd00::/8", "fe80::1", false },
        { "2001:db8::/127", "2001:db8::1", true },
        { "2001:db8::/127", "2001:db8::2", false },
        { "0.0.0.0/0", "203.0.113.9", true },
        { "0.0.0.0/0", "2001:db8::1", false },
        { "2001:DB8::7", "2001:db8:0::7", true },
        { "10.0.0.0/33,10.0.0.0/,10.0.0.0/x,10.0.0.0/-1", "10.0.0.0", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct settings settings = { .trusted_proxies = cases[i].trusted };
        const struct server server = { .settings = &settings };
        assert_int_equal(client_address_is_proxy(&server, cases[i].peer), cases[i].expected);
    }
}

static void
only_a_trusted_proxy_is_believed(void **state)
{
    (void)state;
    static const struct settings settings = { .trusted_proxies = "127.0.0.1,2001:db8::7" };
    static const struct server server = { .settings = &settings };
    static const struct {
        const char *peer;
        const char *forwarded;
        const char *expected;
    } cases[] = {
        { "127.0.0.1", "203.0.113.9", "203.0.113.9" },
        { "127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9" },
        { "127.0.0.1", "203.0.113.9, 127.0.0.1", "203.0.113.9" },
        { "127.0.0.1", "nonsense", "127.0.0.1" },
        { "127.0.0.1", "", "127.0.0.1" },
        { "2001:db8::7", "203.0.113.9", "203.0.113.9" },
        { "unix", "203.0.113.9", "203.0.113.9" },
        { "198.51.100.2", "203.0.113.9", "198.51.100.2" },
        { "2001:db8::8", "203.0.113.9", "2001:0db8:0000:0000:0000:0000:0000:0000" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new(1024);
        struct http_pair header = { "X-Forwarded-For", cases[i].forwarded };
        const struct http_request request = {
            .arena = arena,
            .peer = cases[i].peer,
            .headers = { .items = &header, .count = 1 },
        };
        assert_string_equal(client_address(&server, &request), cases[i].expected);
        arena_free(arena);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_noted_as_better_auth_notes_them),
        cmocka_unit_test(a_network_of_proxies_is_believed_up_to_its_border),
        cmocka_unit_test(only_a_trusted_proxy_is_believed),
    };
    return cmocka_run_group_tests_name("server/client_address", tests, NULL, NULL);
}
