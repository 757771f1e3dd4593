#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"
#include "http/inside.h"

/* Who asks again within this time finds the connection as it was: taking it back costs about as
 * much as a new one. */
#define PARK_AFTER_MS 1000
/* Answers to others wait meanwhile. */
#define PARKS_A_TURN 16

/* Has libmicrohttpd, or the kernel, nothing of what this client sent but whole requests? A request
 * that has begun to come would be lost. libmicrohttpd does not say what it holds, so what came is
 * compared with what was answered. Not known of unix sockets: those are a proxy's, and few. */
static bool
said_nothing_more(const struct connection *connection)
{
    struct tcp_info info;
    socklen_t bytes = sizeof info;
    const size_t needed = offsetof(struct tcp_info, tcpi_bytes_received) + sizeof(uint64_t);
    return getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &bytes) == 0 &&
           bytes >= needed && info.tcpi_bytes_received == connection->asked_bytes;
}

static bool
may_be_parked(const struct connection *connection)
{
    return connection->mhd && !connection->exchange && !connection->is_half_closed &&
           !connection->last_arena && !connection->was_refused && said_nothing_more(connection);
}

/* libmicrohttpd is made to see its client leave: the end of a socket takes the place of the
 * client's, under the same number. With MHD_USE_TURBO it closes without a shutdown that the copy
 * would feel. It forgets the descriptor while it is suspended, and reads when it is resumed. */
static void
park(struct connection *connection)
{
    struct http_server *server = connection->server;
    const int copy = fcntl(connection->fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return;

    connection_unwatch(connection);
    MHD_suspend_connection(connection->mhd);
    const bool is_replaced = dup3(server->gone_fd, connection->fd, O_CLOEXEC) >= 0;
    MHD_resume_connection(connection->mhd);
    if (!is_replaced) {
        /* It goes on as it was, without notice of its client's leaving. */
        close(copy);
        return;
    }
    connection->is_parking = true;
    connection->fd = copy;
}

void
parking_begin(struct connection *connection)
{
    struct http_server *server = connection->server;
    connection->idle_since_ms = time_monotonic_ms();
    connection->is_idle = true;
    TAILQ_INSERT_TAIL(&server->idle, connection, idle_link);
    if (server->park.due_ms == 0)
        timer_start(server->loop, &server->park, PARK_AFTER_MS);
}

void
parking_end(struct connection *connection)
{
    if (connection->is_idle)
        TAILQ_REMOVE(&connection->server->idle, connection, idle_link);
    connection->is_idle = false;
}

void
parking_timer(struct timer *timer)
{
    struct http_server *server = CONTAINER_OF(timer, struct http_server, park);
    const int64_t now_ms = time_monotonic_ms();
    struct connection *connection;
    int count = 0;
    while (count < PARKS_A_TURN && (connection = TAILQ_FIRST(&server->idle)) != NULL) {
        const int64_t left_ms = connection->idle_since_ms + PARK_AFTER_MS - now_ms;
        if (left_ms > 0) {
            timer_start(server->loop, timer, left_ms);
            break;
        }
        parking_end(connection);
        if (!server->is_quiesced && may_be_parked(connection)) {
            park(connection);
            count++;
        }
    }
    if (count == PARKS_A_TURN)
        timer_start(server->loop, timer, 0);
    if (count > 0)
        server_run(server);
}
