/* Versions: a number of each relation of an organization, another one after each write, in every
 * process together. What a page was rendered from is current as long as they are. */
#pragma once

#include "tenant/runtime.h"
#include "tenant/standing.h"

/* What changes with the database's day, as a relation that is written then: no other's name begins
 * so. */
#define VERSIONS_DAY "~day"

struct version {
    const char *relation; /* "public.invoice" */
    int64_t number;
};

/* Each relation once, in the order of strcmp. One that is missing was never written: 0. */
struct versions {
    const struct version *rows;
    size_t count;
};

/* All of an organization's, in one flight; in `arena`. Takes an id and no handle, because it is
 * asked for beside the question who asks: nothing but numbers may be read before that is answered.
 * `standing` of who is remembered, NULL where they are asked for. */
MUST_USE bool versions_read(struct tenant_runtime *runtime, struct standing *standing,
    const char *organization_id, struct arena *arena, struct versions *ret_versions,
    struct tn_error *error);

int64_t versions_number(const struct versions *versions, const char *relation);
bool versions_are_equal(const struct versions *a, const struct versions *b);
/* A copy in `arena`. */
struct versions versions_copy(const struct versions *versions, struct arena *arena);

/* Raise versions without a write: for what a page shows that no relation holds. Within a
 * transaction, at its COMMIT. */
MUST_USE bool
versions_touch(struct tn_db db, const char *const *relations, size_t count, struct tn_error *error);
