#include "server/loops.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/time.h"
#include "loop/fiber.h"
#include "server/client_address.h"
#include "server/dispatch.h"
#include "server/failure.h"
#include "server/schema_watch.h"

#define DRAIN_LOOK_MS 10
#define ADMIT_LOOK_MS 10
/* Without connections it answers too: 503, or what needs none. */
#define ADMIT_LATEST_MS 1000
#define REPLICA "replica"
/* How long what was given up may take to end and be answered. */
#define ABANDONED_MS 2000

enum thread_state {
    THREAD_STARTING,
    THREAD_SERVING,
    THREAD_FAILED,
    THREAD_CLOSING, /* its loop runs no more */
    THREAD_ENDED,
};

struct loop_thread {
    struct server_loop loop;
    pthread_t thread;
    int listen_fd;
    bool is_lent;
    struct server_loops *loops;
    struct tn_error error;
    struct loop_message admit;
    struct timer admit_look;
    int64_t admit_latest_ms;
    struct checked_planes checked;
    struct loop_message stop;
    struct loop_message abandon;
    struct timer drain;
    bool is_started;
};

struct server_loops {
    struct server *server;
    struct loop_thread *threads;
    size_t count;
    pthread_mutex_t lock; /* guards `states` */
    pthread_cond_t changed;
    enum thread_state *states;
    struct http_siblings siblings;
};

/* --- one loop -------------------------------------------------------------------------------- */

/* Never before PostgreSQL would have stopped the slowest statement itself. */
static int64_t
answer_limit_ms(const struct settings *settings)
{
    enum { SLACK_MS = 5000 };
    const int64_t wanted_ms = settings->answer_timeout * 1000;
    const int64_t least_ms = settings->statement_alone_ms + SLACK_MS;
    return wanted_ms > least_ms ? wanted_ms : least_ms;
}

static bool
open_pool(struct server_loop *loop, const char *name, const char *url, struct pool **ret_pool,
    struct tn_error *error)
{
    const struct settings *settings = loop->server->settings;
    const struct pool_options options = {
        .url = url,
        .name = name,
        .read_connections = (int)settings->read_connections,
        .read_depth = (int)settings->read_depth,
        .write_connections = (int)settings->write_connections,
        .write_depth = (int)settings->write_depth,
        .leases = (int)settings->leases,
        .queue_limit = (int)settings->flight_queue,
        .statement_ms = (int)settings->statement_ms,
        .lock_ms = (int)settings->lock_ms,
        .answer_limit_ms = answer_limit_ms(settings),
        .schema_changed = schema_watch_changed,
        .owner = loop,
        .workers = loop->server->workers,
        .unnamed = strcmp(settings->prepared, "unnamed") == 0,
        .read_only = strcmp(name, REPLICA) == 0,
        .opens_later = true,
    };
    if (pool_new(loop->loop, &options, ret_pool, error))
        return true;

    if (options.read_only)
        error_prefix(error, "--tenant-replica");
    else
        error_prefix(error, "%s plane", name);
    return false;
}

bool
server_loop_open(struct server *server, struct server_loop *ret_loop, struct tn_error *error)
{
    *ret_loop = (struct server_loop){ .server = server };
    if (!loop_new(&ret_loop->loop, error) ||
        !open_pool(ret_loop, "identity", server->identity_url, &ret_loop->identity_pool, error))
        return false;

    if (server->tenant_url &&
        !open_pool(ret_loop, "tenant", server->tenant_url, &ret_loop->tenant_pool, error))
        return false;

    if (server->replica_url &&
        !open_pool(ret_loop, REPLICA, server->replica_url, &ret_loop->replica_pool, error))
        return false;

    const struct settings *settings = server->settings;
    const struct tenant_runtime_options options = {
        .identity = ret_loop->identity_pool,
        .tenant = ret_loop->tenant_pool,
        .replica = ret_loop->replica_pool,
        .limits = {
            .statement_ms = (int)settings->statement_ms,
            .lock_ms = (int)settings->lock_ms,
            .statement_alone_ms = (int)settings->statement_alone_ms,
            .lock_alone_ms = (int)settings->lock_alone_ms,
            .rows_per_query = (int)settings->rows_per_query,
            .rows_per_stream = (int)settings->rows_per_stream,
        },
    };
    return context_memory_new((size_t)settings->remembered_sessions, &ret_loop->memory, error) &&
           tenant_runtime_new(&options, &ret_loop->runtime, error);
}

