#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/metrics.h"
#include "base/time.h"
#include "http/inside.h"

/* For libmicrohttpd to notice that a connection was ended. */
#define LAST_WORDS_MS 1000

static void
format_peer(struct connection *connection)
{
    const struct sockaddr_storage *address = &connection->address;
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
        inet_ntop(AF_INET, &v4->sin_addr, connection->peer, sizeof connection->peer);
    } else if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
        inet_ntop(AF_INET6, &v6->sin6_addr, connection->peer, sizeof connection->peer);
    } else {
        snprintf(connection->peer, sizeof connection->peer, "unix");
    }
}

void
connection_unwatch(struct connection *connection)
{
    if (connection->is_watched)
        loop_unwatch(connection->server->loop, &connection->watch);
    connection->is_watched = false;
}

static void
connection_free(struct connection *connection)
{
    struct http_server *server = connection->server;

    connection_unwatch(connection);
    parking_end(connection);
    if (connection->is_counted)
        addresses_leave(server->options.siblings->addresses, &connection->address);
    timer_cancel(server->loop, &connection->timer);
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    server->connection_count--;
    metric_add(METRIC_CONNECTIONS, 0, -1);
    if (server->options.siblings)
        atomic_fetch_sub(&server->options.siblings->connection_count, 1);
    if (connection->last_arena)
        server_arena_give_back(server, connection->last_arena);
    free(connection);
    server_accept_if_possible(server);
}

void
connection_drop(struct connection *connection)
{
    connection_unwatch(connection);
    close(connection->fd);
    connection_free(connection);
}

void
connection_shut(struct connection *connection)
{
    if (connection->mhd)
        shutdown(connection->fd, SHUT_RDWR);
    else
        connection_drop(connection);
}

static bool
has_unread(const struct connection *connection)
{
    int unread = 0;
    return ioctl(connection->fd, FIONREAD, &unread) == 0 && unread > 0;
}

/* Its client sends no more, and nothing that it sent is left to answer. libmicrohttpd 0.9.75 misses
 * an end that came together with the last bytes, so it is told once more. */
static void
end_half_closed(struct connection *connection)
{
    if (has_unread(connection) && !connection->was_given_time) {
        connection->was_given_time = true;
        connection_set_deadline(
            connection, LIMIT_HALF_CLOSED, connection->server->options.half_closed_ms);
        return;
    }
    connection_shut(connection);
}

static void
deadline_has_come(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    const bool is_asking = exchange && exchange->stage <= EXCHANGE_BODY;
    if (connection->limit == LIMIT_HALF_CLOSED) {
        if (!exchange || is_asking) {
            end_half_closed(connection);
        } else {
            connection->deadline_ms = INT64_MAX;
            exchange_client_left(exchange);
        }
        return;
    }

    metric_add(METRIC_CONNECTIONS_ENDED, (int)connection->limit, 1);
    if (is_asking && !connection->last_arena) {
        exchange_refuse_slow(exchange);
        connection_set_deadline(connection, LIMIT_SEND, LAST_WORDS_MS);
    } else {
        connection_shut(connection);
    }
}

static void
timer_fired(struct timer *timer)
{
    struct connection *connection = CONTAINER_OF(timer, struct connection, timer);
    const int64_t left_ms = connection->deadline_ms - time_monotonic_ms();
    if (left_ms <= 0) {
        deadline_has_come(connection);
        return;
    }

    /* Requests move the deadline, not the timer: most of them end before it fires once. */
    const int64_t idle_ms = (int64_t)connection->server->options.idle_timeout_s * 1000;
    timer_start(connection->server->loop, timer, left_ms < idle_ms ? left_ms : idle_ms);
}

void
connection_set_deadline(struct connection *connection, enum limit limit, int64_t limit_ms)
{
    const int64_t now_ms = time_monotonic_ms();
    const int64_t half_closed_ms = connection->server->options.half_closed_ms;
    /* Who sends no more is not waited for. */
    if (connection->is_half_closed && limit <= LIMIT_BODY && limit_ms >= 0) {
        limit_ms = limit == LIMIT_IDLE ? 0 : half_closed_ms;
        limit = LIMIT_HALF_CLOSED;
    }
    connection->limit = limit;
    connection->deadline_ms = limit_ms < 0 ? INT64_MAX : now_ms + limit_ms;

    if (limit_ms >= 0 &&
        (connection->timer.due_ms == 0 || connection->timer.due_ms > connection->deadline_ms))
        timer_start(connection->server->loop, &connection->timer, limit_ms);
}

