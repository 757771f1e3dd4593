/* The tenant runtime of one loop: its connections of both planes and the handles that are open.
 *
 * A handle is a pointer to a slot in a fixed pool and a random 64-bit serial. Each call checks that
 * the pointer is a slot and the serial is the slot's; closing a handle changes it. So a zeroed
 * handle, a stale one, one of another kind and one that was made by hand are refused (TN_HANDLE).
 */
#pragma once

#include "base/arena.h"
#include "loop/loop.h"
#include "postgres/pool.h"
#include "tenant/identity.h"

struct tenant_limits {
    int statement_ms; /* on shared connections */
    int lock_ms;
    int statement_alone_ms; /* on leased ones */
    int lock_alone_ms;
    int rows_per_query;
    int rows_per_stream; /* 0: as many as there are */
};

struct standing;
struct tenant_runtime;

struct tenant_runtime_options {
    struct pool *identity; /* NULL: no identity plane here (a script) */
    struct pool *tenant;   /* NULL: no tenant tables here */
    struct pool *replica;  /* of the tenant plane; NULL: none */
    struct tenant_limits limits;
    int slots; /* handles that can be open at once; 0: 16384 */
};

/* One for each thread that runs a loop; becomes the thread's current one. Borrows the pools. */
MUST_USE bool tenant_runtime_new(const struct tenant_runtime_options *options,
    struct tenant_runtime **ret_runtime, struct tn_error *error);
/* Every handle must be closed. Accepts NULL. */
void tenant_runtime_free(struct tenant_runtime *runtime);

/* What the queries of one page read: the tables, each once. */
struct read_log {
    const char **tables;
    size_t count;
    size_t capacity;
    bool reads_clock; /* a query read now(): the page is good for this moment only */
    bool reads_day;   /* somebody asked which day it is */
    bool is_unique;   /* somebody drew a random number */
    bool writes;      /* a query wrote: what it did must be done each time */
    struct arena *arena;
};

/* Handles. What they read is put into `arena`, which must outlive them. Closing accepts { 0 } and a
 * handle that is closed. */
MUST_USE bool identity_open(struct tenant_runtime *runtime, struct arena *arena,
    struct tn_identity *ret_identity, struct tn_error *error);
void identity_close(struct tn_identity identity);

/* Who makes the changes of this handle, and of the memberships that are opened from it hereafter: a
 * JSON object for the audit log, with id, ipAddress and userAgent. Copied. */
MUST_USE bool
identity_act_as(struct tn_identity identity, const char *actor, struct tn_error *error);

/* What is asked through this handle, and through those that are opened from it hereafter, is
 * checked with `standing`, which outlives them; NULL: it was asked who asks. */
void identity_stand(struct tn_identity identity, struct standing *standing);
/* Check it now, unless it is settled. TN_CONTEXT_CHANGED. */
MUST_USE bool identity_confirm(struct tn_identity identity, struct tn_error *error);

/* Only src/context may call this, for a membership that the database has just confirmed, or that
 * the handle's standing stands for. */
MUST_USE bool membership_open(struct tn_identity identity, const char *organization_id,
    struct tn_membership *ret_membership, struct tn_error *error);
/* Within identity_transaction, for an organization whose row the transaction holds (or just made):
 * its queries are part of the transaction. Only src/organization may call this. */
MUST_USE bool membership_hold(struct tn_identity identity, const char *organization_id,
    struct tn_membership *ret_membership, struct tn_error *error);
void membership_close(struct tn_membership membership);

/* `reads` may be NULL. */
MUST_USE bool tenant_db_open(struct tn_membership membership, struct read_log *reads,
    struct tn_db *ret_db, struct tn_error *error);
/* Let what only reads through this handle be answered by the replica, where there is one, as long
 * as it is not behind `versions`: the organization's, from the primary, read after the request
 * began; they live as long as the handle. NULL: they are asked for when they are needed. */
struct versions;
void tenant_db_read_replica(struct tn_db db, const struct versions *versions);
void tenant_db_close(struct tn_db db);
/* NULL unless the handle holds. */
const char *tenant_db_organization_id(struct tn_db db);
