/* From method and path to an entry of a table. Matching is exact, by segments; ":name" takes one
 * non-empty segment, and where both fit a literal segment wins over it ("/invoices/new" beside
 * "/invoices/:id"). Built once at start, read by all loops. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "http/request.h"

struct router;

/* In `arena`. */
struct router *router_new(struct arena *arena);
/* `pattern` "/invoices/:id"; HTTP_GET takes HEAD too. Two routes of which neither is more literal:
 * TN_CONFIGURATION. Copied, but for `route`. */
MUST_USE bool router_add(struct router *router, enum http_method method, const char *pattern,
    const void *route, struct tn_error *error);

struct router_match {
    const void *route;          /* NULL: no such path, or not with this method */
    bool path_exists;           /* another method is taken here: 405, with `allow` */
    const char *allow;          /* "GET, HEAD, POST" */
    struct http_pairs segments; /* decoded; in `arena` */
};
/* `path` is still encoded; a segment that does not decode to UTF-8 text matches nothing. */
struct router_match router_find(
    const struct router *router, enum http_method method, const char *path, struct arena *arena);
