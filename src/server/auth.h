/* The wire of better-auth: everything below /api/auth, and the same below /o/<slug>/api/auth, where
 * another organization than the slug's is refused.
 *
 * The order of decisions is better-auth's: path, content type, JSON, origin, schema, session, and
 * what the endpoint itself asks for. */
#pragma once

#include "server/server.h"

/* Answer `request`, whose path begins with /api/auth or, where `slug` is not NULL, with
 * /o/<slug>/api/auth. `slug` is decoded. Runs in a fiber. */
void auth_handle(struct server_loop *loop, struct http_request *request,
    struct http_response *response, const char *slug);
