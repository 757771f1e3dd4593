#include "postgres/lease.h"

#include <assert.h>
#include <string.h>

#include "base/metrics.h"
#include "base/time.h"
#include "postgres/inside.h"

static bool
is_usable(const struct connection *connection)
{
    return connection->state == CONNECTION_READY && !connection->is_broken;
}

bool
lease_acquire(
    struct pool *pool, const char *organization_id, struct lease *ret_lease, struct tn_error *error)
{
    struct group group = {
        .pool = pool,
        .lane = &pool->lanes[LANE_LEASE],
        .fiber = fiber_current(),
    };
    assert(group.fiber);
    if (fiber_holds_lease())
        return error_set(error, TN_BUSY, "a transaction must not wait for a second connection");

    if (group_send(&group, organization_id))
        group_wait(&group);
    if (!group.connection) {
        if (error->code == TN_NO_ERROR)
            *error = group.error;
        return false;
    }

    fiber_set_holds_lease(group.fiber, true);
    /* The turn is the lease's now; lease_release gives it back. */
    *ret_lease = (struct lease){ .pool = pool,
        .connection = group.connection,
        .turn = group.turn,
        .since_us = time_monotonic_us() };
    metric_add(METRIC_LEASES_HELD, pool->plane, 1);
    return true;
}

/* May its Sync make something last? Within a transaction only COMMIT does. */
static bool
may_commit(const struct flight *flight, bool is_idle)
{
    for (int i = 0; i < flight->step_count; i++) {
        if (step_is(&flight->steps[i], "commit"))
            return true;
    }
    const bool only_reads =
        flight->lane == FLIGHT_READ || (flight->lane == FLIGHT_ALONE && flight->only_reads);
    return !only_reads && is_idle && !step_is(&flight->steps[0], "begin");
}

/* What runs on a leased connection is its fiber's alone, so it can be stopped. */
static void
flight_abandoned(struct fiber_hope *hope)
{
    struct group *group = CONTAINER_OF(hope, struct group, hope);
    if (group->connection)
        connection_cancel(group->connection);
}

static bool
fly_once(struct connection *connection, struct flight *flight, struct group *group)
{
    *group = (struct group){
        .pool = connection->pool,
        .lane = connection->lane,
        .flight = flight,
        .fiber = fiber_current(),
        .may_commit = may_commit(flight, PQtransactionStatus(connection->pg) == PQTRANS_IDLE),
        .hope.abandoned = flight_abandoned,
    };
    connection_send(connection, group);
    fiber_wait_in_hope(&group->hope);
    return !group->has_failed;
}

static bool
roll_back(struct connection *connection)
{
    static const struct statement statement = { .text = "rollback" };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    struct group group;
    flight_add(&flight, &statement, NULL);
    return fly_once(connection, &flight, &group) && is_usable(connection) &&
           PQtransactionStatus(connection->pg) == PQTRANS_IDLE;
}

/* PostgreSQL answers COMMIT in a failed transaction with ROLLBACK, and calls that no error. */
static bool
committed_if_asked(const struct flight *flight, struct tn_error *error)
{
    for (int i = 0; i < flight->step_count; i++) {
        const struct flight_step *step = &flight->steps[i];
        if (step_is(step, "commit") && strcmp(PQcmdStatus(step->result), "ROLLBACK") == 0)
            return error_set(error, TN_DATABASE,
                "COMMIT rolled back: a statement of the transaction had failed before");
    }
    return true;
}

bool
lease_fly(struct lease *lease, struct flight *flight, struct tn_error *error)
{
    struct connection *connection = lease->connection;
    if (!fiber_check(error))
        return false;

    if (!connection || !is_usable(connection))
        return error_set(error, TN_UNAVAILABLE, "the leased connection is broken");

    struct group group;
    const bool was_idle = PQtransactionStatus(connection->pg) == PQTRANS_IDLE;
    bool flew = fly_once(connection, flight, &group);

    /* In the middle of a transaction what went before is lost: then it is the caller's failure. */
    if (!flew && group.was_forgotten && was_idle && is_usable(connection) &&
        (PQtransactionStatus(connection->pg) == PQTRANS_IDLE || roll_back(connection))) {
        metric_add(METRIC_RERUN_FORGOTTEN, lease->pool->plane, 1);
        flight_done(flight);
        flew = fly_once(connection, flight, &group);
    }
    if (flew)
        return committed_if_asked(flight, error);

    if (error->code == TN_NO_ERROR)
        *error = group.error;
    return false;
}

/* The next one finds it as new. A cancellation may arrive late, so that it hits what comes after
 * the statement that it was meant for: that is to be the ROLLBACK, or nothing. */
static bool
make_clean(struct connection *connection)
{
    const bool was_cancelled = connection->was_cancelled;
    connection->was_cancelled = false;
    if (PQtransactionStatus(connection->pg) == PQTRANS_IDLE && !was_cancelled)
        return true;

    if (!roll_back(connection) || !was_cancelled)
        return !connection->is_broken && PQtransactionStatus(connection->pg) == PQTRANS_IDLE;

    AUTO_FLIGHT nothing = { .lane = FLIGHT_READ };
    struct group group;
    return fly_once(connection, &nothing, &group) && is_usable(connection);
}

static void
turn_return(struct lease *lease)
{
    struct group group = {
        .pool = lease->pool,
        .lane = &lease->pool->lanes[LANE_LEASE],
        .turn = lease->turn,
        .has_turn = lease->turn != NULL,
    };
    group_pass_turn(&group);
}

void
lease_release(struct lease *lease)
{
    struct connection *connection = lease->connection;
    if (!connection)
        return;

    lease->connection = NULL;
    connection->is_returning = true;
    connection_wait_for_cancel(connection);
    if (is_usable(connection) && (!make_clean(connection) || connection->is_stale) &&
        connection->state == CONNECTION_READY)
        connection_mark_broken(connection);
    connection->was_cancelled = false;

    connection->is_returning = false;
    connection->is_leased = false;
    metric_add(METRIC_LEASES_HELD, lease->pool->plane, -1);
    metric_observe(METRIC_LEASE_SECONDS, lease->pool->plane, time_monotonic_us() - lease->since_us);
    fiber_set_holds_lease(fiber_current(), false);
    turn_return(lease);
    lane_dispatch(connection->lane);
}

bool
lease_fly_alone(struct pool *pool, struct flight *flight, struct tn_error *error)
{
    AUTO_LEASE lease = { 0 };
    return lease_acquire(pool, flight->organization_id, &lease, error) &&
           lease_fly(&lease, flight, error);
}
