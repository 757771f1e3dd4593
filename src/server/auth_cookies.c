/* The cookies of the wire: the session's token, and the mark of one that shall not be remembered.
 * The cookie cache of better-auth is not written here, only expired where its server would. */
#include <string.h>

#include "crypto/signed_value.h"
#include "http/cookie.h"
#include "server/auth_exchange.h"
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
auth_cookies_begin(struct auth_exchange *exchange, const char *token, bool is_remembered)
{
    session_cookie_write(exchange->server, exchange->response, token,
        is_remembered ? exchange->settings->session_lifetime : -1);
    if (!is_remembered)
        set(exchange, "dont_remember",
            value_sign("true", exchange->settings->secret, exchange->arena), -1);
    else if (exchange->is_forgettable)
        set(exchange, "dont_remember", "", 0);
}

void
auth_cookies_renew(struct auth_exchange *exchange)
{
    session_cookie_write(exchange->server, exchange->response, exchange->token,
        exchange->is_forgettable ? -1 : exchange->settings->session_lifetime);
}

void
auth_cookies_end(struct auth_exchange *exchange)
{
    session_cookie_expire(exchange->server, exchange->response);
    set(exchange, "session_data", "", 0);
    set(exchange, "dont_remember", "", 0);
}