void
server_loop_close(struct server_loop *loop)
{
    if (loop->http)
        http_server_free(loop->http);
    access_lines_free(loop->access_lines);
    tenant_runtime_free(loop->runtime);
    context_memory_free(loop->memory);
    if (loop->replica_pool)
        pool_free(loop->replica_pool);
    if (loop->tenant_pool)
        pool_free(loop->tenant_pool);
    if (loop->identity_pool)
        pool_free(loop->identity_pool);
    if (loop->loop)
        loop_free(loop->loop);
    *loop = (struct server_loop){ 0 };
}

/* --- one thread ------------------------------------------------------------------------------ */

static void
state_set(struct loop_thread *thread, enum thread_state state)
{
    struct server_loops *loops = thread->loops;
    pthread_mutex_lock(&loops->lock);
    loops->states[thread - loops->threads] = state;
    pthread_cond_broadcast(&loops->changed);
    pthread_mutex_unlock(&loops->lock);
}

static void
note_answer(const struct http_request *request, const struct http_response *response,
    int64_t duration_us, void *owner)
{
    const struct server_loop *loop = owner;
    access_lines_note(loop->access_lines, request, response, duration_us);
}

static bool
is_proxy(const char *peer, void *owner)
{
    const struct server_loop *loop = owner;
    return client_address_is_proxy(loop->server, peer);
}

static bool
thread_open(struct loop_thread *thread)
{
    struct server *server = thread->loops->server;
    if (!metrics_thread_begin(&thread->error) ||
        !server_loop_open(server, &thread->loop, &thread->error))
        return false;

    thread->loop.access_lines = access_lines_new(server->access_log, thread->loop.loop);

    const struct http_server_options options = {
        .siblings = &thread->loops->siblings,
        .listen_fd = thread->listen_fd,
        .is_shut = true,
        .is_lent = thread->is_lent,
        .header_limit_bytes = (size_t)server->settings->header_limit,
        .body_limit_bytes = (size_t)server->settings->body_limit,
        .connection_limit = (int)server->settings->connection_limit,
        .idle_timeout_s = (int)server->settings->idle_timeout,
        .header_timeout_s = (int)server->settings->header_timeout,
        .body_timeout_s = (int)server->settings->body_timeout,
        .send_timeout_s = (int)server->settings->send_timeout,
        .send_rate_bytes = (int)server->settings->send_rate,
        .requests_limit = (int)server->settings->requests_limit,
        .half_closed_ms = server->settings->half_closed_ms,
        .is_proxy = is_proxy,
        .handle = dispatch,
        .refuse = failure_refuse,
        .answered = note_answer,
        .owner = &thread->loop,
    };
    return http_server_new(thread->loop.loop, &options, &thread->loop.http, &thread->error);
}

static void *
thread_run(void *argument)
{
    struct loop_thread *thread = argument;
    if (!thread_open(thread)) {
        server_loop_close(&thread->loop);
        state_set(thread, THREAD_FAILED);
        return NULL;
    }

    state_set(thread, THREAD_SERVING);
    loop_run(thread->loop.loop);
    log_line(LOG_INFO, NULL, "loop %zu: its fibers used at most %zu KiB of stacks of %d KiB",
        (size_t)(thread - thread->loops->threads), fiber_stack_used(thread->loop.loop) / 1024,
        FIBER_STACK_BYTES / 1024);
    state_set(thread, THREAD_CLOSING);
    server_loop_close(&thread->loop);
    state_set(thread, THREAD_ENDED);
    return NULL;
}

