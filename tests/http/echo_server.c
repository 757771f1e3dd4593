/* What tests of src/http talk to: a server whose pages show what it was asked.
 *
 *     echo_server LISTEN [IDLE_TIMEOUT_SECONDS [LOOPS [LIMIT=NUMBER…]]] */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/time.h"
#include "http/server.h"
#include "loop/fiber.h"

#define BIG_BYTES (4 * 1024 * 1024)
/* More than what the buffers of two sockets hold. */
#define STREAM_BYTES (16 * 1024 * 1024)
#define DRAIN_MS 3000

#define LOOPS_MAX 8

/* One loop, and what is its own. The first runs in the main thread and gets the signals. */
struct echo {
    int number;
    pthread_t thread;
    struct loop *loop;
    struct http_server *server;
    struct watch signals;
    struct loop_message stop;
    struct timer drained;
    int64_t drain_until_ms;
    unsigned slept_count;
    unsigned began_to_sleep_count;
};

static struct echo echoes[LOOPS_MAX];
static int echo_count = 1;
static struct http_siblings siblings;
static const char *proxy = "";

static struct http_server_options limits = {
    .siblings = &siblings,
    .header_limit_bytes = 8 * 1024,
    .body_limit_bytes = 64 * 1024,
    .connection_limit = 100,
    .half_closed_ms = 1000,
};

static void
show(const struct echo *echo, struct http_request *request, struct http_response *response)
{
    struct buffer *body = &response->body;
    buffer_printf(body, "loop %d\n", echo->number);
    buffer_printf(body, "method %d %s\npath %s\nquery %s\npeer %s\nhas_body %d\n", request->method,
        request->method_name, request->path, request->query, request->peer, request->has_body);
    for (size_t i = 0; i < request->headers.count; i++)
        buffer_printf(
            body, "%s: %s\n", request->headers.items[i].name, request->headers.items[i].value);
    buffer_printf(body, "body %zu bytes: ", request->body_bytes);
    buffer_append(body, request->body, request->body_bytes);
    buffer_character(body, '\n');
    http_response_header(response, "Content-Type", "text/plain; charset=utf-8");
    response->status = 200;
}

static void
show_big(struct http_response *response, size_t bytes)
{
    char *end = buffer_reserve(&response->body, bytes);
    for (size_t i = 0; i < bytes; i++)
        end[i] = (char)('a' + i % 26);
    response->body.length += bytes;
    response->status = 200;
}

/* Does nothing for a second, or until nobody waits for that. */
static void
be_patient(struct http_response *response)
{
    struct tn_error error = { 0 };
    for (int i = 0; i < 50 && fiber_check(&error); i++)
        fiber_sleep(20);
    response->status = fiber_check(&error) ? 200 : tn_error_status(error.code);
}

static void
handle(struct http_request *request, struct http_response *response, void *owner)
{
    struct echo *echo = owner;

    if (strcmp(request->path, "/sleep") == 0) {
        echo->began_to_sleep_count++;
        fiber_sleep(50);
        echo->slept_count++;
        buffer_text(&response->body, "slept\n");
        response->status = 200;
    } else if (strcmp(request->path, "/slept") == 0) {
        buffer_printf(&response->body, "slept %u of %u times\n", echo->slept_count,
            echo->began_to_sleep_count);
        response->status = 200;
    } else if (strcmp(request->path, "/big") == 0) {
        show_big(response, BIG_BYTES);
    } else if (strcmp(request->path, "/stream") == 0) {
        show_big(response, STREAM_BYTES);
    } else if (strcmp(request->path, "/patient") == 0) {
        be_patient(response);
    } else if (strcmp(request->path, "/nothing") == 0) {
        response->status = 0; /* a mistake of a handler */
    } else if (strcmp(request->path, "/close") == 0) {
        response->status = 200;
        response->close = true;
    } else if (strcmp(request->path, "/cookies") == 0) {
        http_response_header(response, "Set-Cookie", "a=1");
        http_response_header(response, "Set-Cookie", "b=2");
        http_response_header(response, "Content-Length", "7");
        response->status = 204;
    } else {
        show(echo, request, response);
    }
}

static bool
is_proxy(const char *peer, void *owner)
{
    (void)owner;
    return strcmp(peer, proxy) == 0;
}

