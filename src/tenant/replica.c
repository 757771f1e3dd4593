#include "tenant/replica.h"

#include "base/metrics.h"
#include "tenant/replica_check.h"
#include "tenant/versions.h"

/* The places in definitions/metrics.def. */
enum answer {
    ANSWER_GIVEN,
    ANSWER_BEHIND,
    ANSWER_FAILED,
};

bool
replica_may_answer(const struct scope *scope, const struct tn_query *query)
{
    return scope->reads_replica && !scope->lease && !query->writes;
}

/* What the page already brought, or asked for now. */
static bool
have_versions(struct scope *scope)
{
    struct tn_error ignored = { 0 };
    if (scope->versions)
        return true;

    struct versions *versions = ARENA_NEW(scope->arena, struct versions);
    if (!versions_read(scope->runtime, scope->organization_id, scope->arena, versions, &ignored))
        return false;

    scope->versions = versions;
    return true;
}

/* A page that met a replica which is behind asks there no more: the next query would be no better
 * off, and cost as much. */
static bool
no_answer(struct scope *scope, struct flight *flight, enum answer answer)
{
    metric_add(METRIC_REPLICA_ANSWERS, (int)answer, 1);
    scope->reads_replica = false;
    flight_done(flight);
    *flight = (struct flight){ 0 };
    return false;
}

bool
replica_fly(struct scope *scope, const struct composed *composed, struct flight *flight,
    const struct pg_result **ret_result)
{
    struct pool *replica = runtime_replica_pool(scope->runtime);
    if (!pool_is_ready(replica) || !have_versions(scope))
        return no_answer(scope, flight, ANSWER_FAILED);

    const bool alone = composed->query->slow;
    compose_enter(flight, scope, false, alone);
    replica_check_add(flight, scope, composed->query->tables_read);
    struct flight_step *step =
        flight_add(flight, runtime_statement(scope->runtime, composed->query), composed->values);
    step->lengths = composed->lengths;
    step->formats = composed->formats;
    flight->organization_id = scope->organization_id;
    flight->only_reads = true;
    flight->lane = alone ? FLIGHT_ALONE : FLIGHT_READ;

    /* Whatever it fails of, the primary is asked, and tells. */
    struct tn_error ignored = { 0 };
    if (!pool_fly(replica, flight, &ignored))
        return no_answer(scope, flight, ANSWER_FAILED);
    if (!replica_check_holds(&flight->steps[1]))
        return no_answer(scope, flight, ANSWER_BEHIND);

    metric_add(METRIC_REPLICA_ANSWERS, ANSWER_GIVEN, 1);
    *ret_result = flight->steps[2].result;
    return true;
}
