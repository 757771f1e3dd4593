#include "postgres/pool.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/metrics.h"
#include "base/time.h"
#include "postgres/direct.h"
#include "postgres/inside.h"
#include "postgres/lease.h"
#include "postgres/libpq.h"

/* How long a group may wait until it is sent. */
#define WAIT_LIMIT_MS 5000
#define ANSWER_LIMIT_MS 15000
#define STATEMENT_MS 100
/* For the first answer, before all other lasting connections are opened. */
#define WARM_AFTER_MS 100

static bool
lane_is_connected(const struct lane *lane)
{
    for (int i = 0; i < lane->connection_count; i++) {
        if (lane->connections[i].state == CONNECTION_READY)
            return true;
    }
    return false;
}

/* Is any of its connections there, or about to be? */
static bool
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

/* --- lanes ------------------------------------------------------------------------------------*/

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

static void
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

/* --- the pool ---------------------------------------------------------------------------------*/

/* What failed during the turn is closed now that nobody is in the middle of it. */
static void
close_broken(struct loop_hook *hook)
{
    struct pool *pool = CONTAINER_OF(hook, struct pool, hook);
    if (!pool->has_broken)
        return;

    pool->has_broken = false;
    for (int i = 0; i < pool->connection_count; i++) {
        struct connection *connection = &pool->connections[i];
        if (connection->is_broken)
            connection_break(connection, PQerrorMessage(connection->pg));
    }
}

static int
or_default(int value, int standard)
{
    return value > 0 ? value : standard;
}

static void
lane_init(struct pool *pool, enum lane_index index, int count, int depth)
{
    struct lane *lane = &pool->lanes[index];
    *lane = (struct lane){
        .index = index,
        .connections = pool->connections + pool->connection_count,
        .connection_count = count,
        .depth = depth,
    };
    TAILQ_INIT(&lane->waiting);
    pool->connection_count += count;
    for (int i = 0; i < count; i++) {
        struct connection *connection = &lane->connections[i];
        connection->pool = pool;
        connection->lane = lane;
        connection->answer_limit.fire = connection_answer_limit;
        TAILQ_INIT(&connection->groups);
    }
}

/* The place in the labels of metrics. */
static int
plane_of(const char *name)
{
    static const char *const planes[] = { "identity", "tenant", "replica" };
    for (int i = 0; i < (int)COUNT_OF(planes); i++) {
        if (strcmp(name, planes[i]) == 0)
            return i;
    }
    return 0;
}

static void
lanes_init(struct pool *pool, const struct pool_options *options, int reads, int writes, int leases)
{
    lane_init(pool, LANE_READ, reads, options->unnamed ? 1 : or_default(options->read_depth, 16));
    lane_init(pool, LANE_WRITE, writes, options->unnamed ? 1 : or_default(options->write_depth, 2));
    lane_init(pool, LANE_LEASE, leases, 1);
    pool->turn_limit[LANE_WRITE] = 1;
    pool->turn_limit[LANE_LEASE] = leases > 4 ? leases / 4 : 1;
}

/* The first answer needs one connection, and waits the shorter the fewer are opened beside it. */
static void
open_the_rest(struct timer *timer)
{
    struct pool *pool = CONTAINER_OF(timer, struct pool, warm);
    for (int i = 0; i < pool->kept_reads; i++) {
        struct connection *connection = &pool->lanes[LANE_READ].connections[i];
        if (connection->state == CONNECTION_CLOSED)
            connection_open(connection);
    }
    if (!lane_is_open(&pool->lanes[LANE_WRITE]))
        lane_open_one(&pool->lanes[LANE_WRITE]);
}

bool
pool_new(struct loop *loop, const struct pool_options *options, struct pool **ret_pool,
    struct tn_error *error)
{
    if (!libpq_check_url(options->url, error))
        return false;

    const int first_reads = or_default(options->read_connections, 2);
    const int reads = first_reads * (options->unnamed ? or_default(options->read_depth, 16) : 1);
    const int writes = options->read_only
                           ? 0
                           : or_default(options->write_connections, 8) *
                                 (options->unnamed ? or_default(options->write_depth, 2) : 1);
    const int leases = or_default(options->leases, 8);
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return error_set(error, TN_INTERNAL, "no memory for a pool");

    pool->connections = calloc((size_t)(reads + writes + leases), sizeof *pool->connections);
    pool->url = options->url ? strdup(options->url) : NULL;
    pool->name = strdup(options->name ? options->name : "postgres");
    if (!pool->connections || !pool->name || (options->url && !pool->url)) {
        free(pool->connections);
        free(pool->url);
        free(pool->name);
        free(pool);
        return error_set(error, TN_INTERNAL, "no memory for a pool");
    }

