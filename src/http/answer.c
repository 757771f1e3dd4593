#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/metrics.h"
#include "base/time.h"
#include "http/inside.h"
#include "http/trace.h"

/* Names that libmicrohttpd or answer_write sets. */
static bool
is_ours_to_say(const char *name)
{
    switch (name[0] | 0x20) {
    case 'c':
        return strcasecmp(name, "Content-Length") == 0 || strcasecmp(name, "Connection") == 0;
    case 'd':
        return strcasecmp(name, "Date") == 0;
    case 't':
        return strcasecmp(name, "Transfer-Encoding") == 0;
    default:
        return false;
    }
}

static void
append_header(struct buffer *out, const char *name, const char *value)
{
    buffer_text(out, name);
    BUFFER_LITERAL(out, ": ");
    buffer_text(out, value);
    BUFFER_LITERAL(out, "\r\n");
}

/* Each with the end of its line behind it. */
static void
append_headers(struct buffer *out, const struct http_response *response)
{
    for (size_t i = 0; i < response->headers.count; i++) {
        const struct http_pair *header = &response->headers.items[i];
        if (!is_ours_to_say(header->name))
            append_header(out, header->name, header->value);
    }
}

void
answer_refusal(struct exchange *exchange, const struct tn_error *error, bool close)
{
    const struct http_server *server = exchange->connection->server;
    struct http_response *response = &exchange->response;

    http_response_let_go(response);
    http_response_init(response, exchange->arena);
    server->options.refuse(&exchange->request, response, error, server->options.owner);
    if (response->status == 0)
        response->status = tn_error_status(error->code);
    if (close) {
        response->close = true;
        exchange->connection->was_refused = true;
    }
}

/* Counted, and told to the server's owner. */
static void
answer_note(const struct exchange *exchange)
{
    const struct http_server_options *options = &exchange->connection->server->options;
    const struct http_response *response = &exchange->response;
    const int64_t duration_us = time_monotonic_us() - exchange->began_us;
    const int class = response->status / 100;

    metric_add(METRIC_REQUESTS, class >= 1 && class <= 5 ? class - 1 : 4, 1);
    metric_add(
        METRIC_RESPONSE_BYTES, 0, (int64_t)http_response_sent_bytes(&exchange->request, response));
    metric_observe(METRIC_REQUEST_SECONDS, 0, duration_us);
    if (options->answered)
        options->answered(&exchange->request, response, duration_us, options->owner);
}

/* libmicrohttpd allocates three times for each header, and takes no line break in a value. It gets
 * one that is as long as all of them, over whose value they are written: 0.9.75 keeps a copy, and
 * sends that as it stands. What is in a response holds no line break. */
static bool
give_headers(struct MHD_Response *reply, const struct exchange *exchange)
{
    static const char first[] = "X-Request-Id";
    struct buffer lines;
    buffer_init(&lines, exchange->arena, 1024);
    buffer_text(&lines, exchange->request.id);
    BUFFER_LITERAL(&lines, "\r\n");
    append_headers(&lines, &exchange->response);
    if (exchange->request.trace.parent)
        append_header(&lines, "traceresponse", trace_parent(&exchange->request, exchange->arena));
    buffer_truncate(&lines, lines.length - 2); /* it ends the last line itself */

    char *room = arena_alloc(exchange->arena, lines.length + 1);
    memset(room, '-', lines.length);
    if (MHD_add_response_header(reply, first, room) != MHD_YES)
        return false;

    memcpy((char *)(uintptr_t)MHD_get_response_header(reply, first), lines.data, lines.length);
    return true;
}

enum MHD_Result
answer_queue(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct http_response *response = &exchange->response;
    if (response->status == 0) {
        struct tn_error error = { 0 };
        error_set(&error, TN_INTERNAL, "the handler gave no status");
        answer_refusal(exchange, &error, false);
    }

    /* The arena lives until exchange_completed, so the body need not be copied. */
    struct MHD_Response *reply = MHD_create_response_from_buffer(
        response->body.length, response->body.data, MHD_RESPMEM_PERSISTENT);
    if (!reply)
        return MHD_NO;

    if (!give_headers(reply, exchange)) {
        MHD_destroy_response(reply);
        return MHD_NO;
    }
    const int limit = connection->server->options.requests_limit;
    if (response->close || exchange->is_last || connection->server->is_quiesced ||
        (limit > 0 && connection->request_count >= limit))
        MHD_add_response_header(reply, "Connection", "close");

    const enum MHD_Result result =
        MHD_queue_response(connection->mhd, (unsigned)response->status, reply);
    MHD_destroy_response(reply);
    exchange->stage = EXCHANGE_ANSWERED;
    answer_note(exchange);

    /* A client that takes less than that rate, once its first grace is over, is let go. */
    connection_set_deadline(connection, LIMIT_SEND,
        (int64_t)connection->server->options.send_timeout_s * 1000 +
            (int64_t)response->body.length * 1000 / connection->server->options.send_rate_bytes);
    return result;
}

static void
write_date(struct buffer *out)
{
    /* Not strftime: the names of days and months must not depend on a locale. */
    static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
        "Oct", "Nov", "Dec" };
    const time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    buffer_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[tm.tm_wday],
        tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
answer_write(struct buffer *out, const struct exchange *exchange)
{
    const struct http_response *response = &exchange->response;

    answer_note(exchange);
    buffer_printf(out, "HTTP/1.1 %d %s\r\n", response->status,
        MHD_get_reason_phrase_for((unsigned)response->status));
    write_date(out);
    append_headers(out, response);
    buffer_printf(out, "X-Request-Id: %s\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n",
        exchange->request.id, response->body.length);
    buffer_append(out, response->body.data, http_response_sent_bytes(&exchange->request, response));
}
