#include "server/metrics_listener.h"

#include <string.h>

#include "base/metrics.h"
#include "loop/fiber.h"
#include "server/health.h"

/* A few scrapers and probes; nobody else is meant to come. */
#define CONNECTIONS_MAX 64
#define HEAD_BYTES (4 * 1024)
#define IDLE_S 60
#define DRAIN_LOOK_MS 10
#define DRAIN_MS 1000

struct metrics_listener {
    struct server *server;
    pthread_t thread;
    const struct sockets *sockets;
    struct loop *loop;
    struct http_server *http;
    struct loop_message stop;
    struct timer drain;
    int drain_looks;
};

static void
serve(struct http_request *request, struct http_response *response, void *owner)
{
    const struct metrics_listener *listener = owner;
    const bool is_get = request->method == HTTP_GET || request->method == HTTP_HEAD;
    if (health_serve_from_outside(listener->server, request, response))
        return;

    http_response_header_set(response, "Cache-Control", "no-store");
    if (strcmp(request->path, "/metrics") != 0 || !is_get) {
        response->status = is_get ? 404 : 405;
        if (!is_get)
            http_response_header_set(response, "Allow", "GET, HEAD");
        http_response_header_set(response, "Content-Type", "text/plain; charset=utf-8");
        buffer_text(&response->body, "here are /metrics, /healthz and /readyz\n");
        return;
    }
    response->status = 200;
    http_response_header_set(
        response, "Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8");
    metrics_write(&response->body);
}

static void
refuse(struct http_request *request, struct http_response *response, const struct tn_error *error,
    void *owner)
{
    (void)request, (void)owner;
    response->status = tn_error_status(error->code);
    http_response_header_set(response, "Content-Type", "text/plain; charset=utf-8");
    buffer_printf(&response->body, "%s\n", tn_error_sentence(error->code));
}

/* Its own requests are not counted: the thread never began to. */
static void *
run(void *argument)
{
    struct metrics_listener *listener = argument;
    loop_run(listener->loop);
    return NULL;
}

static void
drain_look(struct timer *timer)
{
    struct metrics_listener *listener = CONTAINER_OF(timer, struct metrics_listener, drain);
    const bool is_over = http_server_connections(listener->http) == 0 ||
                         ++listener->drain_looks > DRAIN_MS / DRAIN_LOOK_MS;
    if (is_over && fiber_count(listener->loop) == 0)
        loop_stop(listener->loop);
    else
        timer_start(listener->loop, timer, DRAIN_LOOK_MS);
}

static void
drain_begin(struct loop_message *message)
{
    struct metrics_listener *listener = CONTAINER_OF(message, struct metrics_listener, stop);
    http_server_quiesce(listener->http);
    listener->drain.fire = drain_look;
    timer_start(listener->loop, &listener->drain, 0);
}

static bool
open_listener(struct metrics_listener *listener, struct tn_error *error)
{
    if (!loop_new(&listener->loop, error))
        return false;

    const struct http_server_options options = {
        .listen_fd = listener->sockets->metrics,
        .is_lent = listener->sockets->metrics_are_lent,
        .header_limit_bytes = HEAD_BYTES,
        .body_limit_bytes = HEAD_BYTES,
        .connection_limit = CONNECTIONS_MAX,
        .idle_timeout_s = IDLE_S,
        .handle = serve,
        .refuse = refuse,
        .owner = listener,
    };
    return http_server_new(listener->loop, &options, &listener->http, error);
}

static void
close_listener(struct metrics_listener *listener)
{
    http_server_free(listener->http);
    loop_free(listener->loop);
}

bool
metrics_listener_start(struct server *server, const struct sockets *sockets, struct arena *arena,
    struct metrics_listener **ret_listener, struct tn_error *error)
{
    *ret_listener = NULL;
    if (sockets->metrics < 0)
        return true;

    struct metrics_listener *listener = ARENA_NEW(arena, struct metrics_listener);
    listener->server = server;
    listener->sockets = sockets;
    if (!open_listener(listener, error)) {
        close_listener(listener);
        return false;
    }
    if (pthread_create(&listener->thread, NULL, run, listener) != 0) {
        close_listener(listener);
        return error_set(error, TN_OVERLOADED, "no thread could be started for the metrics");
    }
    *ret_listener = listener;
    return true;
}

void
metrics_listener_stop(struct metrics_listener *listener)
{
    if (!listener)
        return;

    listener->stop.deliver = drain_begin;
    loop_post(listener->loop, &listener->stop);
    pthread_join(listener->thread, NULL);
    close_listener(listener);
}
