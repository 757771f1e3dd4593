#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/metrics.h"
#include "base/time.h"
#include "postgres/inside.h"
#include "postgres/libpq.h"

#define CONNECT_LIMIT_MS 5000
#define BACK_OFF_FIRST_MS 50
/* Well below what a group waits (WAIT_LIMIT_MS): who waits shall notice that the server is back. */
#define BACK_OFF_MOST_MS 1000

/* --- watching ---------------------------------------------------------------------------------*/

static void
unwatch(struct connection *connection)
{
    if (connection->is_watched)
        loop_unwatch(connection->pool->loop, &connection->watch);
    connection->is_watched = false;
}

static void connection_is_ready(struct watch *watch, uint32_t events);
static void timer_fired(struct timer *timer);

static bool
watch(struct connection *connection, uint32_t events)
{
    struct tn_error error = { 0 };
    connection->watch.fd = PQsocket(connection->pg);
    connection->watch.ready = connection_is_ready;
    connection->is_watched = loop_watch(connection->pool->loop, &connection->watch, events, &error);
    return connection->is_watched;
}

void
connection_mark_broken(struct connection *connection)
{
    connection->is_broken = true;
    connection->pool->has_broken = true;
}

/* --- coming and going -------------------------------------------------------------------------*/

static void
close_libpq(struct connection *connection)
{
    if (connection->state == CONNECTION_READY)
        metric_add(METRIC_DATABASE_CONNECTIONS, lane_label(connection->pool, connection->lane), -1);
    unwatch(connection);
    timer_cancel(connection->pool->loop, &connection->timer);
    timer_cancel(connection->pool->loop, &connection->answer_limit);
    PQfinish(connection->pg);
    connection->pg = NULL;
    connection->is_broken = false;
    connection->is_stale = false;
    connection->wants_write = false;
    connection->is_greeted = false;
    connection->keeps_limits = false;
    connection->entered_type = 0;
}

static uint64_t
next_random(struct pool *pool)
{
    pool->jitter ^= pool->jitter << 13;
    pool->jitter ^= pool->jitter >> 7;
    pool->jitter ^= pool->jitter << 17;
    return pool->jitter;
}

/* Twice as long each time, and never at the same moment as the other connections and loops. */
static int64_t
back_off_ms(struct connection *connection)
{
    int64_t delay_ms = BACK_OFF_FIRST_MS;
    for (int i = 0; i < connection->failures && delay_ms < BACK_OFF_MOST_MS; i++)
        delay_ms *= 2;
    if (delay_ms > BACK_OFF_MOST_MS)
        delay_ms = BACK_OFF_MOST_MS;
    return delay_ms / 2 + (int64_t)(next_random(connection->pool) % (uint64_t)(delay_ms / 2 + 1));
}

static void
back_off(struct connection *connection)
{
    const struct lane *lane = connection->lane;
    if (connection->is_leased || (lane->index == LANE_LEASE && TAILQ_EMPTY(&lane->waiting))) {
        connection->state = CONNECTION_CLOSED;
        return;
    }
    connection->state = CONNECTION_BACKING_OFF;
    timer_start(connection->pool->loop, &connection->timer, back_off_ms(connection));
}

static void
connect_failed(struct connection *connection, const char *why)
{
    struct pool *pool = connection->pool;
    snprintf(pool->last_failure, sizeof pool->last_failure, "%.*s", (int)strcspn(why, "\n"), why);
    metric_add(METRIC_CONNECTS_FAILED, pool->plane, 1);
    close_libpq(connection);
    back_off(connection);
    connection->failures++;
}

static void
become_ready(struct connection *connection)
{
    timer_cancel(connection->pool->loop, &connection->timer);
    connection->failures = 0;
    connection->state = CONNECTION_READY;
    metric_add(METRIC_DATABASE_CONNECTIONS, lane_label(connection->pool, connection->lane), 1);
    connection->pool->last_failure[0] = '\0';
    if (connection->prepared_count > 0)
        memset(connection->prepared, 0, connection->prepared_count * sizeof *connection->prepared);
    lane_dispatch(connection->lane);
}

static void
greeting_is_readable(struct connection *connection)
{
    if (!greeting_read(connection))
        connect_failed(connection, PQerrorMessage(connection->pg));
    else if (connection->is_greeted)
        become_ready(connection);
}

static void
connected(struct connection *connection)
{
    PQsetNoticeProcessor(connection->pg, libpq_drop_notice, NULL);
    if (PQsetnonblocking(connection->pg, 1) != 0 || !PQenterPipelineMode(connection->pg) ||
        !watch(connection, EPOLLIN)) {
        connect_failed(connection, "pipeline mode could not be entered");
        return;
    }

    if (!greeting_is_due(connection))
        become_ready(connection);
    else if (greeting_send(connection))
        connection->state = CONNECTION_GREETING;
    else
        connect_failed(connection, PQerrorMessage(connection->pg));
}

