#include "server/rate_rules.h"

#include <string.h>

#include "base/time.h"
#include "server/client_address.h"
#include "server/rate_limit.h"

static bool
begins_with(const char *path, const char *start)
{
    return strncmp(path, start, strlen(start)) == 0;
}

/* Where guessing pays, and where mail is sent to whoever is named. */
static struct rate_rule
rule_of(const struct settings *settings, const char *path)
{
    static const char *const guarded[] = { "/sign-in", "/sign-up", "/change-password",
        "/change-email" };
    static const char *const mailing[] = { "/request-password-reset", "/send-verification-email" };

    for (size_t i = 0; i < COUNT_OF(guarded); i++)
        if (begins_with(path, guarded[i]))
            return (struct rate_rule){ .window_ms = 10000, .count_max = 3 };
    for (size_t i = 0; i < COUNT_OF(mailing); i++)
        if (strcmp(path, mailing[i]) == 0)
            return (struct rate_rule){ .window_ms = 60000, .count_max = 3 };
    return (struct rate_rule){
        .window_ms = settings->rate_limit_window * 1000,
        .count_max = settings->rate_limit_requests,
    };
}

/* better-auth's windows last until there is silence. */
static struct rate_rule
windowed(const struct settings *settings, struct rate_rule rule)
{
    rule.restarts = strcmp(settings->compatibility, "reference") == 0;
    return rule;
}

static bool
admit(const struct server *server, const struct http_request *request, const char *path,
    struct rate_rule rule, int64_t *ret_wait_s)
{
    if (!server->settings->rate_limit)
        return true;

    const char *address = client_address(server, request);
    int64_t wait_ms;
    if (rate_limiter_admit(server->limiter, *address ? address : "no-trusted-ip", path, &rule,
            time_monotonic_ms(), &wait_ms))
        return true;

    *ret_wait_s = (wait_ms + 999) / 1000;
    return false;
}

/* However passwords are tried, by the wire or by the form: one count. */
static bool
admit_sign_in(const struct server *server, const struct http_request *request, int64_t *ret_wait_s)
{
    const struct rate_rule rule = { .window_ms = 60000, .count_max = 18 };
    return admit(server, request, "sign-in", rule, ret_wait_s);
}

bool
rate_rules_admit(const struct server *server, const struct http_request *request, const char *path,
    int64_t *ret_wait_s)
{
    return admit(server, request, path ? path : "?",
               windowed(server->settings, rule_of(server->settings, path ? path : "?")),
               ret_wait_s) &&
           (!path || !begins_with(path, "/sign-in") || admit_sign_in(server, request, ret_wait_s));
}

bool
rate_rules_admit_form(
    const struct server *server, const struct http_request *request, int64_t *ret_wait_s)
{
    return admit_sign_in(server, request, ret_wait_s);
}
