#include "http/server.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/inside.h"

#define RUNS_A_TURN 8
#define ACCEPTS_A_TURN 4
#define ACCEPT_PAUSE_MS 100
#define SHARE_PAUSE_MS 1
#define SHARE_SLACK 4
#define QUIESCED_ASKING_MS 1000
#define SEND_RATE_BYTES (16 * 1024)

struct arena *
server_arena_take(struct http_server *server)
{
    if (server->spare_arena_count > 0)
        return server->spare_arenas[--server->spare_arena_count];

    return arena_new(ARENA_FIRST_BYTES);
}

void
server_arena_give_back(struct http_server *server, struct arena *arena)
{
    if (server->spare_arena_count == SPARE_ARENAS_MAX) {
        arena_free(arena);
        return;
    }
    arena_reset(arena);
    server->spare_arenas[server->spare_arena_count++] = arena;
}

void
server_run(struct http_server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 1;
    for (int i = 0; i < RUNS_A_TURN; i++) {
        MHD_run_wait(server->daemon, 0);
        /* 0: it holds bytes that no descriptor will tell of again, a pipelined request for one. */
        if (MHD_get_timeout(server->daemon, &wait_ms) != MHD_YES || wait_ms > 0)
            return;
    }
    if (server->run_again.due_ms == 0)
        timer_start(server->loop, &server->run_again, 0);
}

static void
daemon_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    server_run(CONTAINER_OF(watch, struct http_server, daemon_watch));
}

/* The answers of all fibers that ended in this turn, in one go. It may start fibers (for what is
 * pipelined, or has just come), so it runs before the hooks that send what fibers queued. */
static void
before_sleep(struct loop_hook *hook)
{
    struct http_server *server = CONTAINER_OF(hook, struct http_server, before_sleep);
    if (!server->has_resumed)
        return;

    server->has_resumed = false;
    server_run(server);
}

static void
run_again(struct timer *timer)
{
    server_run(CONTAINER_OF(timer, struct http_server, run_again));
}

static void
stop_listening(struct http_server *server)
{
    if (server->is_listening)
        loop_unwatch(server->loop, &server->listen_watch);
    server->is_listening = false;
}

static void
accept_later(struct http_server *server, int64_t delay_ms)
{
    stop_listening(server);
    if (server->accept_again.due_ms == 0)
        timer_start(server->loop, &server->accept_again, delay_ms);
}

void
server_accept_if_possible(struct http_server *server)
{
    if (server->is_listening || server->is_quiesced || server->options.is_shut ||
        server->accept_again.due_ms != 0 ||
        server->connection_count >= server->options.connection_limit)
        return;

    /* All loops wait on one socket. Not with EPOLLEXCLUSIVE: that, too, wakes the same one over and
     * over as long as it is quick. */
    struct tn_error error = { 0 };
    server->is_listening = loop_watch(server->loop, &server->listen_watch, EPOLLIN, &error);
    if (!server->is_listening)
        accept_later(server, ACCEPT_PAUSE_MS);
}

static void
accept_again(struct timer *timer)
{
    server_accept_if_possible(CONTAINER_OF(timer, struct http_server, accept_again));
}

static void
accept_some(struct http_server *server, int count, int limit)
{
    while (count-- > 0 && server->connection_count < limit) {
        struct sockaddr_storage address = { 0 };
        socklen_t bytes = sizeof address;
        const int fd = accept4(server->options.listen_fd, (struct sockaddr *)&address, &bytes,
            SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            connection_new(server, fd, &address, bytes);
            continue;
        }
        /* No descriptor or no memory is left: the client waits in the queue, we look again soon. */
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            accept_later(server, ACCEPT_PAUSE_MS);
        if (errno != ECONNABORTED && errno != EINTR)
            return;
    }
    if (server->connection_count >= limit)
        stop_listening(server);
}

