/* The worker pool: a few threads for what would block a loop (password hashing, mail), shared by
 * all loops. Its queue is bounded. */
#pragma once

#include "loop/loop.h"

struct worker_pool;

/* Free with worker_pool_free, which waits for running work; nothing may wait in it then. */
MUST_USE bool worker_pool_new(
    int threads, int queue_limit, struct worker_pool **ret_pool, struct tn_error *error);
void worker_pool_free(struct worker_pool *pool);

/* From a fiber: run `work(argument)` on a worker and wait until it is done. TN_OVERLOADED when the
 * queue is full; TN_BUSY inside a transaction (a lease must not wait for a worker). */
MUST_USE bool worker_run(
    struct worker_pool *pool, void (*work)(void *argument), void *argument, struct tn_error *error);

/* From a loop: have `work(argument)` done, then `done` delivered to `loop`. The job is the caller's
 * to keep until then. False when the queue is full. */
struct worker_job {
    void (*work)(void *argument);
    void *argument;
    struct loop *loop;
    struct loop_message done;
    struct worker_job *next;
};
MUST_USE bool worker_post(struct worker_pool *pool, struct worker_job *job);