void
connection_begin_waiting(struct connection *connection)
{
    if (connection->is_half_closed)
        connection_set_deadline(
            connection, LIMIT_HALF_CLOSED, connection->server->options.half_closed_ms);
    else
        connection_set_deadline(connection, LIMIT_IDLE, -1);
}

/* libmicrohttpd does not look at a connection while its request runs. Who has closed and who has
 * only said all that they will say look alike, so the work goes on for a moment; a reset is plain.
 */
static void
client_left(struct watch *watch, uint32_t events)
{
    struct connection *connection = CONTAINER_OF(watch, struct connection, watch);
    struct exchange *exchange = connection->exchange;
    connection->is_half_closed = true;
    if (connection->last_arena)
        return; /* we ended what it sends */

    if (!exchange || exchange->stage <= EXCHANGE_BODY) {
        connection_set_deadline(connection, exchange ? LIMIT_BODY : LIMIT_IDLE, 0);
        return;
    }
    if (exchange->stage != EXCHANGE_RUNNING)
        return;

    if (events & (EPOLLHUP | EPOLLERR))
        exchange_client_left(exchange);
    else
        connection_begin_waiting(connection);
}

/* libmicrohttpd closes without a word when a line has no blank in it. What comes first tells that
 * apart from HTTP: a method and a blank. Anything else (TLS, a stray program) is told so. */
static bool
begins_like_http(const char *bytes, size_t count)
{
    size_t at = 0;
    while (at < count && isalpha((unsigned char)bytes[at]))
        at++;

    /* Too little to tell is left to libmicrohttpd. */
    if (at == count)
        return count < 32;

    return at > 0 && (bytes[at] == ' ' || strchr("!#$%&'*+-.^_`|~0123456789", bytes[at]));
}

/* End one that libmicrohttpd never had, with an answer. */
static void
refuse_connection(struct connection *connection, const struct tn_error *error)
{
    struct http_server *server = connection->server;
    struct exchange *exchange = exchange_new(connection);
    answer_refusal(exchange, error, true);

    struct buffer words;
    buffer_init(&words, exchange->arena, 1024);
    answer_write(&words, exchange);

    connection_unwatch(connection);
    farewell_begin(server, connection->fd, words.data, words.length);
    server_arena_give_back(server, exchange->arena);
    connection_free(connection);
}

/* RFC 9112, section 2.2: one empty line before a request belongs to none. It is taken from the
 * socket, so that what libmicrohttpd gets begins with the request. Answers how many of `bytes` are
 * left. */
static size_t
take_empty_line(struct connection *connection, char *bytes, size_t count)
{
    size_t at = 0;
    while (
        at < count && connection->lead_bytes < 2 && bytes[at] == "\r\n"[connection->lead_bytes]) {
        connection->lead_bytes++;
        at++;
    }
    if (at == 0 || recv(connection->fd, bytes, at, MSG_DONTWAIT) != (ssize_t)at)
        return count;

    connection->asked_bytes += at;
    memmove(bytes, bytes + at, count - at);
    return count - at;
}

