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

#define ANSWER_LIMIT_MS 15000
#define STATEMENT_MS 100
/* For the first answer, before all other lasting connections are opened. */
#define WARM_AFTER_MS 100

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
