#include "server/configuration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool
accepts(int count, char **flags, struct arena *arena, struct tn_error *error)
{
    struct settings settings;
    bool help;
    return settings_read(count, flags, arena, &settings, &help, error) &&
           configuration_check(&settings, arena, error);
}

static void
what_would_do_nothing_is_refused_by_its_flag(void **state)
{
    (void)state;
    static const char *const refused[][2] = {
        { "--base-url", "app.example" },
        { "--base-url", "https://" },
        { "--base-url", "https://app.example/api/auth" },
        { "--base-url", "https://app.example?x" },
        { "--base-url", "https://someone@app.example" },
        { "--trusted-origin", "app.example" },
        { "--trusted-origin", "https://app.example/" },
        { "--trusted-origin", "https://app.example,nonsense" },
        { "--trusted-proxy", "proxy.example" },
        { "--trusted-proxy", "10.0.0.0/64" },
        { "--session-lifetime", "0" },
        { "--invitation-lifetime", "0" },
        { "--rate-limit-window", "0" },
        { "--workers", "99999999" },
        { "--loops", "99999999" },
    };

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct arena *arena = arena_new(1024);
        struct tn_error error = { 0 };
        char *flags[] = { arena_strdup(arena, refused[i][0]), arena_strdup(arena, refused[i][1]) };
        assert_false(accepts(2, flags, arena, &error));
        assert_int_equal(error.code, TN_CONFIGURATION);
        assert_non_null(strstr(error.detail, refused[i][0]));
        arena_free(arena);
    }
}

static void
what_is_right_is_taken(void **state)
{
    (void)state;
    static const char *const taken[][2] = {
        { "--base-url", "https://app.example" },
        { "--base-url", "http://localhost:8080/" },
        { "--base-url", "http://[::1]:8080" },
        { "--trusted-origin", "https://app.example:8443,https://*.app.example,*.other.example" },
        { "--trusted-proxy", "10.0.0.7,fd00::/8" },
        { "--session-lifetime", "60" },
        { "--workers", "0" },
    };

    for (size_t i = 0; i < COUNT_OF(taken); i++) {
        struct arena *arena = arena_new(1024);
        struct tn_error error = { 0 };
        char *flags[] = { arena_strdup(arena, taken[i][0]), arena_strdup(arena, taken[i][1]) };
        assert_true(accepts(2, flags, arena, &error));
        arena_free(arena);
    }
}

static void
a_switch_may_have_its_word_behind_a_blank(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    struct tn_error error = { 0 };
    struct settings settings;
    bool help;
    char words[][20] = { "--rate-limit", "off", "--teams", "--cors", "on", "--hardening=off" };
    char *flags[] = { words[0], words[1], words[2], words[3], words[4], words[5] };
    assert_true(settings_read(6, flags, arena, &settings, &help, &error));

    assert_false(settings.rate_limit);
    assert_true(settings.teams);
    assert_true(settings.cors);
    assert_false(settings.hardening);
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_would_do_nothing_is_refused_by_its_flag),
        cmocka_unit_test(what_is_right_is_taken),
        cmocka_unit_test(a_switch_may_have_its_word_behind_a_blank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