    pool->loop = loop;
    pool->plane = plane_of(pool->name);
    pool->unnamed = options->unnamed;
    pool->statement_ms = or_default(options->statement_ms, STATEMENT_MS);
    if (options->statement_ms > 0) {
        snprintf(pool->limits[0], sizeof pool->limits[0], "%d", options->statement_ms);
        snprintf(pool->limits[1], sizeof pool->limits[1], "%d", options->lock_ms);
    }
    pool->workers = options->workers;
    pool->answer_limit_ms =
        options->answer_limit_ms > 0 ? options->answer_limit_ms : ANSWER_LIMIT_MS;
    pool->schema_changed = options->schema_changed;
    pool->owner = options->owner;
    pool->queue_limit = or_default(options->queue_limit, 1024);
    pool->jitter = (uint64_t)(uintptr_t)pool ^ (uint64_t)time_now_us();
    pool->hook.run = close_broken;
    loop_before_sleep(loop, &pool->hook);
    lanes_init(pool, options, reads, writes, leases);
    pool->warm.fire = open_the_rest;
    if (!options->opens_later) {
        connection_open(&pool->lanes[LANE_READ].connections[0]);
        pool_warm(pool);
    }
    pool->kept_reads = first_reads;
    *ret_pool = pool;
    return true;
}

void
pool_free(struct pool *pool)
{
    if (!pool)
        return;

    assert(pool->waiting_count == 0);
    timer_cancel(pool->loop, &pool->warm);
    for (int i = 0; i < pool->connection_count; i++)
        connection_done(&pool->connections[i]);
    loop_forget_hook(pool->loop, &pool->hook);
    turns_free(pool);
    known_free(pool);
    free(pool->connections);
    free(pool->url);
    free(pool->name);
    free(pool);
}

void
pool_adopt(struct pool *pool, struct direct *direct)
{
    PGconn *pg = direct_give_up(direct);
    struct lane *lane = &pool->lanes[LANE_READ];
    for (int i = 0; i < lane->connection_count; i++) {
        if (lane->connections[i].state == CONNECTION_CLOSED) {
            connection_adopt(&lane->connections[i], pg);
            return;
        }
    }
    PQfinish(pg);
}

void
pool_warm(struct pool *pool)
{
    timer_start(pool->loop, &pool->warm, WARM_AFTER_MS);
}

bool
pool_is_ready(const struct pool *pool)
{
    return lane_is_connected(&pool->lanes[LANE_READ]);
}

bool
pool_is_untried(const struct pool *pool)
{
    return !lane_is_open(&pool->lanes[LANE_READ]);
}

/* --- flights ----------------------------------------------------------------------------------*/

static bool
fly_once(struct pool *pool, struct flight *flight, struct group *group)
{
    const bool writes = flight->lane == FLIGHT_WRITE;
    *group = (struct group){
        .pool = pool,
        .lane = &pool->lanes[writes ? LANE_WRITE : LANE_READ],
        .flight = flight,
        .fiber = fiber_current(),
        .may_commit = writes,
    };
    assert(group->fiber);
    if (!group_send(group, flight->organization_id))
        return false;

    group_wait(group);
    return !group->has_failed;
}

static bool
hit_its_limit(const struct tn_error *error)
{
    return strcmp(error->sqlstate, "57014") == 0 || strcmp(error->sqlstate, "55P03") == 0;
}

/* It would only hold up others, and then run alone all the same. */
static bool
fly_apart(struct pool *pool, uint64_t key, struct flight *flight, struct tn_error *error)
{
    AUTO_LEASE lease = { 0 };
    flight->steps[0].values = flight->alone_values;
    if (!lease_acquire(pool, flight->organization_id, &lease, error))
        return false;

    const int64_t began_us = time_monotonic_us();
    metric_add(METRIC_SENT_ALONE, pool->plane, 1);
    if (!lease_fly(&lease, flight, error))
        return false;

    offender_flew_alone(pool, key, flight, time_monotonic_us() - began_us);
    return true;
}

bool
pool_fly(struct pool *pool, struct flight *flight, struct tn_error *error)
{
    if (flight->lane == FLIGHT_ALONE)
        return lease_fly_alone(pool, flight, error);

    /* Within a transaction there is no second lease to be had, and the limit is the answer. */
    const bool may_repeat = flight->alone_values && !fiber_holds_lease();
    const uint64_t key = may_repeat ? offender_key(flight) : 0;
    if (may_repeat && offender_is(pool, key))
        return fly_apart(pool, key, flight, error);

    struct group group;
    bool flew = fly_once(pool, flight, &group);
    if (!flew && group.was_forgotten) {
        metric_add(METRIC_RERUN_FORGOTTEN, pool->plane, 1);
        flight_done(flight);
        flew = fly_once(pool, flight, &group);
    }
    if (flew) {
        if (may_repeat)
            offender_flew(pool, key, flight, group.took_us);
        return true;
    }

    /* The group was rolled back whole, so it may run again. */
    if (may_repeat && hit_its_limit(&group.error)) {
        offender_hit(pool, key);
        metric_add(METRIC_RERUN_ALONE, pool->plane, 1);
        flight_done(flight);
        flight->steps[0].values = flight->alone_values;
        return lease_fly_alone(pool, flight, error);
    }
    if (error->code == TN_NO_ERROR)
        *error = group.error;
    return false;
}
