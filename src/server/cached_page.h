/* A page whose route says that it may be kept: found, or rendered and kept.
 *
 * The order of its questions is what makes it right. The versions are read before the first query
 * of the page runs, and after the request began; who asks, and where, is answered by the database
 * for this very request, and only then is anything of the organization looked at. Both are one
 * round trip where this session was in this organization before: in one flight where who asks is
 * remembered (remembered.h), else side by side. */
#pragma once

#include "loop/task.h"
#include "server/request.h"

struct cached_page {
    struct tn_request *request;
    const struct tn_route *route; /* NULL: this request has nothing to do with the cache */
    const char *token;
    const char *slug;
    const char *path;      /* below the organization, as it came */
    const char *member_of; /* the organization's id, as this session was there before; or NULL */
    const char *refusal;   /* why this request is neither answered from the cache nor kept */

    struct task versions_task;
    int64_t asked_at_ms;
    const char *versions_of; /* the organization's id that they were asked for; NULL: not yet */
    struct versions versions;
    struct tn_error versions_error;
};

/* Begin a request of `route` (may be NULL). true: it was answered from memory, as `cache_staleness`
 * allows, and nothing else is to be done. */
bool cached_page_begin(struct tn_request *request, const struct tn_route *route, const char *path,
    const struct context_claims *claims, struct cached_page *ret_cached);
/* For a member who is asked for now: what else is to be asked is under way beside that, and
 * cached_page_join comes on every way out. */
void cached_page_ask(struct cached_page *cached);
void cached_page_join(struct cached_page *cached);

/* The page, for a member who may see it: as it was kept, or from `render`. */
MUST_USE bool cached_page_serve(struct cached_page *cached,
    bool (*render)(
        struct tn_request *request, const struct tn_route *route, struct tn_error *error),
    struct tn_error *error);
