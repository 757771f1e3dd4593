/* /healthz: the process answers. /readyz: it can serve, its databases answer and it is not
 * stopping. */
#pragma once

#include "server/server.h"

/* false: the request is for something else. */
bool health_serve(
    struct server_loop *loop, const struct http_request *http, struct http_response *response);
/* What the metrics say of all loops: there are connections to each database. */
bool health_is_ready(const struct server *server);
/* The same from a thread that has no loop's connections. */
bool health_serve_from_outside(
    struct server *server, const struct http_request *http, struct http_response *response);
