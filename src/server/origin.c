#include "server/origin.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* scheme://host[:port] of a URL, in lower case; NULL when it has none, or could be read as another
 * one by somebody else (user information, backslashes, control characters). */
static const char *
origin_part(const char *url, struct arena *arena)
{
    for (const char *at = url; *at; at++)
        if ((unsigned char)*at <= ' ' || *at == '\\' || *at == 0x7F)
            return NULL;

    const char *separator = strstr(url, "://");
    if (!separator || separator == url)
        return NULL;

    const char *host = separator + 3;
    const size_t host_bytes = strcspn(host, "/?#");
    if (host_bytes == 0 || memchr(host, '@', host_bytes))
        return NULL;

    char *origin = arena_memdup(arena, url, (size_t)(host - url) + host_bytes);
    for (char *at = origin; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return origin;
}

bool
origin_is_whole(const char *text, struct arena *arena)
{
    const char *origin = origin_part(text, arena);
    return origin && strlen(origin) == strlen(text);
}

/* `*` stands for any text, also across dots, `?` for one character. */
static bool
wildcard_matches(const char *pattern, const char *text)
{
    const char *star = NULL;
    const char *star_text = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            star_text = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++star_text;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

static bool
entry_matches(const char *entry, const char *origin, struct arena *arena)
{
    if (strpbrk(entry, "*?"))
        return wildcard_matches(entry, strstr(entry, "://") ? origin : strstr(origin, "://") + 3);

    const char *trusted = origin_part(entry, arena);
    return trusted && strcmp(trusted, origin) == 0;
}

/* Does it name a host, or at least a part of one? */
static bool
entry_is_named(const char *entry)
{
    const char *separator = strstr(entry, "://");
    for (const char *at = separator ? separator + 3 : entry; *at; at++)
        if (isalnum((unsigned char)*at))
            return true;
    return false;
}

static bool
list_matches(const struct server *server, const char *origin, bool only_named, struct arena *arena)
{
    const char *list = server->settings->trusted_origins;
    for (const char *entry; (entry = settings_list_next(&list, arena));)
        if ((!only_named || entry_is_named(entry)) && entry_matches(entry, origin, arena))
            return true;
    return false;
}

bool
origin_trusts_url(const struct server *server, const char *url, struct arena *arena)
{
    const char *origin = origin_part(url, arena);
    return origin && (entry_matches(server->base_url, origin, arena) ||
                         list_matches(server, origin, false, arena));
}

bool
origin_may_read(const struct server *server, const char *url, struct arena *arena)
{
    const char *origin = origin_part(url, arena);
    return origin && !entry_matches(server->base_url, origin, arena) &&
           list_matches(server, origin, true, arena);
}

enum origin_answer
origin_of_request(const struct server *server, const struct http_request *http)
{
    const char *origin = http_header(http, "Origin");
    const char *fetch_site = http_header(http, "Sec-Fetch-Site");
    /* Browsers hide the origin of a page without referrers; that the request stays on this site
     * they say all the same, and no page can forge it. */
    if (origin && strcmp(origin, "null") == 0 && fetch_site &&
        strcmp(fetch_site, "same-origin") == 0)
        return ORIGIN_TRUSTED;

    if (!origin || !*origin)
        origin = http_header(http, "Referer");
    if (!origin || !*origin || strcmp(origin, "null") == 0)
        return ORIGIN_MISSING;
    return origin_trusts_url(server, origin, http->arena) ? ORIGIN_TRUSTED : ORIGIN_FOREIGN;
}

bool
origin_is_own_path(const char *path)
{
    if (path[0] != '/' || path[1] == '/')
        return false;

    const size_t path_bytes = strcspn(path, "?#");
    for (const char *at = path; *at; at++) {
        if (*at == '\\' || (unsigned char)*at < ' ' || *at == 0x7F)
            return false;
        if (at < path + path_bytes &&
            (strncasecmp(at, "%2f", 3) == 0 || strncasecmp(at, "%5c", 3) == 0))
            return false;
    }
    return true;
}