/* Measured without this: of 64 connections that came at once, one loop of two took 58 to 64. */
static bool
is_ahead_of_its_siblings(const struct http_server *server)
{
    const struct http_siblings *siblings = server->options.siblings;
    if (!siblings || siblings->server_count < 2)
        return false;

    const int mean = atomic_load(&siblings->connection_count) / siblings->server_count;
    return server->connection_count > mean + SHARE_SLACK;
}

static void
listen_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct http_server *server = CONTAINER_OF(watch, struct http_server, listen_watch);

    /* It is left to the others, which were woken too. */
    if (is_ahead_of_its_siblings(server))
        accept_later(server, SHARE_PAUSE_MS);
    else
        accept_some(server, ACCEPTS_A_TURN, server->options.connection_limit);
}

/* Paths and queries are decoded where they are read, once, by form.c. */
static size_t
leave_escapes(void *argument, struct MHD_Connection *mhd, char *text)
{
    (void)argument, (void)mhd;
    return strlen(text);
}

/* Twice, because libmicrohttpd copies cookies; and some for what it notes of each header and for
 * the answer's. Not more: it is zeroed for every request, which at 112 KiB costs 4 us of processor
 * time. */
size_t
server_connection_memory(const struct http_server *server)
{
    return 2 * server->options.header_limit_bytes + 8 * 1024;
}

/* No listening socket of its own: we accept. So connections can be limited and counted before they
 * cost anything, their first bytes looked at, and accepting stopped without MHD_quiesce_daemon. */
static bool
start_daemon(struct http_server *server, struct tn_error *error)
{
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_TURBO | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0,
        NULL, NULL, exchange_step, server, MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, server,
        MHD_OPTION_NOTIFY_COMPLETED, exchange_completed, server, MHD_OPTION_NOTIFY_CONNECTION,
        connection_notified, server, MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, server_connection_memory(server),
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)server->options.connection_limit + SOMAXCONN,
        MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_END);
    if (!server->daemon)
        return error_set(error, TN_INTERNAL, "libmicrohttpd does not start");

    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    server->daemon_watch = (struct watch){ .fd = info->epoll_fd, .ready = daemon_ready };
    return loop_watch(server->loop, &server->daemon_watch, EPOLLIN, error);
}

static int
timeout_or_idle(const struct http_server_options *options, int timeout_s)
{
    return timeout_s > 0 ? timeout_s : options->idle_timeout_s;
}

static bool
make_gone_socket(struct http_server *server, struct tn_error *error)
{
    int ends[2];
    server->gone_fd = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return error_set(
            error, TN_INTERNAL, "a socket for parked connections: %s", strerror(errno));

    close(ends[1]);
    server->gone_fd = ends[0];
    return true;
}

bool
http_server_new(struct loop *loop, const struct http_server_options *options,
    struct http_server **ret_server, struct tn_error *error)
{
    struct http_server *server = calloc(1, sizeof *server);
    if (!server)
        return error_set(error, TN_INTERNAL, "no memory for a server");

    server->loop = loop;
    server->options = *options;
    server->options.header_timeout_s = timeout_or_idle(options, options->header_timeout_s);
    server->options.body_timeout_s = timeout_or_idle(options, options->body_timeout_s);
    if (options->send_rate_bytes <= 0)
        server->options.send_rate_bytes = SEND_RATE_BYTES;
    server->options.send_timeout_s = timeout_or_idle(options, options->send_timeout_s);
    server->listen_watch = (struct watch){ .fd = options->listen_fd, .ready = listen_ready };
    server->run_again.fire = run_again;
    server->accept_again.fire = accept_again;
    server->park.fire = parking_timer;
    TAILQ_INIT(&server->idle);
    if (getrandom(&server->request_serial, sizeof server->request_serial, 0) < 0)
        server->request_serial = (uint64_t)(uintptr_t)server;