/* A connection costs libmicrohttpd's memory only once its client has begun to speak. */
static void
first_bytes_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct connection *connection = CONTAINER_OF(watch, struct connection, watch);
    struct http_server *server = connection->server;

    char bytes[64];
    const ssize_t peeked = recv(watch->fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    if (peeked <= 0) {
        connection_drop(connection);
        return;
    }
    const size_t count = take_empty_line(connection, bytes, (size_t)peeked);
    if (count == 0)
        return;

    if (connection->lead_bytes == 1 || !begins_like_http(bytes, count)) {
        struct tn_error error = { 0 };
        error_set(&error, TN_BAD_REQUEST, "the first line is not one of HTTP");
        refuse_connection(connection, &error);
        return;
    }

    const char *blank = memchr(bytes, ' ', count);
    connection->memory = NULL;
    connection->method_bytes = blank ? (size_t)(blank - bytes) : 0;
    connection_set_deadline(
        connection, LIMIT_HEADER, (int64_t)server->options.header_timeout_s * 1000);
    watch->ready = client_left;
    loop_watch_events(server->loop, watch, EPOLLRDHUP | EPOLLET);
    server->arriving = connection;
    const enum MHD_Result added = MHD_add_connection(server->daemon, connection->fd,
        (const struct sockaddr *)&connection->address, connection->address_bytes);
    if (added != MHD_YES) {
        /* The descriptor is closed, and if it got as far as telling of us, so are we. */
        if (server->arriving)
            connection_free(connection);
        server->arriving = NULL;
        return;
    }
    server->arriving = NULL;
    server_run(server);
}

/* Only addresses of strangers count: a proxy's connections are those of many. */
static bool
may_come_in(struct connection *connection)
{
    const struct http_server_options *options = &connection->server->options;
    struct http_addresses *addresses = options->siblings ? options->siblings->addresses : NULL;
    if (!addresses || (options->is_proxy && options->is_proxy(connection->peer, options->owner)))
        return true;

    connection->is_counted = addresses_enter(addresses, &connection->address);
    return connection->is_counted;
}

void
connection_new(
    struct http_server *server, int fd, const struct sockaddr_storage *address, socklen_t bytes)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection) {
        close(fd);
        return;
    }

    struct tn_error error = { 0 };
    connection->server = server;
    connection->fd = fd;
    connection->address = *address;
    connection->address_bytes = bytes;
    connection->watch = (struct watch){ .fd = fd, .ready = first_bytes_ready };
    connection->timer.fire = timer_fired;
    format_peer(connection);
    if (!loop_watch(server->loop, &connection->watch, EPOLLIN, &error)) {
        close(fd);
        free(connection);
        return;
    }

    connection->is_watched = true;
    connection->next = server->connections;
    if (connection->next)
        connection->next->previous = connection;
    server->connections = connection;
    server->connection_count++;
    metric_add(METRIC_CONNECTIONS, 0, 1);
    if (server->options.siblings)
        atomic_fetch_add(&server->options.siblings->connection_count, 1);
    connection_set_deadline(connection, LIMIT_IDLE, (int64_t)server->options.idle_timeout_s * 1000);
    if (may_come_in(connection))
        return;

    metric_add(METRIC_CONNECTIONS_ENDED, LIMIT_ADDRESS, 1);
    error_set(&error, TN_OVERLOADED, "%s has as many connections as an address may have",
        connection->peer);
    refuse_connection(connection, &error);
}

/* libmicrohttpd let go of it: it is as it was before its first bytes came. */
static void
is_parked(struct connection *connection)
{
    struct tn_error error = { 0 };
    connection->is_parking = false;
    connection->mhd = NULL;
    connection->lead_bytes = 0;
    connection->watch = (struct watch){ .fd = connection->fd, .ready = first_bytes_ready };
    connection->is_watched =
        loop_watch(connection->server->loop, &connection->watch, EPOLLIN, &error);
    if (!connection->is_watched)
        connection_drop(connection);
}

/* Must its client be given time to read what was said? */
static bool
needs_farewell(const struct connection *connection)
{
    return connection->was_refused || connection->last_arena || has_unread(connection);
}

void
connection_notified(void *owner, struct MHD_Connection *mhd, void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = owner;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        server->arriving->mhd = mhd;
        *socket_context = server->arriving;
        return;
    }

    /* The descriptor is still open here, and with MHD_USE_TURBO still writable. libmicrohttpd
     * closes its own; a copy of it keeps the connection. */
    struct connection *connection = *socket_context;
    if (server->arriving == connection)
        server->arriving = NULL;
    if (connection->is_parking) {
        is_parked(connection);
        return;
    }
    if (needs_farewell(connection)) {
        const int copy = fcntl(connection->fd, F_DUPFD_CLOEXEC, 0);
        if (copy >= 0)
            farewell_begin(
                server, copy, connection->last_words.data, connection->last_words.length);
    }
    connection_free(connection);
}
