#include "server/configuration.h"

#include <string.h>

#include "server/client_address.h"
#include "server/origin.h"
#include "server/role_setting.h"

/* More would only wait for each other; a typing error shall not take the machine. */
#define THREADS_MAX 1024

/* Mailed links are put behind it, and browsers name it as an origin: neither has room for a path.
 */
static bool
check_base_url(const char *url, struct tn_error *error)
{
    const char *host = strncmp(url, "https://", 8) == 0  ? url + 8
                       : strncmp(url, "http://", 7) == 0 ? url + 7
                                                         : NULL;
    const size_t bytes = host ? strcspn(host, "/?#@ \\") : 0;
    const bool is_origin = bytes > 0 && host[bytes + strspn(host + bytes, "/")] == '\0';
    return !url[0] || is_origin ||
           error_set(error, TN_CONFIGURATION,
               "--base-url is \"%s\": write scheme and host, and the port where it is not the "
               "usual one, as https://app.example; a path is not part of it",
               url);
}

static bool
check_origin(const char *origin, struct arena *arena, struct tn_error *error)
{
    return strpbrk(origin, "*?") || origin_is_whole(origin, arena) ||
           error_set(error, TN_CONFIGURATION,
               "--trusted-origin is \"%s\", which no page has as its origin: write scheme, host "
               "and port, as https://app.example, or a pattern with *",
               origin);
}

static bool
check_proxy(const char *proxy, struct arena *arena, struct tn_error *error)
{
    return client_address_is_network(proxy, arena) ||
           error_set(error, TN_CONFIGURATION,
               "--trusted-proxy is \"%s\": write an address, as 10.0.0.7 or fd00::7, or a network, "
               "as 10.0.0.0/8",
               proxy);
}

static bool
check_role(const char *entry, struct arena *arena, struct tn_error *error)
{
    return role_setting_is_valid(entry, arena) ||
           error_set(error, TN_CONFIGURATION,
               "--role is \"%s\": write a name and what it may do, as "
               "'editor=page:create+page:update'",
               entry);
}

static bool
check_each(const char *list, bool (*check)(const char *, struct arena *, struct tn_error *),
    struct arena *arena, struct tn_error *error)
{
    for (const char *entry; (entry = settings_list_next(&list, arena));)
        if (!check(entry, arena, error))
            return false;
    return true;
}

static bool
check_numbers(const struct settings *settings, struct tn_error *error)
{
    const struct {
        const char *flag;
        int64_t value;
        int64_t least;
        int64_t most;
    } bounds[] = {
        { "--session-lifetime", settings->session_lifetime, 1, INT32_MAX },
        { "--invitation-lifetime", settings->invitation_lifetime, 1, INT32_MAX },
        { "--rate-limit-window", settings->rate_limit_window, 1, INT32_MAX },
        { "--rate-limit-requests", settings->rate_limit_requests, 1, INT32_MAX },
        { "--loops", settings->loops, 0, THREADS_MAX },
        { "--workers", settings->workers, 0, THREADS_MAX },
    };
    for (size_t i = 0; i < COUNT_OF(bounds); i++)
        if (bounds[i].value < bounds[i].least || bounds[i].value > bounds[i].most)
            return error_set(error, TN_CONFIGURATION, "%s is %lld: write %lld to %lld",
                bounds[i].flag, (long long)bounds[i].value, (long long)bounds[i].least,
                (long long)bounds[i].most);
    return true;
}

bool
configuration_check(const struct settings *settings, struct arena *arena, struct tn_error *error)
{
    return check_base_url(settings->base_url, error) && check_numbers(settings, error) &&
           check_each(settings->trusted_origins, check_origin, arena, error) &&
           check_each(settings->trusted_proxies, check_proxy, arena, error) &&
           check_each(settings->roles, check_role, arena, error);
}