    if (!make_gone_socket(server, error) || !start_daemon(server, error)) {
        if (server->daemon)
            MHD_stop_daemon(server->daemon);
        if (server->gone_fd >= 0)
            close(server->gone_fd);
        free(server);
        return false;
    }
    server->before_sleep.run = before_sleep;
    loop_before_sleep_first(loop, &server->before_sleep);
    server_accept_if_possible(server);
    *ret_server = server;
    return true;
}

/* Who was let in by the kernel already is served. The last of the siblings takes all that are left,
 * also beyond its limit: nobody else will. Who comes then is refused, and does not wait in a queue
 * that nobody empties. */
static void
accept_the_last(struct http_server *server)
{
    if (server->options.is_lent || server->options.is_shut)
        return;

    struct http_siblings *siblings = server->options.siblings;
    const int limit = server->options.connection_limit;
    accept_some(server, limit, limit);
    if (siblings && atomic_fetch_add(&siblings->quiesced_count, 1) + 1 < siblings->server_count)
        return;

    accept_some(server, SOMAXCONN, limit + SOMAXCONN);
    shutdown(server->options.listen_fd, SHUT_RD);
}

void
http_server_admit(struct http_server *server)
{
    server->options.is_shut = false;
    server_accept_if_possible(server);
}

static bool
is_parked_and_silent(const struct connection *connection)
{
    int unread = 0;
    return !connection->mhd && connection->request_count > 0 &&
           ioctl(connection->fd, FIONREAD, &unread) == 0 && unread == 0;
}

void
http_server_quiesce(struct http_server *server)
{
    if (server->is_quiesced)
        return;

    accept_the_last(server);
    stop_listening(server);
    timer_cancel(server->loop, &server->accept_again);
    server->is_quiesced = true;

    /* Who has begun to ask gets a moment to end. Who was answered and says nothing is let go; bytes
     * that it has sent already are read before the end is. */
    struct connection *next;
    for (struct connection *connection = server->connections; connection; connection = next) {
        const struct exchange *exchange = connection->exchange;
        next = connection->next;
        if (exchange && exchange->stage != EXCHANGE_HEAD && exchange->stage != EXCHANGE_BODY)
            continue;

        if (is_parked_and_silent(connection)) {
            connection_drop(connection);
            continue;
        }
        if (connection->mhd && !exchange)
            shutdown(connection->fd, SHUT_RD);
        if (!connection->last_arena)
            connection_set_deadline(connection, LIMIT_IDLE, QUIESCED_ASKING_MS);
    }
}

void
http_server_abandon(struct http_server *server, enum tn_error_code reason)
{
    for (struct connection *connection = server->connections; connection;
         connection = connection->next) {
        if (connection->exchange && connection->exchange->fiber)
            fiber_abandon(connection->exchange->fiber, reason);
    }
}

int
http_server_connections(const struct http_server *server)
{
    return server->connection_count;
}

void
http_server_free(struct http_server *server)
{
    if (!server)
        return;

    /* libmicrohttpd ends the process when it is stopped with a suspended connection. */
    assert(server->running_count == 0);
    server->is_quiesced = true;
    stop_listening(server);
    timer_cancel(server->loop, &server->accept_again);
    server_run(server); /* takes up the connections whose fibers have just ended */
    timer_cancel(server->loop, &server->run_again);
    loop_unwatch(server->loop, &server->daemon_watch);
    loop_forget_hook(server->loop, &server->before_sleep);

    struct connection *next;
    for (struct connection *connection = server->connections; connection; connection = next) {
        next = connection->next;
        if (!connection->mhd)
            connection_drop(connection);
    }
    MHD_stop_daemon(server->daemon);
    timer_cancel(server->loop, &server->park); /* started by each request that just ended */
    farewells_end(server);
    while (server->spare_arena_count > 0)
        arena_free(server->spare_arenas[--server->spare_arena_count]);
    close(server->gone_fd);
    free(server);
}
