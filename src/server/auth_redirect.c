/* Where a mailed link leads to in the end, and when. */
#include <string.h>

#include "base/time.h"
#include "http/form.h"
#include "loop/fiber.h"
#include "server/auth_exchange.h"
#include "server/request.h"

/* Longer than looking somebody up and writing a row takes. */
#define ANSWER_AFTER_MS 300

void
auth_answer_no_sooner(int64_t start_ms)
{
    const int64_t left_ms = start_ms + ANSWER_AFTER_MS - time_monotonic_ms();
    if (left_ms > 0)
        fiber_sleep(left_ms);
}

void
auth_redirect(
    struct auth_exchange *exchange, const char *callback_url, const char *name, const char *value)
{
    const size_t bytes = strcspn(callback_url, "#");
    struct buffer location;
    buffer_init(&location, exchange->arena, 256);
    if (callback_url[0] == '/')
        buffer_text(&location, exchange->server->base_url);
    buffer_append(&location, callback_url, bytes);
    if (name) {
        buffer_printf(&location, "%c%s=", memchr(callback_url, '?', bytes) ? '&' : '?', name);
        percent_encode(&location, value, strlen(value));
    }
    buffer_text(&location, callback_url + bytes);

    exchange->response->status = 302;
    http_response_header_set(exchange->response, "Cache-Control", "no-store");
    http_response_header_set(exchange->response, "Referrer-Policy", "no-referrer");
    http_response_header_set(
        exchange->response, "Location", request_location(exchange->arena, location.data));
}