static bool
has_connections(const struct server_loop *loop)
{
    return pool_is_ready(loop->identity_pool) &&
           (!loop->tenant_pool || pool_is_ready(loop->tenant_pool));
}

/* Who comes first is answered by the loop that has connections already, those of the checks. */
static void
admit_look(struct timer *timer)
{
    struct loop_thread *thread = CONTAINER_OF(timer, struct loop_thread, admit_look);
    if (has_connections(&thread->loop) || time_monotonic_ms() >= thread->admit_latest_ms)
        http_server_admit(thread->loop.http);
    else
        timer_start(thread->loop.loop, timer, ADMIT_LOOK_MS);
}

static void
admit_begin(struct loop_message *message)
{
    struct loop_thread *thread = CONTAINER_OF(message, struct loop_thread, admit);
    if (thread->checked.identity)
        pool_adopt(thread->loop.identity_pool, thread->checked.identity);
    if (thread->checked.tenant)
        pool_adopt(thread->loop.tenant_pool, thread->checked.tenant);
    pool_warm(thread->loop.identity_pool);
    if (thread->loop.tenant_pool)
        pool_warm(thread->loop.tenant_pool);
    if (thread->loop.replica_pool)
        pool_warm(thread->loop.replica_pool);

    if (thread == thread->loops->threads) {
        http_server_admit(thread->loop.http);
        return;
    }
    thread->admit_look.fire = admit_look;
    thread->admit_latest_ms = time_monotonic_ms() + ADMIT_LATEST_MS;
    timer_start(thread->loop.loop, &thread->admit_look, ADMIT_LOOK_MS);
}

/* The loop ends when no request runs and no client is connected. */
static void
drain_look(struct timer *timer)
{
    struct loop_thread *thread = CONTAINER_OF(timer, struct loop_thread, drain);
    if (fiber_count(thread->loop.loop) == 0 && http_server_connections(thread->loop.http) == 0)
        loop_stop(thread->loop.loop);
    else
        timer_start(thread->loop.loop, timer, DRAIN_LOOK_MS);
}

static void
drain_begin(struct loop_message *message)
{
    struct loop_thread *thread = CONTAINER_OF(message, struct loop_thread, stop);
    timer_cancel(thread->loop.loop, &thread->admit_look);
    http_server_quiesce(thread->loop.http);
    thread->drain.fire = drain_look;
    timer_start(thread->loop.loop, &thread->drain, 0);
}

static void
abandon_begin(struct loop_message *message)
{
    struct loop_thread *thread = CONTAINER_OF(message, struct loop_thread, abandon);
    http_server_abandon(thread->loop.http, TN_STOPPING);
}

/* --- all of them ----------------------------------------------------------------------------- */

/* Wait until no thread is in `state`, or `deadline_ms` (0: none) has come. */
static bool
wait_while(struct server_loops *loops, enum thread_state state, int64_t deadline_ms)
{
    bool is_over = false;
    pthread_mutex_lock(&loops->lock);
    for (;;) {
        size_t left = 0;
        for (size_t i = 0; i < loops->count; i++)
            left += loops->threads[i].is_started && loops->states[i] == state;
        if (left == 0 || is_over) {
            pthread_mutex_unlock(&loops->lock);
            return left == 0;
        }
        if (deadline_ms == 0) {
            pthread_cond_wait(&loops->changed, &loops->lock);
            continue;
        }

        const struct timespec until = { deadline_ms / 1000, deadline_ms % 1000 * 1000000 };
        is_over = pthread_cond_timedwait(&loops->changed, &loops->lock, &until) != 0;
    }
}

static void
stop_all(struct server_loops *loops)
{
    for (size_t i = 0; i < loops->count; i++) {
        struct loop_thread *thread = &loops->threads[i];
        if (!thread->is_started || loops->states[i] != THREAD_SERVING)
            continue;

        thread->stop.deliver = drain_begin;
        loop_post(thread->loop.loop, &thread->stop);
    }
}

