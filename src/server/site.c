#include "server/site.h"

#include <string.h>

#include "server/cross_site.h"
#include "server/site_answer.h"
#include "server/site_choose.h"
#include "server/site_sign_in.h"
#include "server/stale_form.h"

/* --- bare addresses of the application ---------------------------------------------------------
 */

/* The way to the same page below the session's default organization. */
static bool
bare_page(struct tn_request *request, struct tn_error *error)
{
    enum context_answer answer;
    if (!site_resolve(request, NULL, &answer, error))
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
    if (!site_resolve(request, NULL, &answer, error))
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
    { "/sign-in", HTTP_GET, site_sign_in_page },
    { "/sign-in", HTTP_POST, site_sign_in_post },
    { "/sign-up", HTTP_GET, site_sign_up_page },
    { "/sign-up", HTTP_POST, site_sign_up_post },
    { "/sign-out", HTTP_POST, site_sign_out_post },
    { "/choose", HTTP_GET, site_choose_page },
    { "/choose", HTTP_POST, site_choose_post },
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
