#include "server/site.h"

#include <string.h>
#include <strings.h>

#include "account/password_account.h"
#include "account/session.h"
#include "http/form.h"
#include "server/client.h"
#include "server/cross_site.h"
#include "server/plain_pages.h"
#include "server/session_cookie.h"
#include "server/site_cookies.h"
#include "server/stale_form.h"

const struct tn_site_pages *
site_pages(struct tn_request *request)
{
    const struct tn_site_pages *own = request->loop->server->application->pages;
    return own ? own : &site_plain_pages;
}

void
site_headers(struct http_response *response)
{
    static const struct {
        const char *name;
        const char *value;
    } headers[] = {
        { "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; font-src "
            "'self'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "same-origin" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cache-Control", "private, no-store" },
    };
    for (size_t i = 0; i < COUNT_OF(headers); i++)
        http_response_header_set(response, headers[i].name, headers[i].value);
}

void
site_redirect(struct tn_request *request, const char *location)
{
    request->answered = true;
    request->response->status = 303;
    http_response_header_set(
        request->response, "Location", request_location(request->http->arena, location));
}

/* `page?next=…` with the address that was asked for, if coming back to it by GET makes sense. */
static void
redirect_with_next(struct tn_request *request, const char *page)
{
    struct buffer location;
    buffer_init(&location, request->http->arena, 128);
    buffer_text(&location, page);
    const char *target = request->http->target;
    if (request->http->method != HTTP_POST && strcmp(target, "/") != 0) {
        BUFFER_LITERAL(&location, "?next=");
        percent_encode(&location, target, strlen(target));
    }
    site_redirect(request, location.data);
}

void
site_redirect_to_sign_in(struct tn_request *request)
{
    redirect_with_next(request, "/sign-in");
}

void
site_redirect_to_chooser(struct tn_request *request)
{
    redirect_with_next(request, "/choose");
}

bool
site_claims(struct tn_request *request, const char *slug, struct context_claims *ret_claims,
    struct tn_error *error)
{
    *ret_claims = (struct context_claims){ .slug = slug };
    if (!session_cookie_read(
            request->loop->server, request->http, &ret_claims->session_token, error))
        return false;

    const struct http_pairs *headers = &request->http->headers;
    for (size_t i = 0; i < headers->count; i++) {
        if (strcasecmp(headers->items[i].name, "X-Organization-Id") == 0)
            context_claim(ret_claims, headers->items[i].value);
    }
    for (size_t i = 0; i < pairs_count(&request->query, "organizationId"); i++)
        context_claim(ret_claims, pairs_at(&request->query, "organizationId", i));
    for (size_t i = 0; i < pairs_count(&request->fields, "organizationId"); i++)
        context_claim(ret_claims, pairs_at(&request->fields, "organizationId", i));
    return true;
}

bool
site_refuse(enum context_answer answer, struct tn_error *error)
{
    static const struct {
        enum tn_error_code code;
        const char *detail;
    } refusals[] = {
        [CONTEXT_FOUND] = { TN_INTERNAL, "an organization that was found is no reason to refuse" },
        [CONTEXT_SIGNED_OUT] = { TN_SIGNED_OUT, "no session" },
        [CONTEXT_NONE] = { TN_NOT_FOUND,
            "no organization is named, and the session has no default" },
        [CONTEXT_NOT_FOUND] = { TN_NOT_FOUND, "no such organization, or no member of it" },
        [CONTEXT_REVOKED] = { TN_NOT_FOUND, "the session was signed out of this organization" },
        [CONTEXT_DIFFERS] = { TN_ORGANIZATION_DIFFERS,
            "path, header or fields name different ones" },
        [CONTEXT_EMPTY] = { TN_ORGANIZATION_EMPTY, "an organization is named with an empty name" },
    };
    return error_set(error, refusals[answer].code, "%s", refusals[answer].detail);
}

/* Who asks, and where, of a bare address: `slug` may be NULL. */
static bool
resolve(struct tn_request *request, const char *slug, enum context_answer *ret_answer,
    struct tn_error *error)
{
    struct context_claims claims;
    return site_claims(request, slug, &claims, error) &&
           context_resolve(request->identity, &claims, request->http->arena, &request->context,
               ret_answer, error);
}

/* Where to go after sign-in: an address of ours, or the start page. */
static const char *
next_or_start(const char *next)
{
    const bool is_ours = next && next[0] == '/' && next[1] != '/' && !strchr(next, '\\');
    for (const char *at = next; is_ours && *at; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            return "/";
    }
    return is_ours ? next : "/";
}

/* --- sign in, sign out ----------------------------------------------------------------------- */

static bool
sign_in_page(struct tn_request *request, struct tn_error *error)
{
    (void)error;
    const char *next = tn_request_query(request, "next");
    site_pages(request)->sign_in(tn_page(request, 200), NULL, "", next_or_start(next));
    return true;
}

static bool
sign_in_post(struct tn_request *request, struct tn_error *error)
{
    struct server *server = request->loop->server;
    const char *email = tn_request_field(request, "email");
    const char *password = tn_request_field(request, "password");
    const char *next = next_or_start(tn_request_field(request, "next"));
    if (!email || !password)
        return error_set(error, TN_BAD_FIELD, "sign-in needs the fields email and password");

    const struct session_client client = client_of_request(server, request->http, true);
    struct user user;
    struct session session;
    enum sign_in_answer answer;
    const struct account_tools tools = {
        .identity = request->identity,
        .workers = server->workers,
        .arena = request->http->arena,
    };
    if (!account_sign_in(tools, email, password, &client, true, &user, &session, &answer, error))
        return false;

    switch (answer) {
    case SIGN_IN_REFUSED:
        site_pages(request)->sign_in(
            tn_page(request, 401), "No account has this address and this password.", email, next);
        return true;
    case SIGN_IN_DONE:
        site_cookies_begin(request, &session);
        site_redirect(request, next);
        return true;
    }
    return true;
}

