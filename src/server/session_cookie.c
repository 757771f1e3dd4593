#include "server/session_cookie.h"

#include <string.h>

#include "crypto/signed_value.h"
#include "http/cookie.h"
#include "http/form.h"

static const char *
cookie_name(const struct server *server)
{
    return server->is_secure ? "__Secure-better-auth.session_token" : "better-auth.session_token";
}

bool
session_cookie_read(const struct server *server, const struct http_request *http,
    const char **ret_token, struct tn_error *error)
{
    const char *name = cookie_name(server);
    const struct http_pairs cookies = cookie_parse(http, name);
    if (pairs_count(&cookies, name) > 1)
        return error_set(
            error, TN_DOUBLED_COOKIE, "%zu cookies %s", pairs_count(&cookies, name), name);

    const char *value = pairs_find(&cookies, name);
    *ret_token = value ? value_verify(value, server->settings->secret, http->arena) : NULL;
    return true;
}

void
session_cookie_write(const struct server *server, struct http_response *response, const char *token,
    int64_t max_age_s)
{
    const char *signed_token = value_sign(token, server->settings->secret, response->arena);
    struct buffer encoded;
    buffer_init(&encoded, response->arena, 128);
    percent_encode(&encoded, signed_token, strlen(signed_token));

    cookie_set(response, &(struct cookie){
                             .name = cookie_name(server),
                             .value = encoded.data,
                             .max_age_s = max_age_s,
                             .secure = server->is_secure,
                         });
}

void
session_cookie_expire(const struct server *server, struct http_response *response)
{
    cookie_set(response, &(struct cookie){
                             .name = cookie_name(server),
                             .value = "",
                             .max_age_s = 0,
                             .secure = server->is_secure,
                         });
}

static const char *
mark_name(const struct server *server)
{
    return server->is_secure ? "__Secure-better-auth.dont_remember" : "better-auth.dont_remember";
}

bool
session_cookie_is_forgettable(const struct server *server, const struct http_request *http)
{
    const struct http_pairs cookies = cookie_parse(http, mark_name(server));
    const char *mark = pairs_find(&cookies, mark_name(server));
    const char *value = mark ? value_verify(mark, server->settings->secret, http->arena) : NULL;
    return value && strcmp(value, "true") == 0;
}

void
session_cookie_remember(
    const struct server *server, const struct http_request *http, struct http_response *response)
{
    const struct http_pairs cookies = cookie_parse(http, mark_name(server));
    if (pairs_find(&cookies, mark_name(server)))
        cookie_set(response, &(struct cookie){
                                 .name = mark_name(server),
                                 .value = "",
                                 .max_age_s = 0,
                                 .secure = server->is_secure,
                             });
}

bool
session_cookie_prolong(const struct server *server, const struct http_request *http,
    struct http_response *response, struct tn_identity identity, struct session_term *term,
    bool *ret_prolonged, struct tn_error *error)
{
    *ret_prolonged = false;
    const int64_t lifetime_s = server->settings->session_lifetime;
    if (!session_is_due(term, lifetime_s, server->settings->session_update_age) ||
        session_cookie_is_forgettable(server, http))
        return true;

    if (!session_prolong(identity, term, lifetime_s, error))
        return false;

    session_cookie_write(server, response, term->token, lifetime_s);
    *ret_prolonged = true;
    return true;
}
