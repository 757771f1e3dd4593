/* Cookies: the Cookie header read, the Set-Cookie line written. */
#pragma once

#include <stdint.h>

#include "http/request.h"

/* The pairs of all Cookie headers whose name begins with `prefix`, as RFC 6265 and better-auth read
 * them: split at ";", trimmed, one leading quote takes first and last character away,
 * percent-decoded where that works. */
struct http_pairs cookie_parse(const struct http_request *request, const char *prefix);

struct cookie {
    const char *name;
    const char *value; /* written as it is: already encoded */
    int64_t max_age_s; /* below 0: none, it ends with the browser */
    const char *path;  /* NULL: "/" */
    const char *domain;
    bool secure;
};

/* Append `NAME=VALUE; Max-Age=N; Domain=D; Path=/; HttpOnly; Secure; SameSite=Lax` as a header. */
void cookie_set(struct http_response *response, const struct cookie *cookie);
/* Take back what this answer was to set of that name and path (NULL: "/"). */
void cookie_withdraw(struct http_response *response, const char *name, const char *path);
