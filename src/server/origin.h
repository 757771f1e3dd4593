/* Where a request that changes something comes from: our own pages and the trusted origins, or
 * nowhere that we believe. */
#pragma once

#include "server/server.h"

enum origin_answer {
    ORIGIN_TRUSTED,
    ORIGIN_MISSING, /* neither Origin nor Referer, or "null" */
    ORIGIN_FOREIGN,
};

/* By the Origin header, else by the Referer's origin. */
enum origin_answer origin_of_request(const struct server *server, const struct http_request *http);
/* Is it of a trusted origin? */
bool origin_trusts_url(const struct server *server, const char *url, struct arena *arena);
/* Is it of another origin whose pages may read what a signed-in person may? A trusted one; but an
 * entry that is nothing but wildcards trusts anybody to ask, and nobody to read. */
bool origin_may_read(const struct server *server, const char *url, struct arena *arena);
/* Is `text` scheme, host and port alone, as browsers write an origin? */
bool origin_is_whole(const char *text, struct arena *arena);
/* A path on this site that no browser takes for another site: begins with one slash, no backslash
 * (also escaped), no control character. */
bool origin_is_own_path(const char *path);
