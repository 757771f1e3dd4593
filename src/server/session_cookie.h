/* The session's cookie: better-auth's name, signature and attributes. */
#pragma once

#include "server/server.h"

/* The token of the session cookie, in the request's arena; NULL when there is none or its signature
 * is not ours. Two session cookies in one request: TN_DOUBLED_COOKIE. */
MUST_USE bool session_cookie_read(const struct server *server, const struct http_request *http,
    const char **ret_token, struct tn_error *error);

/* `max_age_s` below 0: the cookie ends with the browser. */
void session_cookie_write(const struct server *server, struct http_response *response,
    const char *token, int64_t max_age_s);
void session_cookie_expire(const struct server *server, struct http_response *response);