static bool
sign_out_post(struct tn_request *request, struct tn_error *error)
{
    const char *token;
    if (!session_cookie_read(request->loop->server, request->http, &token, error))
        return false;

    if (token && !session_end(request->identity, token, error))
        return false;

    site_cookies_end(request);
    site_redirect(request, "/sign-in");
    return true;
}

/* --- choose ---------------------------------------------------------------------------------- */

static bool
choose_page(struct tn_request *request, struct tn_error *error)
{
    enum context_answer answer;
    if (!resolve(request, NULL, &answer, error))
        return false;

    if (answer == CONTEXT_DIFFERS || answer == CONTEXT_EMPTY)
        return site_refuse(answer, error);

    if (answer == CONTEXT_SIGNED_OUT) {
        site_redirect_to_sign_in(request);
        return true;
    }

    const struct tn_organization *organizations;
    size_t count;
    if (!tn_request_organizations(request, &organizations, &count, error))
        return false;

    site_pages(request)->chooser(tn_page(request, 200), organizations, count);
    return true;
}

/* Enter an organization, also one that this session was signed out of; with `default=on` make it
 * the session's default. */
static bool
choose_post(struct tn_request *request, struct tn_error *error)
{
    const char *slug = tn_request_field(request, "organization");
    enum context_answer answer;
    if (!resolve(request, slug ? slug : "", &answer, error))
        return false;

    if (answer != CONTEXT_FOUND && answer != CONTEXT_REVOKED)
        return site_refuse(answer, error);

    const bool is_default = tn_request_field(request, "default") != NULL;
    if (!context_visit_enter(request->identity, request->context.view, is_default, error))
        return false;

    if (is_default)
        site_cookies_changed(request);
    site_redirect(request, request_organization_path(request->http->arena,
                               request->context.view->organization_slug, "/"));
    return true;
}

/* --- bare addresses of the application ---------------------------------------------------------
 */

/* The way to the same page below the session's default organization. */
static bool
bare_page(struct tn_request *request, struct tn_error *error)
{
    enum context_answer answer;
    if (!resolve(request, NULL, &answer, error))
        return false;

    switch (answer) {
    case CONTEXT_FOUND:
        site_redirect(
            request, request_organization_path(request->http->arena,
                         request->context.view->organization_slug, request->http->target));
        return true;
    case CONTEXT_SIGNED_OUT:
        site_redirect_to_sign_in(request);
        return true;
    case CONTEXT_NONE:
    case CONTEXT_REVOKED:
        site_redirect_to_chooser(request);
        return true;
    case CONTEXT_NOT_FOUND:
    case CONTEXT_DIFFERS:
    case CONTEXT_EMPTY:
        return site_refuse(answer, error);
    }
    return true;
}

/* A form of the application, posted to where no organization stands. */
static bool
bare_form(struct tn_request *request, const struct tn_route *route, struct tn_error *error)
{
    enum context_answer answer;
    if (!resolve(request, NULL, &answer, error))
        return false;

    /* In these three the session was not even looked up. */
    if (answer == CONTEXT_SIGNED_OUT || answer == CONTEXT_DIFFERS || answer == CONTEXT_EMPTY)
        return site_refuse(answer, error);

    return stale_form_answer(request, route, error);
}

static bool
bare_address(struct tn_request *request, struct tn_error *error)
{
    const struct server *server = request->loop->server;
    const struct router_match match = router_find(
        server->pages, request->http->method, request->http->path, request->http->arena);
    const struct tn_route *route = match.route;
    if (route)
        return route->kind == TN_ROUTE_FORM ? bare_form(request, route, error)
                                            : bare_page(request, error);

    /* Also where the application has no page there: the way to an organization. */
    const bool is_start = strcmp(request->http->path, "/") == 0;
    if (is_start && (request->http->method == HTTP_GET || request->http->method == HTTP_HEAD))
        return bare_page(request, error);

    if (!is_start && !match.path_exists)
        return error_set(error, TN_NOT_FOUND, "%s", request->http->path);

    http_response_header_set(
        request->response, "Allow", match.path_exists ? match.allow : "GET, HEAD");
    return error_set(error, TN_METHOD, "%s", request->http->method_name);
}

static const struct {
    const char *path;
    enum http_method method;
    bool (*handle)(struct tn_request *request, struct tn_error *error);
} addresses[] = {
    { "/sign-in", HTTP_GET, sign_in_page },
    { "/sign-in", HTTP_POST, sign_in_post },
    { "/sign-out", HTTP_POST, sign_out_post },
    { "/choose", HTTP_GET, choose_page },
    { "/choose", HTTP_POST, choose_post },
};

bool
site_handle(struct tn_request *request, struct tn_error *error)
{
    struct http_request *http = request->http;
    if (http->method == HTTP_POST && !cross_site_allows(http, request->loop->server->base_url))
        return error_set(error, TN_CROSS_SITE, "%s", http->path);

    if (!request_parse(request, error))
        return false;

    const enum http_method method = http->method == HTTP_HEAD ? HTTP_GET : http->method;
    bool path_exists = false;
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        if (strcmp(addresses[i].path, http->path) != 0)
            continue;

        path_exists = true;
        if (addresses[i].method == method)
            return addresses[i].handle(request, error);
    }
    if (!path_exists)
        return bare_address(request, error);

    http_response_header_set(request->response, "Allow",
        strcmp(http->path, "/sign-out") == 0 ? "POST" : "GET, HEAD, POST");
    return error_set(error, TN_METHOD, "%s", http->method_name);
}