/* What still runs is given up and answered 503. Under the lock a loop that serves does not end. */
static void
abandon_all(struct server_loops *loops)
{
    pthread_mutex_lock(&loops->lock);
    for (size_t i = 0; i < loops->count; i++) {
        struct loop_thread *thread = &loops->threads[i];
        if (!thread->is_started || loops->states[i] != THREAD_SERVING)
            continue;

        thread->abandon.deliver = abandon_begin;
        loop_post(thread->loop.loop, &thread->abandon);
    }
    pthread_mutex_unlock(&loops->lock);
}

static void
join_all(struct server_loops *loops)
{
    for (size_t i = 0; i < loops->count; i++) {
        if (loops->threads[i].is_started)
            pthread_join(loops->threads[i].thread, NULL);
    }
}

static bool
first_error(const struct server_loops *loops, struct tn_error *error)
{
    for (size_t i = 0; i < loops->count; i++) {
        if (loops->threads[i].error.code != TN_NO_ERROR) {
            *error = loops->threads[i].error;
            return true;
        }
    }
    return false;
}

long
server_threads_wanted(int64_t setting)
{
    const long count = setting > 0 ? (long)setting : sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? count : 1;
}

void
server_loops_admit(struct server_loops *loops, const struct checked_planes *checked)
{
    loops->threads[0].checked = *checked;
    for (size_t i = 0; i < loops->count; i++) {
        struct loop_thread *thread = &loops->threads[i];
        thread->admit.deliver = admit_begin;
        loop_post(thread->loop.loop, &thread->admit);
    }
}

static void
loops_done(struct server_loops *loops)
{
    join_all(loops);
    http_addresses_free(loops->siblings.addresses);
    pthread_cond_destroy(&loops->changed);
    pthread_mutex_destroy(&loops->lock);
}

void
server_loops_refuse(struct server_loops *loops)
{
    stop_all(loops);
    loops_done(loops);
}

bool
server_loops_start(struct server *server, const struct sockets *sockets, struct arena *arena,
    struct server_loops **ret_loops, struct tn_error *error)
{
    struct server_loops *loops = ARENA_NEW(arena, struct server_loops);
    loops->server = server;
    loops->count = (size_t)server_threads_wanted(server->settings->loops);
    loops->siblings.server_count = (int)loops->count;
    if (server->settings->address_limit > 0 &&
        !http_addresses_new(
            (int)server->settings->address_limit, &loops->siblings.addresses, error))
        return false;

    loops->threads = ARENA_ARRAY(arena, loops->count, struct loop_thread);
    loops->states = ARENA_ARRAY(arena, loops->count, enum thread_state);
    pthread_mutex_init(&loops->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&loops->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);

    for (size_t i = 0; i < loops->count; i++) {
        struct loop_thread *thread = &loops->threads[i];
        thread->loops = loops;
        thread->listen_fd = sockets->requests;
        thread->is_lent = sockets->requests_are_lent;
        thread->is_started = pthread_create(&thread->thread, NULL, thread_run, thread) == 0;
        if (!thread->is_started)
            error_set(&thread->error, TN_OVERLOADED, "no thread could be started for loop %zu", i);
    }

    wait_while(loops, THREAD_STARTING, 0);
    if (first_error(loops, error)) {
        server_loops_refuse(loops);
        return false;
    }

    *ret_loops = loops;
    return true;
}

bool
server_loops_stop(struct server_loops *loops)
{
    /* Readiness goes down first: who sends requests here shall hear of it before any is refused. */
    atomic_store(&loops->server->is_stopping, true);
    usleep((useconds_t)loops->server->settings->stop_notice_ms * 1000);
    stop_all(loops);
    const int64_t drained_ms = time_monotonic_ms() + loops->server->settings->drain_timeout * 1000;
    if (!wait_while(loops, THREAD_SERVING, drained_ms)) {
        abandon_all(loops);
        if (!wait_while(loops, THREAD_SERVING, drained_ms + ABANDONED_MS))
            return false;
    }

    loops_done(loops);
    return true;
}
