#include <stdio.h>

#include "base/metrics.h"
#include "base/time.h"
#include "postgres/inside.h"

/* How long a group may wait until it is sent. */
#define WAIT_LIMIT_MS 5000

bool
lane_is_connected(const struct lane *lane)
{
    for (int i = 0; i < lane->connection_count; i++) {
        if (lane->connections[i].state == CONNECTION_READY)
            return true;
    }
    return false;
}

bool
lane_is_open(const struct lane *lane)
{
    for (int i = 0; i < lane->connection_count; i++) {
        if (lane->connections[i].state != CONNECTION_CLOSED)
            return true;
    }
    return false;
}

/* --- waiting ----------------------------------------------------------------------------------*/

static void
group_leave_list(struct group *group)
{
    TAILQ_REMOVE(group->waits_in, group, link);
    group->waits_in = NULL;
    group->pool->waiting_count--;
    metric_add(METRIC_FLIGHTS_WAITING, lane_label(group->pool, group->lane), -1);
}

static void
group_join_list(struct group *group, struct group_list *list)
{
    TAILQ_INSERT_TAIL(list, group, link);
    group->waits_in = list;
    group->pool->waiting_count++;
    metric_add(METRIC_FLIGHTS_WAITING, lane_label(group->pool, group->lane), 1);
}

static void
wait_limit_reached(struct timer *timer)
{
    struct group *group = CONTAINER_OF(timer, struct group, wait_limit);
    struct pool *pool = group->pool;
    if (lane_is_connected(group->lane))
        error_set(&group->error, TN_OVERLOADED, "%s: waited %d ms for its turn on a connection",
            pool->name, WAIT_LIMIT_MS);
    else
        error_set(&group->error, TN_UNAVAILABLE, "%s: no connection for %d ms%s%s", pool->name,
            WAIT_LIMIT_MS, pool->last_failure[0] ? ": " : "", pool->last_failure);

    struct lane *lane = group->lane;
    metric_add(METRIC_FLIGHTS_REFUSED, lane_label(pool, lane), 1);
    group_leave_list(group);
    group->has_failed = true;
    group_finish(group);
    lane_dispatch(lane);
}

/* Nobody wants the answer: what was not sent need not be. What was, ends at its Sync. */
static void
group_abandoned(struct fiber_hope *hope)
{
    struct group *group = CONTAINER_OF(hope, struct group, hope);
    if (!group->waits_in)
        return;

    struct lane *lane = group->lane;
    timer_cancel(group->pool->loop, &group->wait_limit);
    group_leave_list(group);
    group->has_failed = true;
    error_set(&group->error, TN_ABANDONED, "%s: given up while it waited", group->pool->name);
    group_finish(group);
    lane_dispatch(lane);
}

void
group_wait(struct group *group)
{
    group->hope.abandoned = group_abandoned;
    fiber_wait_in_hope(&group->hope);
}

bool
group_send(struct group *group, const char *organization_id)
{
    struct pool *pool = group->pool;
    struct lane *lane = group->lane;
    if (!fiber_check(&group->error))
        return false;

    if (pool->waiting_count >= pool->queue_limit) {
        metric_add(METRIC_FLIGHTS_REFUSED, lane_label(pool, lane), 1);
        return error_set(
            &group->error, TN_OVERLOADED, "%s: %d wait already", pool->name, pool->waiting_count);
    }

    struct group_list *list = &lane->waiting;
    turn_take(group, organization_id, &list);
    group_join_list(group, list);
    lane_dispatch(lane);
    if (group->waits_in) {
        group->since_us = time_monotonic_us();
        group->wait_limit.fire = wait_limit_reached;
        timer_start(pool->loop, &group->wait_limit, WAIT_LIMIT_MS);
    }
    return true;
}

void
group_finish(struct group *group)
{
    group_pass_turn(group);
    fiber_wake(group->fiber);
}

void
group_pass_turn(struct group *group)
{
    struct group *next = turn_give(group);
    if (next) {
        group_leave_list(next);
        group_join_list(next, &next->lane->waiting);
    }
}

/* --- connections ------------------------------------------------------------------------------*/

/* Emptiest first; among those with groups, the one whose oldest was sent last: a slow group holds
 * up what is behind it, so nothing more is put there. */
static struct connection *
lane_pick(const struct lane *lane)
{
    struct connection *best = NULL;
    for (int i = 0; i < lane->connection_count; i++) {
        struct connection *connection = &lane->connections[i];
        if (!connection_has_room(connection))
            continue;

        if (connection->group_count == 0)
            return connection;

        if (!best || TAILQ_FIRST(&connection->groups)->sent > TAILQ_FIRST(&best->groups)->sent)
            best = connection;
    }
    return best;
}

void
lane_open_one(struct lane *lane)
{
    for (int i = 0; i < lane->connection_count; i++) {
        struct connection *connection = &lane->connections[i];
        if (connection->state == CONNECTION_CLOSED && !connection->is_leased) {
            connection_open(connection);
            return;
        }
    }
}

/* As many as wait, less those that are about to come. When all are open, which is when most wait,
 * nobody counts them. */
static void
lane_open_for_waiting(struct lane *lane)
{
    int coming = 0;
    int closed = 0;
    for (int i = 0; i < lane->connection_count; i++) {
        const struct connection *connection = &lane->connections[i];
        const enum connection_state state = connection->state;
        closed += state == CONNECTION_CLOSED && !connection->is_leased;
        coming += state == CONNECTION_CONNECTING || state == CONNECTION_GREETING ||
                  state == CONNECTION_BACKING_OFF;
    }

    const struct group *group = TAILQ_FIRST(&lane->waiting);
    for (; group && closed > 0; group = TAILQ_NEXT(group, link)) {
        if (--coming >= 0)
            continue;
        lane_open_one(lane);
        closed--;
    }
}

void
lane_dispatch(struct lane *lane)
{
    struct group *group;
    while ((group = TAILQ_FIRST(&lane->waiting)) != NULL) {
        struct connection *connection = lane_pick(lane);
        if (!connection) {
            lane_open_for_waiting(lane);
            return;
        }

        /* It could have been alone on a connection of its own. */
        if (connection->group_count > 0)
            lane_open_one(lane);

        group_leave_list(group);
        timer_cancel(group->pool->loop, &group->wait_limit);
        if (group->since_us > 0)
            metric_observe(METRIC_QUEUE_SECONDS, lane_label(group->pool, lane),
                time_monotonic_us() - group->since_us);
        if (group->flight) {
            connection_send(connection, group);
            continue;
        }
        connection->is_leased = true;
        group->connection = connection;
        fiber_wake(group->fiber);
    }
}
