#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/metrics.h"
#include "base/time.h"
#include "http/gate.h"
#include "http/inside.h"
#include "http/trace.h"

/* A body takes memory as it comes, not as it was announced. */
#define BODY_FIRST_BYTES (16 * 1024)

static uint64_t
mix(uint64_t number)
{
    /* splitmix64: consecutive numbers become ids that do not look alike. */
    number = (number ^ (number >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    number = (number ^ (number >> 27)) * UINT64_C(0x94D049BB133111EB);
    return number ^ (number >> 31);
}

static void
write_id(char ret_id[static REQUEST_ID_LENGTH + 1], uint64_t number)
{
    for (size_t i = REQUEST_ID_LENGTH; i-- > 0; number >>= 4)
        ret_id[i] = "0123456789abcdef"[number & 15];
    ret_id[REQUEST_ID_LENGTH] = '\0';
}

struct exchange *
exchange_new(struct connection *connection)
{
    struct http_server *server = connection->server;
    struct arena *arena = server_arena_take(server);
    struct exchange *exchange = ARENA_NEW(arena, struct exchange);

    exchange->connection = connection;
    exchange->arena = arena;
    exchange->request = (struct http_request){ .arena = arena,
        .method = HTTP_OTHER,
        .method_name = "",
        .target = "",
        .path = "",
        .query = "",
        .body = "",
        .peer = connection->peer };
    write_id(exchange->request.id, mix(server->request_serial));
    server->request_serial += UINT64_C(0x9E3779B97F4A7C15);
    exchange->began_us = time_monotonic_us();
    http_response_init(&exchange->response, arena);
    return exchange;
}

static struct connection *
connection_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* What came behind the first line, of which libmicrohttpd has made texts. Its read buffer stands
 * first in its memory, so the place of a connection's first target tells where that is. */
static const char *
find_head_fault(struct connection *connection, const char *target, char **ret_cookie)
{
    if (!connection->memory && connection->method_bytes > 0)
        connection->memory = target - connection->method_bytes - 1;
    if (!connection->memory)
        return NULL;

    const char *end = connection->memory + server_connection_memory(connection->server);
    const char *version = target + strnlen(target, (size_t)(end - target)) + 1;
    const char *head =
        version < end ? version + strnlen(version, (size_t)(end - version)) + 1 : end;
    if (head < end && *head == '\0')
        head++; /* of CR LF */
    return head < end ? head_fault((char *)(uintptr_t)head, (size_t)(end - head), ret_cookie)
                      : NULL;
}

void *
exchange_begin(void *owner, const char *target, struct MHD_Connection *mhd)
{
    struct http_server *server = owner;
    struct connection *connection = connection_of(mhd);
    struct exchange *exchange = exchange_new(connection);
    struct http_request *request = &exchange->request;

    /* NULL when nothing follows the method. libmicrohttpd changes the target after this. */
    request->target = arena_strdup(exchange->arena, target ? target : "");
    const char *question = strchr(request->target, '?');
    request->path = question ? arena_memdup(exchange->arena, request->target,
                                   (size_t)(question - request->target))
                             : request->target;
    request->query = question ? question + 1 : "";
    exchange->line_target = target;

    exchange->head_fault =
        target ? find_head_fault(connection, target, &exchange->hidden_cookie) : NULL;

    /* libmicrohttpd would note each parameter of the query, for nobody, and 0.9.75 forgets to
     * answer when it has no room for that. It reads the query after this, from the same bytes. */
    if (question)
        ((char *)(uintptr_t)target)[question + 1 - request->target] = '\0';

    parking_end(connection);
    connection->exchange = exchange;
    connection->was_given_time = false;
    connection->request_count++;
    connection_set_deadline(
        connection, LIMIT_HEADER, (int64_t)server->options.header_timeout_s * 1000);
    return exchange;
}

static enum http_method
method_of(const char *name)
{
    if (strcmp(name, "GET") == 0)
        return HTTP_GET;
    if (strcmp(name, "HEAD") == 0)
        return HTTP_HEAD;
    return strcmp(name, "POST") == 0 ? HTTP_POST : HTTP_OTHER;
}

/* Where the lines of a head stand in libmicrohttpd's memory. */
struct lines {
    struct http_pairs *headers;
    size_t capacity;
    const char *expected; /* where the next line must begin; NULL: it did not */
    char *hidden_cookie;
};

static enum MHD_Result
note_header(void *argument, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
    const char *value, size_t value_bytes)
{
    (void)kind, (void)name_bytes;
    struct lines *lines = argument;
    /* One with blanks behind it is none that libmicrohttpd knows, so the gate must see them. */
    const bool is_encoding = strcasecmp(name, "Transfer-Encoding") == 0;
    if (lines->headers->count == lines->capacity)
        return MHD_NO;

    if (name == lines->hidden_cookie)
        head_show_cookie(lines->hidden_cookie);

    /* It gives NULL for a value that is empty, and does not say where that stood. */
    lines->headers->items[lines->headers->count++] =
        (struct http_pair){ .name = name, .value = value ? value : "" };
    lines->expected = lines->expected == name && value ? value + value_bytes + 2 : NULL;

    /* Blanks behind a value are no part of it; libmicrohttpd takes away those before it. */
    size_t bytes = value && !is_encoding ? value_bytes : 0;
    while (bytes > 0 && (value[bytes - 1] == ' ' || value[bytes - 1] == '\t'))
        ((char *)(uintptr_t)value)[--bytes] = '\0';
    return MHD_YES;
}

/* libmicrohttpd reads a line to its first NUL, joins folded lines, and takes a bare LF for an end
 * of line: a proxy before us may see other headers than we do. It leaves the lines where they came,
 * each CR LF as two NULs, so what it saw and what came differ exactly where the lines do not follow
 * one another. Holds for 0.9.75; tests/http/gate.test has each case. */
static bool
read_head(struct exchange *exchange, struct MHD_Connection *mhd, const char *method,
    const char *version, struct tn_error *error)
{
    struct http_request *request = &exchange->request;
    const int count = MHD_get_connection_values(mhd, MHD_HEADER_KIND, NULL, NULL);
    const size_t head_bytes =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;

    exchange->head_bytes = head_bytes;
    request->method_name = method;
    request->method = method_of(method);
    request->headers.items = ARENA_ARRAY(exchange->arena, (size_t)count, struct http_pair);
    struct lines lines = {
        .headers = &request->headers,
        .capacity = (size_t)count,
        .expected = version + strlen(version) + 2,
        .hidden_cookie = exchange->hidden_cookie,
    };
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, note_header, &lines);
    trace_read(request);
    const char *length = http_header(request, "Content-Length");
    request->has_body = http_header(request, "Transfer-Encoding") ||
                        (length && length[strspn(length, "0")] != '\0');

    if (exchange->line_target != method + strlen(method) + 1 ||
        version != exchange->line_target + strlen(request->target) + 1)
        return error_set(error, TN_BAD_REQUEST, "the first line holds NUL or too many blanks");

    if (!lines.expected || lines.expected + 2 != method + head_bytes)
        return error_set(
            error, TN_BAD_REQUEST, "a header line is folded, holds NUL, or does not end in CR LF");

    if (head_bytes > exchange->connection->server->options.header_limit_bytes)
        return error_set(error, TN_HEADER_TOO_LARGE, "%zu bytes of header", head_bytes);

    return true;
}

/* Who has no body to send need not be told to send it (RFC 9110, section 10.1.1), and libmicrohttpd
 * 0.9.75 takes what stands behind such a request for its body. It has yet to look for them. */
static void
hide_expectations(struct http_request *request)
{
    for (size_t i = 0; i < request->headers.count; i++) {
        struct http_pair *header = &request->headers.items[i];
        if (strcasecmp(header->name, "Expect") != 0 || !header->value[0])
            continue;

        char *theirs = (char *)(uintptr_t)header->value;
        header->value = arena_strdup(request->arena, theirs);
        theirs[0] = '\0';
    }
}

static bool
length_fits(const struct exchange *exchange, struct tn_error *error)
{
    const char *length = http_header(&exchange->request, "Content-Length");
    const size_t limit = exchange->connection->server->options.body_limit_bytes;
    if (length && strtoull(length, NULL, 10) > limit)
        return error_set(error, TN_BODY_TOO_LARGE, "%s bytes of body", length);

    return true;
}

/* What libmicrohttpd skipped before the first line. It moves what it has read of another request to
 * where its memory begins, and a connection's first request came to it without anything before. */
static bool
lead_passes(struct exchange *exchange, const char *method, struct tn_error *error)
{
    struct connection *connection = exchange->connection;
    if (!connection->memory)
        connection->memory = method;

    const size_t lead_bytes = (size_t)(method - connection->memory);
    exchange->head_bytes += lead_bytes;
    return gate_pass_lead(connection->memory, lead_bytes, error);
}

static enum MHD_Result
take_head(
    struct exchange *exchange, struct MHD_Connection *mhd, const char *method, const char *version)
{
    struct tn_error error = { 0 };
    if (!read_head(exchange, mhd, method, version, &error) ||
        !lead_passes(exchange, method, &error) ||
        (exchange->head_fault && !error_set(&error, TN_BAD_REQUEST, "%s", exchange->head_fault)) ||
        !gate_pass(&exchange->request, version, &error) || !length_fits(exchange, &error)) {
        answer_refusal(exchange, &error, true);
        return answer_queue(exchange);
    }

    exchange->stage = EXCHANGE_BODY;
    exchange->is_last = gate_is_last(&exchange->request);
    connection_set_deadline(exchange->connection, LIMIT_BODY,
        (int64_t)exchange->connection->server->options.body_timeout_s * 1000);
    if (exchange->request.has_body)
        buffer_init(&exchange->body, exchange->arena, BODY_FIRST_BYTES);
    else
        hide_expectations(&exchange->request);
    return MHD_YES;
}

/* In the middle of a request libmicrohttpd takes no answer. So the connection ends, and the answer
 * is sent as its last words. */
static void
leave_last_words(struct exchange *exchange, enum tn_error_code code, const char *why)
{
    struct connection *connection = exchange->connection;
    struct tn_error error = { 0 };
    error_set(&error, code, "%s", why);
    answer_refusal(exchange, &error, true);

    buffer_init(&connection->last_words, exchange->arena, 1024);
    answer_write(&connection->last_words, exchange);
    connection->last_arena = exchange->arena;
}

void
exchange_refuse_slow(struct exchange *exchange)
{
    const bool is_stopping = exchange->connection->server->is_quiesced;
    leave_last_words(exchange, is_stopping ? TN_STOPPING : TN_SLOW_REQUEST,
        exchange->stage == EXCHANGE_HEAD ? "the header did not come in time"
                                         : "the body did not come in time");
    /* For libmicrohttpd this is the end of what its client sends. */
    shutdown(exchange->connection->fd, SHUT_RD);
}

void
exchange_client_left(struct exchange *exchange)
{
    const bool reads =
        exchange->request.method == HTTP_GET || exchange->request.method == HTTP_HEAD;
    if (!reads || !exchange->fiber)
        return;

    metric_add(METRIC_CONNECTIONS_ENDED, LIMIT_HALF_CLOSED, 1);
    fiber_abandon(exchange->fiber, TN_ABANDONED);
}

static enum MHD_Result
refuse_body(struct exchange *exchange)
{
    leave_last_words(exchange, TN_BODY_TOO_LARGE, "the body is longer than the limit");
    return MHD_NO;
}

static enum MHD_Result
take_body(struct exchange *exchange, const char *upload, size_t *upload_bytes)
{
    const size_t limit = exchange->connection->server->options.body_limit_bytes;
    if (*upload_bytes > limit - exchange->body.length)
        return refuse_body(exchange);

    buffer_append(&exchange->body, upload, *upload_bytes);
    *upload_bytes = 0;
    return MHD_YES;
}

static void
exchange_fiber(void *argument)
{
    struct exchange *exchange = argument;
    struct http_server *server = exchange->connection->server;

    exchange->fiber = fiber_current();
    server->options.handle(&exchange->request, &exchange->response, server->options.owner);
    exchange->fiber = NULL;

    server->running_count--;
    metric_add(METRIC_REQUESTS_RUNNING, 0, -1);
    exchange->stage = EXCHANGE_ENDED;
    if (exchange->is_suspended) {
        MHD_resume_connection(exchange->connection->mhd);
        server->has_resumed = true;
    }
}

static enum MHD_Result
run(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct http_server *server = connection->server;
    struct tn_error error = { 0 };
    if (exchange->request.has_body) {
        exchange->request.body = exchange->body.data;
        exchange->request.body_bytes = exchange->body.length;
    }

    exchange->stage = EXCHANGE_RUNNING;
    server->running_count++;
    metric_add(METRIC_REQUESTS_RUNNING, 0, 1);
    if (!fiber_start(server->loop, exchange_fiber, exchange, &error)) {
        server->running_count--;
        metric_add(METRIC_REQUESTS_RUNNING, 0, -1);
        answer_refusal(exchange, &error, false);
        return answer_queue(exchange);
    }
    if (exchange->stage == EXCHANGE_ENDED)
        return answer_queue(exchange);

    /* libmicrohttpd looks at a suspended connection no more: its client may leave, the fiber runs
     * to its end, and the answer is dropped when it cannot be sent. */
    connection_begin_waiting(connection);
    exchange->is_suspended = true;
    MHD_suspend_connection(connection->mhd);
    return MHD_YES;
}

enum MHD_Result
exchange_step(void *owner, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_bytes, void **context)
{
    (void)owner, (void)url;
    struct exchange *exchange = *context;

    /* It was refused while its last bytes were on their way. */
    if (exchange->connection->last_arena)
        return MHD_NO;

    switch (exchange->stage) {
    case EXCHANGE_HEAD:
        return take_head(exchange, mhd, method, version);
    case EXCHANGE_BODY:
        return *upload_bytes > 0 ? take_body(exchange, upload, upload_bytes) : run(exchange);
    case EXCHANGE_ENDED:
        return answer_queue(exchange);
    case EXCHANGE_RUNNING:
    case EXCHANGE_ANSWERED:
        break;
    }
    return MHD_YES;
}

void
exchange_completed(
    void *owner, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode code)
{
    (void)mhd, (void)code;
    struct http_server *server = owner;
    struct exchange *exchange = *context;
    if (!exchange)
        return;

    struct connection *connection = exchange->connection;
    assert(exchange->stage != EXCHANGE_RUNNING);
    connection->exchange = NULL;
    connection->asked_bytes += exchange->head_bytes + exchange->body.length;
    http_response_let_go(&exchange->response);
    if (exchange->arena != connection->last_arena)
        server_arena_give_back(server, exchange->arena);
    *context = NULL;
    if (connection->last_arena)
        return;

    connection_set_deadline(connection, LIMIT_IDLE, (int64_t)server->options.idle_timeout_s * 1000);
    parking_begin(connection);
}