/* "NAME=NUMBER" of a limit. */
static bool
set_limit(const char *text, struct tn_error *error)
{
    const struct {
        const char *name;
        int *limit;
    } names[] = {
        { "connection_limit", &limits.connection_limit },
        { "requests_limit", &limits.requests_limit },
        { "header_timeout", &limits.header_timeout_s },
        { "body_timeout", &limits.body_timeout_s },
        { "send_timeout", &limits.send_timeout_s },
        { "send_rate", &limits.send_rate_bytes },
    };
    const size_t bytes = strcspn(text, "=");
    const char *value = text + bytes + 1;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strncmp(text, names[i].name, bytes) == 0 && names[i].name[bytes] == '\0')
            *names[i].limit = atoi(value);
    }
    if (strncmp(text, "half_closed_ms=", 15) == 0)
        limits.half_closed_ms = atoi(value);
    if (strncmp(text, "proxy=", 6) == 0)
        proxy = value;
    return strncmp(text, "address_limit=", 14) != 0 ||
           http_addresses_new(atoi(value), &siblings.addresses, error);
}

static void
refuse(struct http_request *request, struct http_response *response, const struct tn_error *error,
    void *owner)
{
    (void)request, (void)owner;
    response->status = tn_error_status(error->code);
    http_response_header(response, "Content-Type", "text/plain; charset=utf-8");
    buffer_printf(&response->body, "refused: %s\n", error->detail);
}

static void
look_if_drained(struct timer *timer)
{
    struct echo *echo = CONTAINER_OF(timer, struct echo, drained);
    if (fiber_count(echo->loop) == 0 &&
        (http_server_connections(echo->server) == 0 || time_monotonic_ms() > echo->drain_until_ms))
        loop_stop(echo->loop);
    else
        timer_start(echo->loop, timer, 10);
}

static void
stop_delivered(struct loop_message *message)
{
    struct echo *echo = CONTAINER_OF(message, struct echo, stop);
    http_server_quiesce(echo->server);
    echo->drain_until_ms = time_monotonic_ms() + DRAIN_MS;
    timer_start(echo->loop, &echo->drained, 0);
}

static void
signal_came(struct watch *watch, uint32_t events)
{
    (void)events;
    struct signalfd_siginfo info;
    if (read(watch->fd, &info, sizeof info) != sizeof info)
        return;

    for (int i = 0; i < echo_count; i++)
        loop_post(echoes[i].loop, &echoes[i].stop);
}

static bool
echo_init(struct echo *echo, int listen_fd, int idle_timeout_s, struct tn_error *error)
{
    struct http_server_options options = limits;
    options.listen_fd = listen_fd;
    options.idle_timeout_s = idle_timeout_s;
    options.is_proxy = is_proxy;
    options.handle = handle;
    options.refuse = refuse;
    options.owner = echo;
    echo->number = (int)(echo - echoes);
    echo->stop.deliver = stop_delivered;
    echo->drained.fire = look_if_drained;
    return loop_new(&echo->loop, error) &&
           http_server_new(echo->loop, &options, &echo->server, error);
}

static void
echo_done(struct echo *echo)
{
    http_server_free(echo->server);
    loop_free(echo->loop);
}

static void *
run_loop(void *argument)
{
    struct echo *echo = argument;
    loop_run(echo->loop);
    return NULL;
}

static bool
serve(const char *address, int idle_timeout_s, int signal_fd, struct tn_error *error)
{
    int listen_fd = -1;
    int port = 0;
    if (!http_listen(address, &listen_fd, &port, error))
        return false;

    siblings.server_count = echo_count;
    for (int i = 0; i < echo_count; i++) {
        if (!echo_init(&echoes[i], listen_fd, idle_timeout_s, error))
            return false;
    }
    echoes[0].signals = (struct watch){ .fd = signal_fd, .ready = signal_came };
    if (!loop_watch(echoes[0].loop, &echoes[0].signals, EPOLLIN, error))
        return false;

    printf("port %d\n", port);
    fflush(stdout);
    for (int i = 1; i < echo_count; i++)
        pthread_create(&echoes[i].thread, NULL, run_loop, &echoes[i]);
    run_loop(&echoes[0]);
    for (int i = 1; i < echo_count; i++)
        pthread_join(echoes[i].thread, NULL);

    loop_unwatch(echoes[0].loop, &echoes[0].signals);
    for (int i = 0; i < echo_count; i++)
        echo_done(&echoes[i]);
    http_addresses_free(siblings.addresses);
    close(listen_fd);
    return true;
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: echo_server LISTEN [IDLE_TIMEOUT_SECONDS [LOOPS]]\n");
        return 2;
    }

    /* Before the threads, which inherit it. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    const int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
    if (argc > 3 && atoi(argv[3]) >= 1 && atoi(argv[3]) <= LOOPS_MAX)
        echo_count = atoi(argv[3]);

    struct tn_error error = { 0 };
    for (int i = 4; i < argc; i++) {
        if (!set_limit(argv[i], &error))
            return 1;
    }
    if (!serve(argv[1], argc > 2 ? atoi(argv[2]) : 60, signal_fd, &error)) {
        fprintf(stderr, "echo_server: %s\n", error.detail);
        return 1;
    }
    close(signal_fd);
    return 0;
}
