#include "loop/worker.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/metrics.h"
#include "loop/fiber.h"

/* Lies on the stack of the fiber that waits for it. */
struct awaited_job {
    struct worker_job job;
    struct fiber *fiber;
};

struct worker_pool {
    pthread_mutex_t lock;
    pthread_cond_t has_work;
    struct worker_job *first; /* not begun; oldest first */
    struct worker_job **end;
    int queued;
    int queue_limit;
    bool is_ending;
    int thread_count;
    pthread_t threads[];
};

static void
job_is_done(struct loop_message *message)
{
    fiber_wake(CONTAINER_OF(message, struct awaited_job, job.done)->fiber);
}

static struct worker_job *
next_job(struct worker_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (!pool->first && !pool->is_ending)
        pthread_cond_wait(&pool->has_work, &pool->lock);

    struct worker_job *job = pool->first;
    if (job) {
        pool->first = job->next;
        if (!pool->first)
            pool->end = &pool->first;
        pool->queued--;
    }
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void *
worker_thread(void *argument)
{
    struct worker_pool *pool = argument;
    struct worker_job *job;
    while ((job = next_job(pool)) != NULL) {
        job->work(job->argument);
        loop_post(job->loop, &job->done);
    }
    return NULL;
}

/* Signals are for the main thread: a worker in the middle of a hash is no place to handle one. */
static int
thread_start(struct worker_pool *pool)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int answer =
        pthread_create(&pool->threads[pool->thread_count], NULL, worker_thread, pool);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (answer == 0)
        pool->thread_count++;
    return answer;
}

bool
worker_pool_new(int threads, int queue_limit, struct worker_pool **ret_pool, struct tn_error *error)
{
    struct worker_pool *pool = calloc(1, sizeof *pool + (size_t)threads * sizeof(pthread_t));
    if (!pool)
        return error_set(error, TN_INTERNAL, "no memory for a worker pool");

    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->has_work, NULL);
    pool->end = &pool->first;
    pool->queue_limit = queue_limit;
    while (pool->thread_count < threads) {
        const int answer = thread_start(pool);
        if (answer != 0) {
            worker_pool_free(pool);
            return error_set(error, TN_INTERNAL, "a worker thread: %s", strerror(answer));
        }
    }
    *ret_pool = pool;
    return true;
}

void
worker_pool_free(struct worker_pool *pool)
{
    if (!pool)
        return;

    pthread_mutex_lock(&pool->lock);
    assert(!pool->first);
    pool->is_ending = true;
    pthread_cond_broadcast(&pool->has_work);
    pthread_mutex_unlock(&pool->lock);

    for (int i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->has_work);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

bool
worker_post(struct worker_pool *pool, struct worker_job *job)
{
    job->next = NULL;
    pthread_mutex_lock(&pool->lock);
    const bool has_room = pool->queued < pool->queue_limit;
    if (has_room) {
        *pool->end = job;
        pool->end = &job->next;
        pool->queued++;
        pthread_cond_signal(&pool->has_work);
    }
    pthread_mutex_unlock(&pool->lock);
    return has_room;
}

bool
worker_run(
    struct worker_pool *pool, void (*work)(void *argument), void *argument, struct tn_error *error)
{
    struct fiber *fiber = fiber_current();
    assert(fiber);
    if (fiber_holds_lease())
        return error_set(error, TN_BUSY, "a transaction must not wait for a worker");

    struct awaited_job awaited = {
        .job = { .work = work,
            .argument = argument,
            .loop = fiber_loop(fiber),
            .done.deliver = job_is_done },
        .fiber = fiber,
    };
    if (!worker_post(pool, &awaited.job)) {
        metric_add(METRIC_WORKER_REFUSED, 0, 1);
        return error_set(
            error, TN_OVERLOADED, "the workers' queue is full (%d)", pool->queue_limit);
    }

    metric_add(METRIC_WORKER_JOBS, 0, 1);
    metric_add(METRIC_WORKER_WAITING, 0, 1);
    fiber_wait();
    metric_add(METRIC_WORKER_WAITING, 0, -1);
    return true;
}
