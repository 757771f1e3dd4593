#include "server/site_cookies.h"

#include "server/session_cache.h"
#include "server/session_cookie.h"

static struct session_cache
cache_of(struct tn_request *request)
{
    const struct visitor *visitor = request->context.visitor;
    return (struct session_cache){
        .server = request->loop->server,
        .request = request->http,
        .response = request->response,
        .slug = visitor ? visitor->organization_slug : NULL,
    };
}

void
site_cookies_begin(struct tn_request *request, const struct session *session)
{
    const struct server *server = request->loop->server;
    session_cookie_write(
        server, request->response, session->token, server->settings->session_lifetime);
    session_cookie_remember(server, request->http, request->response);
    site_cookies_changed(request);
}

void
site_cookies_end(struct tn_request *request)
{
    const struct server *server = request->loop->server;
    session_cookie_expire(server, request->response);
    session_cookie_remember(server, request->http, request->response);
    site_cookies_changed(request);
}

void
site_cookies_changed(struct tn_request *request)
{
    const struct session_cache cache = cache_of(request);
    session_cache_expire_carried(&cache);
}
