/* Which limit holds for a request, by better-auth's rules. */
#pragma once

#include "server/server.h"

/* Of an endpoint's path, without the base path; NULL: no endpoint has it, and all of those count
 * together. False: it is one too many; `ret_wait_s` is how long to wait, a second or more. */
MUST_USE bool rate_rules_admit(const struct server *server, const struct http_request *request,
    const char *path, int64_t *ret_wait_s);
/* Of the sign-in form, as often as the endpoint allows in the long run, but with room for a slip or
 * two at once. */
MUST_USE bool rate_rules_admit_form(
    const struct server *server, const struct http_request *request, int64_t *ret_wait_s);
