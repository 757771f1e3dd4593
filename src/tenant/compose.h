/* The composer: the one place that knows what a flight of each plane consists of.
 *
 *     tenant      enter(organization, limits) · query · for a write its bumps · Sync
 *     together    enter(organization, limits) · query · query · … · Sync
 *     remembered  enter(organization, limits) · check(standing) · query · … · Sync
 *     identity    limit(limits), or act(limits, actor) once that is known · query · Sync
 *     raw         the record of its use · query · Sync
 *
 * and in a transaction, on its lease: BEGIN · enter · first query, then each query, then bumps ·
 * COMMIT. */
#pragma once

#include "tenant/scope.h"

struct composed {
    const struct tn_query *query;
    const char *const *values;
    const int *lengths;
    const int *formats;
    const struct pg_result *result; /* filled by compose_fly; it is the flight's */
};

/* Send them and wait. `flight` is empty and gets the results. More than one: they only read, and
 * none is slow; `name` is what they are together. */
MUST_USE bool compose_fly(struct scope *scope, struct composed *queries, int count,
    const char *name, struct flight *flight, struct tn_error *error);
/* The steps of the queries, and what holds for the flight as a whole. */
void compose_queries(
    struct flight *flight, struct scope *scope, const struct composed *queries, int count);
/* Their results, from the step of the first one on. */
void compose_results(const struct flight *flight, int first, struct composed *queries, int count);

/* The end of a transaction: bumps and COMMIT. */
MUST_USE bool compose_commit(struct scope *scope, struct tn_error *error);

/* The check of who asks, in a flight of its own. */
MUST_USE bool compose_confirm(struct scope *scope, struct tn_error *error);

/* The parts of that, for a stream: who asks and for how long, as the beginning of a transaction
 * on a lease; and the record of a raw use, which a flight of its own makes last. */
MUST_USE bool
compose_begin(struct flight *flight, const struct scope *scope, struct tn_error *error);
void compose_record(struct flight *flight, const struct scope *scope, const struct tn_query *query);
/* The first step of a flight that is no transaction on a lease; `alone`: with the full limits. */
void compose_enter(struct flight *flight, const struct scope *scope, bool writes, bool alone);
/* Raise the versions of `relations` (which live as long as the scope) without writing to them: now,
 * or with the transaction that the scope is in. */
MUST_USE bool compose_touch(
    struct scope *scope, const char *const *relations, size_t count, struct tn_error *error);
