/* A whole connection: its bytes go through a socket to libmicrohttpd, the gate and a handler. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "http/inside.h"

#define HEADER_LIMIT 1024
#define BODY_LIMIT 4096
/* Turns of the loop rather than one long wait: a process that gets no processor has had none. */
#define PATIENCE_MS 150
#define PATIENCE_TURNS 20

static struct loop *loop;
static struct http_server *server;
static struct timer give_up;
static int turns_left;

/* What gets here passed the gate: it is framed in one way, and is text. */
static void
handle(struct http_request *request, struct http_response *response, void *owner)
{
    (void)owner;
    MUST(request->path[0] == '/' && request->body_bytes <= BODY_LIMIT);
    MUST(http_header_count(request, "Host") <= 1);
    MUST(http_header_count(request, "Content-Length") +
             http_header_count(request, "Transfer-Encoding") <=
         1);
    for (const char *at = request->target; *at; at++)
        MUST(*at > ' ' && *at < 0x7F);
    for (size_t i = 0; i < request->headers.count; i++)
        MUST(utf8_is_valid(
            request->headers.items[i].value, strlen(request->headers.items[i].value)));
    if (strcmp(request->path, "/later") == 0)
        fiber_sleep(1);
    response->status = 200;
    buffer_text(&response->body, "served\n");
}

static void
refuse(struct http_request *request, struct http_response *response, const struct tn_error *error,
    void *owner)
{
    (void)request, (void)owner;
    response->status = tn_error_status(error->code);
    buffer_text(&response->body, "refused\n");
}

static void
stop_when_alone(struct loop_hook *hook)
{
    (void)hook;
    if (http_server_connections(server) == 0)
        loop_stop(loop);
}

static struct loop_hook hook = { .run = stop_when_alone };

static void
patience_is_over(struct timer *timer)
{
    if (--turns_left > 0) {
        timer_start(loop, timer, PATIENCE_MS);
        return;
    }
    fprintf(stderr, "the connection does not end\n");
    abort();
}

static void
begin(void)
{
    struct tn_error error = { 0 };
    const struct http_server_options options = { .listen_fd = socket(AF_UNIX, SOCK_STREAM, 0),
        .header_limit_bytes = HEADER_LIMIT,
        .body_limit_bytes = BODY_LIMIT,
        .connection_limit = 4,
        .idle_timeout_s = 60,
        .half_closed_ms = 1000,
        .handle = handle,
        .refuse = refuse };
    signal(SIGPIPE, SIG_IGN);
    MUST(loop_new(&loop, &error) && http_server_new(loop, &options, &server, &error));
    /* Nobody comes by the listening socket; it is there to be watched. */
    loop_unwatch(loop, &server->listen_watch);
    loop_before_sleep(loop, &hook);
    give_up.fire = patience_is_over;
}

/* Answers, and nothing but answers. */
static void
check_answers(int fd)
{
    char text[65536];
    const ssize_t bytes = recv(fd, text, sizeof text - 1, MSG_DONTWAIT);
    if (bytes > 0)
        MUST(bytes > 12 && memcmp(text, "HTTP/1.", 7) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    int ends[2];
    const struct sockaddr_storage address = { .ss_family = AF_UNIX };
    if (!loop)
        begin();
    if (bytes > 32768 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0)
        return 0;

    /* In two pieces, where the first byte says: what is split may not be read differently. */
    const size_t first = bytes > 0 ? data[0] % bytes : 0;
    connection_new(server, ends[1], &address, sizeof address.ss_family);
    MUST(bytes == 0 || send(ends[0], data, first, MSG_NOSIGNAL) >= 0);
    turns_left = PATIENCE_TURNS;
    timer_start(loop, &give_up, PATIENCE_MS);
    (void)send(ends[0], data + first, bytes - first, MSG_NOSIGNAL);
    shutdown(ends[0], SHUT_WR);
    loop_run(loop);
    timer_cancel(loop, &give_up);
    check_answers(ends[0]);
    close(ends[0]);
    return 0;
}
