#include "server/cross_site.h"

#include <string.h>
#include <strings.h>

/* "none" is a person's own doing: an address typed, a bookmark. */
static bool
fetch_site_is_own(const char *fetch_site)
{
    return strcasecmp(fetch_site, "same-origin") == 0 || strcasecmp(fetch_site, "none") == 0;
}

/* Schemes and hosts are compared without regard to case (RFC 6454, section 4). */
static bool
referer_is_own(const char *referer, const char *base_url)
{
    const size_t bytes = strlen(base_url);
    return strncasecmp(referer, base_url, bytes) == 0 &&
           (referer[bytes] == '\0' || referer[bytes] == '/' || referer[bytes] == '?');
}

bool
cross_site_allows(const struct http_request *http, const char *base_url)
{
    const char *fetch_site = http_header(http, "Sec-Fetch-Site");
    const char *origin = http_header(http, "Origin");
    if (http_header_count(http, "Sec-Fetch-Site") > 1 || http_header_count(http, "Origin") > 1)
        return false;

    if (fetch_site && !fetch_site_is_own(fetch_site))
        return false;

    if (origin)
        return strcasecmp(origin, base_url) == 0;

    if (fetch_site)
        return true;

    const char *referer = http_header(http, "Referer");
    if (referer)
        return referer_is_own(referer, base_url);

    return http_header(http, "Cookie") == NULL;
}
