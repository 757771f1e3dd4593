#include "server/health.h"

#include <string.h>

static void
answer(struct http_response *response, int status, const char *text)
{
    response->status = status;
    http_response_header_set(response, "Content-Type", "text/plain; charset=utf-8");
    http_response_header_set(response, "Cache-Control", "no-store");
    if (status == 503)
        http_response_header_set(response, "Retry-After", "1");
    buffer_text(&response->body, text);
}

static bool
pool_answers(const struct pool *pool)
{
    return !pool || pool_is_ready(pool);
}

bool
health_serve(
    struct server_loop *loop, const struct http_request *http, struct http_response *response)
{
    if (http->method != HTTP_GET && http->method != HTTP_HEAD)
        return false;

    if (strcmp(http->path, "/healthz") == 0) {
        answer(response, 200, "ok\n");
        return true;
    }
    if (strcmp(http->path, "/readyz") != 0)
        return false;

    if (atomic_load(&loop->server->is_stopping))
        answer(response, 503, "stopping\n");
    else if (!pool_answers(loop->identity_pool))
        answer(response, 503, "the identity database does not answer\n");
    else if (!pool_answers(loop->tenant_pool))
        answer(response, 503, "the tenant database does not answer\n");
    else
        answer(response, 200, "ready\n");
    return true;
}
