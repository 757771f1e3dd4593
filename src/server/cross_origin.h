/* Pages of other origins that may read the wire's answers (CORS): those of the trusted origins,
 * with cookies. Whether a request may change something is not decided here, but in origin.h. */
#pragma once

#include "server/server.h"

/* Let the page that asks read the answer, if it may. */
void cross_origin_allow(
    const struct server *server, const struct http_request *http, struct http_response *response);
/* Is it a browser's question beforehand, by a page that may read? Then it is answered here. */
bool cross_origin_preflight(
    const struct server *server, const struct http_request *http, struct http_response *response);
