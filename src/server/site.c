#include "server/site.h"

#include <string.h>

#include "server/cross_site.h"
#include "server/site_account.h"
#include "server/site_answer.h"
#include "server/site_choose.h"
#include "server/site_invitation.h"
#include "server/site_outbox.h"
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
                         request->context.visitor->organization_slug, request->http->target));
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

struct site_address {
    enum http_method method;
    const char *path;
    bool (*handle)(struct tn_request *request, struct tn_error *error);
};

static const struct site_address addresses[] = {
    { HTTP_GET, "/sign-in", site_sign_in_page },
    { HTTP_POST, "/sign-in", site_sign_in_post },
    { HTTP_GET, "/sign-up", site_sign_up_page },
    { HTTP_POST, "/sign-up", site_sign_up_post },
    { HTTP_POST, "/sign-out", site_sign_out_post },
    { HTTP_GET, "/choose", site_choose_page },
    { HTTP_POST, "/choose", site_choose_post },
    { HTTP_POST, "/organizations", site_organization_post },
    { HTTP_GET, "/invitation/:id", site_invitation_page },
    { HTTP_POST, "/invitation/:id", site_invitation_post },
    { HTTP_GET, "/outbox", site_outbox_page },
    { HTTP_GET, "/account", site_account_page },
    { HTTP_POST, "/account/others/end", site_account_others_post },
    { HTTP_POST, "/account/sessions/:id/end", site_account_end_post },
    { HTTP_POST, "/account/sessions/:id/organizations/:organization/end", site_account_leave_post },
};

bool
site_routes(struct router *router, struct tn_error *error)
{
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        if (!router_add(router, addresses[i].method, addresses[i].path, &addresses[i], error))
            return false;
    }
    return true;
}

bool
site_handle(struct tn_request *request, struct tn_error *error)
{
    struct http_request *http = request->http;
    if (http->method == HTTP_POST && !cross_site_allows(http, request->loop->server->base_url))
        return error_set(error, TN_CROSS_SITE, "%s", http->path);

    if (!request_parse(request, error))
        return false;

    const struct router_match match =
        router_find(request->loop->server->site, http->method, http->path, http->arena);
    const struct site_address *address = match.route;
    if (address) {
        request->segments = match.segments;
        return address->handle(request, error);
    }
    if (!match.path_exists)
        return bare_address(request, error);

    http_response_header_set(request->response, "Allow", match.allow);
    return error_set(error, TN_METHOD, "%s", http->method_name);
}