void
connection_adopt(struct connection *connection, PGconn *pg)
{
    connection->pg = pg;
    connection->state = CONNECTION_CONNECTING;
    connection->timer.fire = timer_fired;
    timer_start(connection->pool->loop, &connection->timer, CONNECT_LIMIT_MS);
    connected(connection);
}

static void
connect_poll(struct connection *connection)
{
    /* libpq may close its socket and open another one with the same number. */
    unwatch(connection);
    const PostgresPollingStatusType status = PQconnectPoll(connection->pg);
    if (status == PGRES_POLLING_OK)
        connected(connection);
    else if (status == PGRES_POLLING_FAILED)
        connect_failed(connection, PQerrorMessage(connection->pg));
    else if (!watch(connection, status == PGRES_POLLING_READING ? EPOLLIN : EPOLLOUT))
        connect_failed(connection, "its socket could not be watched");
}

static void
connect_start(struct connection *connection)
{
    assert(!connection->pg);
    struct libpq_keywords keywords;
    libpq_keywords_fill(&keywords, connection->pool->url);
    connection->pg = PQconnectStartParams(keywords.names, keywords.values, 1);
    connection->state = CONNECTION_CONNECTING;
    timer_start(connection->pool->loop, &connection->timer, CONNECT_LIMIT_MS);

    if (!connection->pg)
        connect_failed(connection, "no memory");
    else if (PQstatus(connection->pg) == CONNECTION_BAD)
        connect_failed(connection, PQerrorMessage(connection->pg));
    else if (!watch(connection, EPOLLOUT))
        connect_failed(connection, "its socket could not be watched");
}

static void
timer_fired(struct timer *timer)
{
    struct connection *connection = CONTAINER_OF(timer, struct connection, timer);
    if (connection->state == CONNECTION_CONNECTING || connection->state == CONNECTION_GREETING)
        connect_failed(connection, "connecting took too long");
    else
        connect_start(connection);
}

void
connection_open(struct connection *connection)
{
    connection->state = CONNECTION_BACKING_OFF;
    connection->timer.fire = timer_fired;
    timer_start(connection->pool->loop, &connection->timer, 0);
}

static void
fail_with_connection(struct group *group)
{
    const struct pool *pool = group->pool;
    const char *why = pool->last_failure;
    group->connection = NULL;
    if (!group->has_failed) {
        const bool is_unknown = group->may_commit && group->has_sync;
        group->has_failed = true;
        metric_add(METRIC_OUTCOMES_UNKNOWN, pool->plane, is_unknown);
        if (is_unknown)
            error_set(&group->error, TN_OUTCOME_UNKNOWN,
                "%s: the connection broke before the answer: %s", pool->name, why);
        else
            error_set(
                &group->error, TN_UNAVAILABLE, "%s: the connection broke: %s", pool->name, why);
    }
    pipeline_end(group);
}

void
connection_break(struct connection *connection, const char *why)
{
    struct pool *pool = connection->pool;
    snprintf(pool->last_failure, sizeof pool->last_failure, "%.*s", (int)strcspn(why, "\n"), why);
    metric_add(METRIC_CONNECTIONS_BROKEN, pool->plane, 1);
    close_libpq(connection);
    back_off(connection);

    struct group *group;
    while ((group = TAILQ_FIRST(&connection->groups)) != NULL) {
        TAILQ_REMOVE(&connection->groups, group, link);
        connection->group_count--;
        fail_with_connection(group);
    }
    lane_dispatch(connection->lane);
}

void
connection_done(struct connection *connection)
{
    assert(connection->group_count == 0 && !connection->is_leased && !connection->cancel);
    close_libpq(connection);
    free(connection->prepared);
}

/* Each statement has a limit in PostgreSQL, which is shorter. So this is no slow statement: the
 * network swallows what is sent, or the machine stands still. */
void
connection_answer_limit(struct timer *timer)
{
    struct connection *connection = CONTAINER_OF(timer, struct connection, answer_limit);
    struct pool *pool = connection->pool;
    if (connection->group_count == 0)
        return;

    const int64_t left_ms = connection->heard_ms + pool->answer_limit_ms - time_monotonic_ms();
    if (left_ms > 0)
        timer_start(pool->loop, timer, left_ms);
    else
        connection_break(connection, "the server said nothing for too long");
}

bool
connection_has_room(const struct connection *connection)
{
    return connection->state == CONNECTION_READY && !connection->is_broken &&
           !connection->is_stale && !connection->is_leased &&
           connection->group_count < connection->lane->depth;
}

static void
connection_is_ready(struct watch *watched, uint32_t events)
{
    struct connection *connection = CONTAINER_OF(watched, struct connection, watch);
    if (connection->state == CONNECTION_CONNECTING) {
        connect_poll(connection);
        return;
    }
    if (connection->state == CONNECTION_GREETING) {
        greeting_is_readable(connection);
        return;
    }
    if (connection->is_broken)
        return;

    if (events & EPOLLOUT)
        connection_flush(connection);
    if (events & ~(uint32_t)EPOLLOUT)
        connection_read(connection);
}
