/* A whole connection: its bytes go through a socket to libmicrohttpd, the gate and a handler. Each
 * request that is handled must be the one that stands there for a reader of its own, which knows
 * nothing but the strict form (strict_http.c); and what comes back must be whole answers, one for
 * each request that was handled. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "http/inside.h"
#include "strict_http.h"

#define HEADER_LIMIT 1024
#define BODY_LIMIT 4096
/* Turns of the loop rather than one long wait: a process that gets no processor has had none. */
#define PATIENCE_MS 150
#define PATIENCE_TURNS 20

static struct loop *loop;
static struct http_server *server;
static struct timer give_up;
static int turns_left;

/* What this connection's client says. */
static struct strict_reader reader;
static int client_fd;
static const uint8_t *rest;
static size_t rest_bytes;
static bool is_rest_sent;
static bool was_last;
static int handled_count;

static void
compare_headers(const struct http_request *request, const struct strict_request *strict)
{
    MUST(request->headers.count == strict->header_count);
    for (size_t i = 0; i < strict->header_count; i++) {
        const struct http_pair *header = &request->headers.items[i];
        const struct strict_header *wanted = &strict->headers[i];
        MUST(strlen(header->name) == wanted->name.bytes &&
             memcmp(header->name, wanted->name.data, wanted->name.bytes) == 0);
        MUST(strlen(header->value) == wanted->value.bytes &&
             memcmp(header->value, wanted->value.data, wanted->value.bytes) == 0);
        MUST(utf8_is_valid(header->value, strlen(header->value)));
    }
}

/* Whose answer has no body, whatever its length says. */
static void
mark_head(const struct http_request *request, struct http_response *response)
{
    if (request->method == HTTP_HEAD)
        http_response_header_set(response, "X-Head", "1");
}

static void
handle(struct http_request *request, struct http_response *response, void *owner)
{
    (void)owner;
    struct strict_request strict;
    MUST(!was_last && strict_read(&reader, &strict));
    MUST(strlen(request->method_name) == strict.method.bytes &&
         memcmp(request->method_name, strict.method.data, strict.method.bytes) == 0);
    MUST(strlen(request->target) == strict.target.bytes &&
         memcmp(request->target, strict.target.data, strict.target.bytes) == 0);
    MUST(request->path[0] == '/' && request->body_bytes <= BODY_LIMIT);
    MUST(strict.is_chunked || strict.body);
    MUST(!strict.body || (request->body_bytes == strict.body_bytes &&
                             memcmp(request->body, strict.body, strict.body_bytes) == 0));
    /* Where chunks end is libmicrohttpd's opinion. */
    was_last = strict.is_chunked;
    compare_headers(request, &strict);
    if (strcmp(request->path, "/later") == 0)
        fiber_sleep(1);
    handled_count++;
    response->status = 200;
    mark_head(request, response);
    buffer_text(&response->body, "served\n");
}

static void
refuse(struct http_request *request, struct http_response *response, const struct tn_error *error,
    void *owner)
{
    (void)owner;
    response->status = tn_error_status(error->code);
    mark_head(request, response);
    buffer_text(&response->body, "refused\n");
}

/* The second piece comes once the first was read: what is split may not be read differently. */
static void
go_on(struct loop_hook *hook)
{
    (void)hook;
    if (!is_rest_sent) {
        is_rest_sent = true;
        (void)send(client_fd, rest, rest_bytes, MSG_NOSIGNAL);
        shutdown(client_fd, SHUT_WR);
    } else if (http_server_connections(server) == 0) {
        loop_stop(loop);
    }
}

static struct loop_hook hook = { .run = go_on };

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

/* Whole answers of ours, one behind the other. What libmicrohttpd says by itself has no id, and is
 * the last. Answers how many there were. */
static int
check_answers(const char *text)
{
    int count = 0;
    while (*text) {
        const char *end = strstr(text, "\r\n\r\n");
        MUST(memcmp(text, "HTTP/1.1 ", 9) == 0 && end);
        const bool is_interim = text[9] == '1';
        const char *length = strstr(text, "\r\nContent-Length: ");
        const char *id = strstr(text, "\r\nX-Request-Id: ");
        const char *head = strstr(text, "\r\nX-Head: ");
        const bool has_no_body = head && head < end;
        text = end + 4;
        if (is_interim)
            continue;
        count++;
        if (!id || id > end)
            return count;

        MUST(length && length < end);
        const size_t bytes = strtoul(length + 18, NULL, 10);
        if (has_no_body && strncmp(text, "refused", 7) != 0)
            continue;
        MUST(strlen(text) >= bytes && bytes > 0);
        text += bytes;
    }
    return count;
}

static void
read_answers(int fd)
{
    static char text[262144];
    size_t bytes = 0;
    ssize_t more;
    while ((more = recv(fd, text + bytes, sizeof text - 1 - bytes, MSG_DONTWAIT)) > 0)
        bytes += (size_t)more;
    MUST(memchr(text, '\0', bytes) == NULL);
    text[bytes] = '\0';
    MUST(check_answers(text) >= handled_count);
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

    const size_t first = bytes > 0 ? data[0] % bytes : 0;
    reader = (struct strict_reader){ .at = data, .end = data + bytes };
    client_fd = ends[0];
    rest = data + first;
    rest_bytes = bytes - first;
    is_rest_sent = first == 0;
    was_last = false;
    handled_count = 0;
    connection_new(server, ends[1], &address, sizeof address.ss_family);
    turns_left = PATIENCE_TURNS;
    timer_start(loop, &give_up, PATIENCE_MS);
    MUST(send(ends[0], data, is_rest_sent ? bytes : first, MSG_NOSIGNAL) >= 0 || bytes == 0);
    if (is_rest_sent)
        shutdown(ends[0], SHUT_WR);
    loop_run(loop);
    timer_cancel(loop, &give_up);
    read_answers(ends[0]);
    close(ends[0]);
    strict_done(&reader);
    return 0;
}
