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
    /* A replica's clock is another one: a page that was told the day by it may be of a day that the
     * primary's is not. */
    return scope->reads_replica && !scope->lease && !query->writes && !query->reads_clock;
}

/* What the page already brought, or asked for now. */
static bool
have_versions(struct scope *scope)
{
    struct tn_error ignored = { 0 };
    if (scope->versions && standing_is_settled(scope->standing))
        return true;

    struct versions *versions = ARENA_NEW(scope->arena, struct versions);
    if (!versions_read(scope->runtime, scope->standing, scope->organization_id, scope->arena,
            versions, &ignored))
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

/* What they read; more often than once where several read it. */
static const char *const *
tables_of(const struct scope *scope, const struct composed *queries, int count)
{
    size_t table_count = 0;
    for (int i = 0; i < count; i++) {
        for (const char *const *table = queries[i].query->tables_read; table && *table; table++)
            table_count++;
    }

    const char **tables = ARENA_ARRAY(scope->arena, table_count + 1, const char *);
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        for (const char *const *table = queries[i].query->tables_read; table && *table; table++)
            tables[at++] = *table;
    }
    return tables;
}

bool
replica_fly(struct scope *scope, struct composed *queries, int count, struct flight *flight)
{
    struct pool *replica = runtime_replica_pool(scope->runtime);
    if (!pool_is_ready(replica) || !have_versions(scope))
        return no_answer(scope, flight, ANSWER_FAILED);

    compose_enter(flight, scope, false, queries[0].query->slow);
    replica_check_add(flight, scope, tables_of(scope, queries, count));
    compose_queries(flight, scope, queries, count);

    /* Whatever it fails of, the primary is asked, and tells. */
    struct tn_error ignored = { 0 };
    if (!pool_fly(replica, flight, &ignored))
        return no_answer(scope, flight, ANSWER_FAILED);
    if (!replica_check_holds(&flight->steps[1]))
        return no_answer(scope, flight, ANSWER_BEHIND);

    metric_add(METRIC_REPLICA_ANSWERS, ANSWER_GIVEN, 1);
    compose_results(flight, 2, queries, count);
    return true;
}
