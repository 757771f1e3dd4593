#include "server/organization.h"

#include <string.h>

#include "context/visit.h"
#include "http/form.h"
#include "server/cached_page.h"
#include "server/cross_site.h"
#include "server/remembered.h"
#include "server/session_cookie.h"
#include "server/site_answer.h"
#include "server/site_cookies.h"
#include "server/stale_form.h"

/* A browser that fetches ahead has not shown the page to anybody. */
static bool
is_prefetch(const struct http_request *http)
{
    const char *purpose = http_header(http, "Sec-Purpose");
    if (!purpose)
        purpose = http_header(http, "Purpose");
    return purpose && strstr(purpose, "prefetch");
}

static void
request_enter(struct tn_request *request)
{
    const struct visitor *visitor = request->context.visitor;
    request->organization = (struct tn_organization){
        .id = request_text(visitor->organization_id),
        .slug = request_text(visitor->organization_slug),
        .name = request_text(visitor->organization_name),
        .role = request_text(visitor->role),
        .is_current = true,
    };
    request->organizations = request->context.organizations;
    request->organization_count = request->context.organization_count;
    request->has_organizations = request->context.organizations != NULL;
}

/* The handler with the organization's handle, which is closed whatever it answers. */
static bool
run_handler(struct tn_request *request, const struct tn_route *route, struct tn_error *error)
{
    struct tn_db db;
    if (!tenant_db_open(request->context.membership, &request->reads, &db, error))
        return false;

    if (route->kind == TN_ROUTE_PAGE)
        tenant_db_read_replica(db, request->versions);
    const bool done = route->handle(request, db, error);
    tenant_db_close(db);
    if (!done)
        return error_set(
            error, TN_INTERNAL, "the handler of %s failed without saying why", route->path);

    if (!request->answered)
        return error_set(error, TN_INTERNAL, "the handler of %s answered nothing", route->path);

    return true;
}

static bool
serve_route(struct tn_request *request, const struct tn_route *route, struct cached_page *cached,
    struct tn_error *error)
{
    if (route->kind == TN_ROUTE_FORM && !stale_form_is_fresh(request, route))
        return stale_form_answer(request, route, error);

    /* Our own routes ask for none: every member may use them. */
    if (route->permission &&
        !request_role_may(request, request->organization.role.p, route->permission))
        return error_set(error, TN_FORBIDDEN, "role %s lacks %s", request->organization.role.p,
            route->permission);

    if (cached->route)
        return cached_page_serve(cached, run_handler, error);

    const bool done = run_handler(request, route, error);
    if (route->kind == TN_ROUTE_FORM && request->loop->server->cache)
        cache_forget_versions(request->loop->server->cache, request->organization.id.p);
    return done;
}

static const struct tn_route *
find_route(struct tn_request *request, const char *path, struct router_match *ret_match)
{
    *ret_match = router_find(
        request->loop->server->pages, request->http->method, path, request->http->arena);
    request->segments = ret_match->segments;
    return ret_match->route;
}

static bool
serve_found(struct tn_request *request, const char *path, struct cached_page *cached,
    struct tn_error *error)
{
    request_enter(request);
    if (!is_prefetch(request->http))
        context_visit_note(request->loop->runtime, request->loop->loop, request->context.visitor);

    const struct visitor *visitor = request->context.visitor;
    struct session_term term = {
        .session_id = visitor->session_id,
        .token = visitor->session_token,
        .expires_at_us = visitor->session_expires_at_us,
    };
    bool prolonged;
    if (!session_cookie_prolong(request->loop->server, request->http, request->response,
            request->identity, &term, &prolonged, error))
        return false;

    if (prolonged)
        site_cookies_changed(request);

    struct router_match match;
    const struct tn_route *route = find_route(request, path, &match);
    if (route)
        return serve_route(request, route, cached, error);

    if (match.path_exists) {
        http_response_header_set(request->response, "Allow", match.allow);
        return error_set(error, TN_METHOD, "%s", request->http->method_name);
    }
    return error_set(error, TN_NOT_FOUND, "no route %s", path);
}

/* "Sign out of this organization only": a form like any other, posted to "/-/sign-out". */
static bool
leave_organization(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    (void)db;
    if (!context_visit_leave(request->identity, request->context.visitor, error))
        return false;

    site_cookies_changed(request);
    site_redirect(request, "/choose");
    return true;
}

const struct tn_route organization_leave_route = {
    .kind = TN_ROUTE_FORM,
    .path = "/-/sign-out",
    .handle = leave_organization,
};

/* Signed out of this organization only: a page leads to the chooser, a form is stale. */
static bool
serve_revoked(struct tn_request *request, const char *path, struct tn_error *error)
{
    struct router_match match;
    const struct tn_route *route = find_route(request, path, &match);
    if (route && route->kind == TN_ROUTE_FORM)
        return stale_form_answer(request, route, error);

    site_redirect_to_chooser(request);
    return true;
}

/* Who asks, and where, is asked now. */
static bool
serve_asked(struct tn_request *request, struct context_claims *claims, const struct tn_route *route,
    const char *path, struct cached_page *cached, struct tn_error *error)
{
    enum context_answer answer;
    claims->wants_organizations =
        remembered_is_wanted(request) || (route && route->cache == TN_PER_MEMBER);
    cached_page_ask(cached);
    const bool is_resolved = context_resolve(
        request->identity, claims, request->http->arena, &request->context, &answer, error);
    cached_page_join(cached);
    if (!is_resolved)
        return false;

    switch (answer) {
    case CONTEXT_FOUND:
        remembered_keep(request, claims);
        return serve_found(request, path, cached, error);
    case CONTEXT_REVOKED:
        return serve_revoked(request, path, error);
    case CONTEXT_SIGNED_OUT:
        if (request->http->method == HTTP_POST)
            return site_refuse(answer, error);

        site_redirect_to_sign_in(request);
        return true;
    case CONTEXT_NONE:
    case CONTEXT_NOT_FOUND:
    case CONTEXT_DIFFERS:
    case CONTEXT_EMPTY:
        return site_refuse(answer, error);
    }
    return true;
}

bool
organization_handle(
    struct tn_request *request, const char *slug, const char *path, struct tn_error *error)
{
    struct http_request *http = request->http;
    if (http->method == HTTP_POST && !cross_site_allows(http, request->loop->server->base_url))
        return error_set(error, TN_CROSS_SITE, "%s", http->path);

    struct context_claims claims;
    if (!request_parse(request, error) || !site_claims(request, slug, &claims, error))
        return false;

    struct router_match match;
    struct cached_page cached;
    const struct tn_route *route = find_route(request, path, &match);
    if (cached_page_begin(request, route, path, &claims, &cached))
        return true;

    const struct cached_page begun = cached;
    if (remembered_begin(request, &claims)) {
        const bool done = serve_found(request, path, &cached, error);
        if (remembered_end(request, &claims, done, error))
            return done;

        cached = begun;
    }
    return serve_asked(request, &claims, route, path, &cached, error);
}
