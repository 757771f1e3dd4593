#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "http/inside.h"

#define FAREWELLS_MAX 64
#define FAREWELL_MS 2000
#define FAREWELL_BYTES_MAX (16 * 1024 * 1024)

struct farewell {
    struct http_server *server;
    struct farewell *next;
    struct watch watch;
    struct timer timer;
    size_t read_bytes;
};

static void
farewell_end(struct farewell *farewell)
{
    struct http_server *server = farewell->server;
    struct farewell **at = &server->farewells;
    while (*at != farewell)
        at = &(*at)->next;
    *at = farewell->next;
    server->farewell_count--;

    timer_cancel(server->loop, &farewell->timer);
    loop_unwatch(server->loop, &farewell->watch);
    close(farewell->watch.fd);
    free(farewell);
}

static void
time_is_over(struct timer *timer)
{
    farewell_end(CONTAINER_OF(timer, struct farewell, timer));
}

static void
more_has_come(struct watch *watch, uint32_t events)
{
    struct farewell *farewell = CONTAINER_OF(watch, struct farewell, watch);
    char forgotten[16 * 1024];
    const ssize_t bytes = recv(watch->fd, forgotten, sizeof forgotten, MSG_DONTWAIT);

    if (bytes > 0)
        farewell->read_bytes += (size_t)bytes;
    if (bytes == 0 || (events & EPOLLERR) || farewell->read_bytes > FAREWELL_BYTES_MAX)
        farewell_end(farewell);
}

void
farewell_begin(struct http_server *server, int fd, const char *words, size_t bytes)
{
    /* What does not fit into the socket's buffer is not worth a queue of its own. */
    if (bytes > 0)
        (void)send(fd, words, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);

    struct tn_error error = { 0 };
    struct farewell *farewell =
        server->farewell_count < FAREWELLS_MAX ? calloc(1, sizeof *farewell) : NULL;
    if (!farewell) {
        close(fd);
        return;
    }

    farewell->server = server;
    farewell->watch = (struct watch){ .fd = fd, .ready = more_has_come };
    farewell->timer.fire = time_is_over;
    if (!loop_watch(server->loop, &farewell->watch, EPOLLIN, &error)) {
        close(fd);
        free(farewell);
        return;
    }
    timer_start(server->loop, &farewell->timer, FAREWELL_MS);
    farewell->next = server->farewells;
    server->farewells = farewell;
    server->farewell_count++;
}

void
farewells_end(struct http_server *server)
{
    while (server->farewells)
        farewell_end(server->farewells);
}
