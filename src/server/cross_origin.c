#include "server/cross_origin.h"

#include <ctype.h>
#include <string.h>

#include "server/origin.h"

/* Browsers ask again after this; Chromium caps it at two hours. */
#define PREFLIGHT_SECONDS "600"

/* The origin that may read; NULL when none is named, or one that may not. */
static const char *
reader(const struct server *server, const struct http_request *http)
{
    if (!server->settings->cors || http_header_count(http, "Origin") != 1)
        return NULL;

    const char *origin = http_header(http, "Origin");
    return origin_may_read(server, origin, http->arena) ? origin : NULL;
}

static void
allow(struct http_response *response, const char *origin)
{
    http_response_header_set(response, "Access-Control-Allow-Origin", origin);
    http_response_header_set(response, "Access-Control-Allow-Credentials", "true");
    http_response_header(response, "Vary", "Origin");
}

/* Names of headers and commas, so that nothing else comes back in the answer. */
static bool
is_name_list(const char *text)
{
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr("-_, ", *text))
            return false;
    return true;
}

void
cross_origin_allow(
    const struct server *server, const struct http_request *http, struct http_response *response)
{
    const char *origin = reader(server, http);
    if (!origin)
        return;

    allow(response, origin);
    http_response_header_set(
        response, "Access-Control-Expose-Headers", "Retry-After, X-Retry-After, X-Request-Id");
}

bool
cross_origin_preflight(
    const struct server *server, const struct http_request *http, struct http_response *response)
{
    if (strcmp(http->method_name, "OPTIONS") != 0 ||
        !http_header(http, "Access-Control-Request-Method"))
        return false;

    const char *origin = reader(server, http);
    if (!origin)
        return false;

    const char *headers = http_header(http, "Access-Control-Request-Headers");
    response->status = 204;
    allow(response, origin);
    http_response_header_set(response, "Access-Control-Allow-Methods", "GET, POST");
    if (headers && is_name_list(headers))
        http_response_header_set(response, "Access-Control-Allow-Headers", headers);
    http_response_header_set(response, "Access-Control-Max-Age", PREFLIGHT_SECONDS);
    return true;
}
