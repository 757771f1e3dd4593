/* Cancelling what runs on a leased connection. Never on a shared one: PostgreSQL stops whatever
 * runs when the request arrives, and there that may be somebody else's. */
#include <assert.h>
#include <libpq-fe.h>

#include "base/metrics.h"
#include "postgres/inside.h"

/* On a worker: it connects, writes, and waits until PostgreSQL has closed. */
static void
cancel_now(void *argument)
{
    char ignored[256]; /* a statement that goes on is bounded by its own limit */
    PQcancel(argument, ignored, sizeof ignored);
}

static void
cancel_is_over(struct loop_message *message)
{
    struct connection *connection = CONTAINER_OF(message, struct connection, cancel_job.done);
    PQfreeCancel(connection->cancel);
    connection->cancel = NULL;
    if (connection->cancel_waiter)
        fiber_wake(connection->cancel_waiter);
    connection->cancel_waiter = NULL;
}

void
connection_cancel(struct connection *connection)
{
    struct pool *pool = connection->pool;
    assert(connection->is_leased);
    if (!pool->workers || connection->is_returning || connection->cancel || connection->is_broken ||
        !connection->pg)
        return;

    connection->cancel = PQgetCancel(connection->pg);
    if (!connection->cancel)
        return;

    connection->cancel_job = (struct worker_job){
        .work = cancel_now,
        .argument = connection->cancel,
        .loop = pool->loop,
        .done.deliver = cancel_is_over,
    };
    connection->was_cancelled = worker_post(pool->workers, &connection->cancel_job);
    if (connection->was_cancelled) {
        metric_add(METRIC_CANCELLED, pool->plane, 1);
        return;
    }
    PQfreeCancel(connection->cancel);
    connection->cancel = NULL;
}

void
connection_wait_for_cancel(struct connection *connection)
{
    if (!connection->cancel)
        return;

    connection->cancel_waiter = fiber_current();
    fiber_wait();
}
