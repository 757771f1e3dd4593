/* A loop's connections to one database as one role.
 *
 * Shared connections carry the flights of many fibers in pipeline mode: reads few and deep, writes
 * more and two deep (group commit). Leased ones belong to one fiber for a transaction. A shared
 * connection is never cancelled: PQcancel stops whichever group is running, also somebody else's.
 * A broken connection fails what was on it (TN_UNAVAILABLE; TN_OUTCOME_UNKNOWN for a write whose
 * Sync was not answered) and comes back by itself, with back-off and jitter. */
#pragma once

#include "loop/worker.h"
#include "postgres/flight.h"

struct direct;
struct pool;

struct pool_options {
    const char *url;       /* libpq's URL or keywords; copied */
    const char *name;      /* for messages and metrics: "identity", "tenant", "replica" */
    int read_connections;  /* shared; default 2 */
    int read_depth;        /* groups in flight on each; default 16 */
    int write_connections; /* shared; default 8; of one that is `read_only`, none */
    int write_depth;       /* default 2 */
    int leases;            /* default 8; opened when first needed */
    int queue_limit;       /* flights that wait beyond that: TN_OVERLOADED; default 1024 */
    /* The limits that groups of shared connections begin with. A session that is ours alone gets
     * them when it is opened, and its groups need not set them; behind a pooler they do. 0: the
     * pool does not know them. */
    int statement_ms;
    int lock_ms;
    int64_t answer_limit_ms; /* a server that says nothing for so long is gone; default 15000 */
    /* A plan does not fit any more (0A000): the schema changed. Called on the loop; may be NULL. */
    void (*schema_changed)(void *owner);
    void *owner;
    /* Who cancels statements that nobody waits for any more: PQcancel blocks. NULL: they run on,
     * up to their limit. */
    struct worker_pool *workers;
    /* No prepared names: behind PgBouncer below 1.21. Then nothing is pipelined either (such a
     * PgBouncer gives a server away when it has answered all groups that it saw the end of, also
     * when a next one has begun to come, and that one ends up on two servers): connections times
     * depth become so many connections, opened as they are needed. */
    bool unnamed;
    bool read_only;   /* a replica: never asked to write */
    bool opens_later; /* nothing is opened before it is needed, or pool_warm was called */
};

/* Starts to connect; flights wait until there is a connection (and at most `connect wait`).
 * Free with pool_free, on the loop's thread, when no fiber waits in it. */
MUST_USE bool pool_new(struct loop *loop, const struct pool_options *options,
    struct pool **ret_pool, struct tn_error *error);
void pool_free(struct pool *pool);
/* On the loop's thread: go on with a connection to the same URL, on which nothing was set. */
void pool_adopt(struct pool *pool, struct direct *direct);
/* After a moment, open what is to be kept open: the first answer does not wait for that. */
void pool_warm(struct pool *pool);
/* Has it a working connection now? For /readyz. */
bool pool_is_ready(const struct pool *pool);
/* Was none wanted yet? */
bool pool_is_untried(const struct pool *pool);

/* From a fiber: send the flight and wait for its Sync. On success every step has its result. On
 * failure `error` says what the first failing step said and results may be there or not. */
MUST_USE bool pool_fly(struct pool *pool, struct flight *flight, struct tn_error *error);

struct connection;
struct turn;

/* A connection for one fiber, for several flights. */
struct lease {
    struct pool *pool;
    struct connection *connection;
    struct turn *turn; /* of its organization */
    int64_t since_us;
};

/* From a fiber, which may hold one lease (a second one: TN_BUSY). Waits while all are out. */
MUST_USE bool lease_acquire(struct pool *pool, const char *organization_id, struct lease *ret_lease,
    struct tn_error *error);
MUST_USE bool lease_fly(struct lease *lease, struct flight *flight, struct tn_error *error);
/* Give it back, rolled back and clean, or close it. Accepts { 0 } and a second call. */
void lease_release(struct lease *lease);
#define AUTO_LEASE __attribute__((cleanup(lease_release))) struct lease
