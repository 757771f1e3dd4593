/* The cookies of the wire: the session's token, the mark of one that shall not be remembered, and
 * when the cookie cache follows. */
#include <string.h>

#include "crypto/signed_value.h"
#include "http/cookie.h"
#include "server/auth_exchange.h"
#include "server/session_cache.h"
#include "server/session_changes.h"
#include "server/session_cookie.h"

static const char *
name_of(const struct auth_exchange *exchange, const char *name)
{
    return arena_printf(
        exchange->arena, "%sbetter-auth.%s", exchange->server->is_secure ? "__Secure-" : "", name);
}

static void
set(struct auth_exchange *exchange, const char *name, const char *value, int64_t max_age_s)
{
    struct buffer encoded;
    buffer_init(&encoded, exchange->arena, 64);
    percent_encode(&encoded, value, strlen(value));
    cookie_set(exchange->response, &(struct cookie){
                                       .name = name_of(exchange, name),
                                       .value = encoded.data,
                                       .max_age_s = max_age_s,
                                       .secure = exchange->server->is_secure,
                                   });
}

bool
auth_cookies_read(struct auth_exchange *exchange, struct tn_error *error)
{
    if (!session_cookie_read(exchange->server, exchange->request, &exchange->token, error))
        return false;

    exchange->is_forgettable = session_cookie_is_forgettable(exchange->server, exchange->request);
    return true;
}

void
auth_cookies_begin(struct auth_exchange *exchange, const struct session *session,
    const struct user *user, bool is_remembered)
{
    session_cookie_write(exchange->server, exchange->response, session->token,
        is_remembered ? exchange->settings->session_lifetime : -1);
    if (!is_remembered)
        set(exchange, "dont_remember",
            value_sign("true", exchange->settings->secret, exchange->arena), -1);
    else if (exchange->is_forgettable)
        set(exchange, "dont_remember", "", 0);

    struct session_view *view = ARENA_NEW(exchange->arena, struct session_view);
    *view = (struct session_view){ .answer = SESSION_LIVE, .session = *session, .user = *user };
    exchange->view = view;
    exchange->token = session->token;
    exchange->is_forgettable = !is_remembered;
    exchange->is_changed = true;
}

void
auth_cookies_renew(struct auth_exchange *exchange)
{
    session_cookie_write(exchange->server, exchange->response, exchange->token,
        exchange->is_forgettable ? -1 : exchange->settings->session_lifetime);
}

static struct session_cache
cache_of(const struct auth_exchange *exchange)
{
    return (struct session_cache){
        .server = exchange->server,
        .request = exchange->request,
        .response = exchange->response,
        .token = exchange->token,
        .slug = exchange->slug,
    };
}

void
auth_cookies_end(struct auth_exchange *exchange)
{
    session_cookie_expire(exchange->server, exchange->response);
    const struct session_cache cache = cache_of(exchange);
    session_cache_expire(&cache);
    set(exchange, "dont_remember", "", 0);
    exchange->view = NULL;
}

void
auth_cookies_forget_place(struct auth_exchange *exchange)
{
    const struct session_cache cache = cache_of(exchange);
    session_cache_expire_carried(&cache);
}

void
auth_cookies_settle(struct auth_exchange *exchange)
{
    /* A change that failed may have happened all the same: the next answer reads what is true. */
    const struct session_cache cache = cache_of(exchange);
    if (exchange->response->status >= 500 && exchange->request->method != HTTP_GET) {
        session_cache_expire(&cache);
        if (exchange->token)
            session_changes_note(exchange->server->changes, exchange->token);
        return;
    }
    if (!exchange->view || exchange->is_cached)
        return;
    if (exchange->leaves_cache && !exchange->is_changed) {
        session_cache_sweep(&cache);
        return;
    }

    const bool renews = exchange->renews_cache && !exchange->is_forgettable;
    session_cache_write(&cache, exchange->view, !exchange->is_forgettable,
        exchange->is_changed ? SESSION_CACHE_CHANGED
        : renews             ? SESSION_CACHE_ASKED
                             : SESSION_CACHE_READ);
}

bool
auth_session_from_cache(struct auth_exchange *exchange)
{
    struct session_view *view = ARENA_NEW(exchange->arena, struct session_view);
    const struct session_cache cache = cache_of(exchange);
    exchange->is_cached = session_cache_read(&cache, view);
    if (exchange->is_cached)
        exchange->view = view;
    return exchange->is_cached;
}
