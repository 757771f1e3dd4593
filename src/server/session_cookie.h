/* The session's cookie: better-auth's name, signature and attributes. */
#pragma once

#include "account/session.h"
#include "server/server.h"

/* The token of the session cookie, in the request's arena; NULL when there is none or its signature
 * is not ours. Two session cookies in one request: TN_DOUBLED_COOKIE. */
MUST_USE bool session_cookie_read(const struct server *server, const struct http_request *http,
    const char **ret_token, struct tn_error *error);

/* `max_age_s` below 0: the cookie ends with the browser. */
void session_cookie_write(const struct server *server, struct http_response *response,
    const char *token, int64_t max_age_s);
void session_cookie_expire(const struct server *server, struct http_response *response);

/* Shall the session not be remembered? So says a cookie of ours beside the token's; then it is not
 * prolonged and ends with the browser. */
bool session_cookie_is_forgettable(const struct server *server, const struct http_request *http);
/* Take that cookie away, where there is one. */
void session_cookie_remember(
    const struct server *server, const struct http_request *http, struct http_response *response);
/* Let the session of who asks last for another lifetime where that is due, and its cookie too:
 * `term` is read and written. The cookie cache is the caller's to let follow. */
MUST_USE bool session_cookie_prolong(const struct server *server, const struct http_request *http,
    struct http_response *response, struct tn_identity identity, struct session_term *term,
    bool *ret_prolonged, struct tn_error *error);
