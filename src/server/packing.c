#include "server/packing.h"

#include <string.h>

#include "http/gzip.h"

bool
packing_is_wanted(const struct tn_request *request)
{
    if (!http_takes_gzip(request->http))
        return false;

    /* Without https everybody on the way reads the page itself. */
    if (!request->loop->server->is_secure)
        return true;

    const char *site = http_header(request->http, "Sec-Fetch-Site");
    return site && (strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0);
}

void
packing_apply(struct tn_request *request)
{
    struct http_response *response = request->response;
    const char *type = http_response_header_find(response, "Content-Type");
    if (response->body.length < PACKING_FROM_BYTES || !type || strncmp(type, "text/", 5) != 0 ||
        http_response_header_find(response, "Content-Encoding") ||
        http_response_header_find(response, "ETag"))
        return;

    http_response_header_set_constant(response, "Vary", PACKING_VARY);
    if (!packing_is_wanted(request))
        return;

    struct buffer packed;
    buffer_init(&packed, response->arena, response->body.length / 2);
    if (!gzip_append(&packed, response->body.data, response->body.length, GZIP_QUICK))
        return;

    http_response_header_set(response, "Content-Encoding", "gzip");
    response->body = packed;
}
