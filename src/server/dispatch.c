#include "server/dispatch.h"

#include <string.h>

#include "http/form.h"
#include "server/asset.h"
#include "server/auth.h"
#include "server/failure.h"
#include "server/health.h"
#include "server/organization.h"
#include "server/packing.h"
#include "server/site.h"
#include "server/site_answer.h"

#define AUTH_PATH "/api/auth"

/* Does `path` begin with `prefix`, at the border of a segment? */
static bool
is_below(const char *path, const char *prefix)
{
    const size_t bytes = strlen(prefix);
    return strncmp(path, prefix, bytes) == 0 && (path[bytes] == '/' || path[bytes] == '\0');
}

/* "/o/<slug>/rest": the slug decoded, and "/rest"; false when it has no such form. */
static bool
split_organization(const struct http_request *http, const char **ret_slug, const char **ret_rest)
{
    const char *start = http->path + strlen("/o/");
    const size_t bytes = strcspn(start, "/");
    *ret_slug = percent_decode(start, bytes, false, http->arena);
    *ret_rest = start + bytes;
    return *ret_slug != NULL;
}

static bool
serve_organization(struct tn_request *request, struct tn_error *error)
{
    const char *slug;
    const char *rest;
    if (!split_organization(request->http, &slug, &rest))
        return error_set(error, TN_NOT_FOUND, "the slug does not decode");

    if (rest[0] == '\0') {
        site_redirect(request, arena_printf(request->http->arena, "%s/", request->http->path));
        return true;
    }
    return organization_handle(request, slug, rest, error);
}

static bool
serve(struct tn_request *request, struct tn_error *error)
{
    const char *path = request->http->path;
    if (is_below(path, "/assets"))
        return asset_serve(request->loop->server, request->http, request->response, error);

    if (!identity_open(request->loop->runtime, request->http->arena, &request->identity, error))
        return false;

    if (strncmp(path, "/o/", 3) == 0)
        return serve_organization(request, error);

    return site_handle(request, error);
}

/* The wire of better-auth, bare or below /o/<slug>; it answers its own errors. */
static bool
serve_auth(struct server_loop *loop, struct http_request *http, struct http_response *response)
{
    const char *slug = NULL;
    const char *path = http->path;
    if (strncmp(path, "/o/", 3) == 0 && !split_organization(http, &slug, &path))
        return false;

    if (!is_below(path, AUTH_PATH))
        return false;

    auth_handle(loop, http, response, slug);
    return true;
}

static void
serve_site(struct server_loop *loop, struct http_request *http, struct http_response *response)
{
    struct tn_request *request = request_new(loop, http, response);
    struct tn_error error = { 0 };
    site_headers(response);
    if (!serve(request, &error))
        failure_answer(request, &error);
    packing_apply(request);

    const struct visitor *visitor = request->context.visitor;
    if (visitor) { /* copied: it may be let go before the answer is logged */
        http->user_id = arena_strdup_or_null(http->arena, visitor->user_id);
        http->organization_id = arena_strdup_or_null(http->arena, visitor->organization_id);
    }
    context_done(&request->context);
    identity_close(request->identity);
}

/* Whatever was posted may have signed somebody out, or changed who is a member as what: what is
 * remembered of them by --cache-staleness was asked before that. */
static void
doubt_members(struct server_loop *loop, const struct http_request *http)
{
    struct cache *cache = loop->server->cache;
    if (cache && http->method != HTTP_GET && http->method != HTTP_HEAD)
        cache_doubt_members(cache);
}

void
dispatch(struct http_request *http, struct http_response *response, void *owner)
{
    struct server_loop *loop = owner;
    if (!health_serve(loop, http, response) && !serve_auth(loop, http, response))
        serve_site(loop, http, response);
    doubt_members(loop, http);
}
