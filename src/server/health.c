#include "server/health.h"

#include <string.h>

#include "base/metrics.h"

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

struct health {
    bool identity_answers;
    bool tenant_answers;
};

static bool
is_asked_for(const struct http_request *http, const char *path)
{
    return (http->method == HTTP_GET || http->method == HTTP_HEAD) && strcmp(http->path, path) == 0;
}

static bool
serve(struct server *server, struct health health, const struct http_request *http,
    struct http_response *response)
{
    if (is_asked_for(http, "/healthz")) {
        answer(response, 200, "ok\n");
        return true;
    }
    if (!is_asked_for(http, "/readyz"))
        return false;

    if (atomic_load(&server->is_stopping))
        answer(response, 503, "stopping\n");
    else if (atomic_load(&server->schema.differs))
        answer(
            response, 503, "the tenant database is not the one that the queries were made for\n");
    else if (!health.identity_answers)
        answer(response, 503, "the identity database does not answer\n");
    else if (!health.tenant_answers)
        answer(response, 503, "the tenant database does not answer\n");
    else
        answer(response, 200, "ready\n");
    return true;
}

static struct health
seen_from_outside(const struct server *server)
{
    enum { IDENTITY_READ = 0, TENANT_READ = 3 };
    return (struct health){
        .identity_answers = metric_total(METRIC_DATABASE_CONNECTIONS, IDENTITY_READ) > 0,
        .tenant_answers =
            !server->tenant_url || metric_total(METRIC_DATABASE_CONNECTIONS, TENANT_READ) > 0,
    };
}

/* One that nobody asked yet is as good as those of the other loops. */
static bool
answers(const struct pool *pool, bool from_outside)
{
    return pool_is_ready(pool) || (from_outside && pool_is_untried(pool));
}

bool
health_serve(
    struct server_loop *loop, const struct http_request *http, struct http_response *response)
{
    const struct health outside = seen_from_outside(loop->server);
    const struct health health = {
        .identity_answers = answers(loop->identity_pool, outside.identity_answers),
        .tenant_answers = !loop->tenant_pool || answers(loop->tenant_pool, outside.tenant_answers),
    };
    return serve(loop->server, health, http, response);
}

bool
health_is_ready(const struct server *server)
{
    const struct health health = seen_from_outside(server);
    return health.identity_answers && health.tenant_answers;
}

bool
health_serve_from_outside(
    struct server *server, const struct http_request *http, struct http_response *response)
{
    return serve(server, seen_from_outside(server), http, response);
}
