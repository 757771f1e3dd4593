#include "server/schema_watch.h"

#include "base/log.h"
#include "loop/fiber.h"
#include "server/plane_check.h"

/* On a worker, one at a time. */
static void
look(void *argument)
{
    struct server_loop *loop = argument;
    struct server *server = loop->server;
    struct tn_error error = { 0 };

    const bool fits = plane_check_tenant("tenant", server->tenant_url, server->application, &error);
    const bool differs = error.code == TN_SCHEMA_DIFFERS || error.code == TN_UNSAFE_DATABASE;
    if (fits && atomic_exchange(&server->schema.differs, false))
        log_line(LOG_INFO, NULL, "the tenant plane is again what the queries were made for");
    if (differs) {
        atomic_store(&server->schema.differs, true);
        log_error(NULL, "the tenant plane was changed under the server", &error);
    }
}

/* As a fiber: the loop does not end before it. */
static void
watch(void *argument)
{
    struct server_loop *loop = argument;
    struct tn_error ignored = { 0 };
    /* Workers that have too much to do already: the next one who finds out asks again. */
    const bool looked = worker_run(loop->server->workers, look, loop, &ignored);
    (void)looked;
    atomic_store(&loop->server->schema.is_looking, false);
}

void
schema_watch_changed(void *owner)
{
    struct server_loop *loop = owner;
    struct server *server = loop->server;
    struct tn_error ignored = { 0 };
    if (!server->tenant_url || atomic_exchange(&server->schema.is_looking, true))
        return;

    if (!fiber_start(loop->loop, watch, loop, &ignored))
        atomic_store(&server->schema.is_looking, false);
}
