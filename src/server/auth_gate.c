#include "server/auth_gate.h"

#include <string.h>

#include "server/origin.h"

static bool
check_origin(struct auth_exchange *exchange)
{
    switch (origin_of_request(exchange->server, exchange->request)) {
    case ORIGIN_TRUSTED:
        return true;
    case ORIGIN_MISSING:
        auth_refuse(exchange, 403, WIRE_MISSING_OR_NULL_ORIGIN);
        return false;
    case ORIGIN_FOREIGN:
        auth_refuse(exchange, 403, WIRE_INVALID_ORIGIN);
        return false;
    }
    return false;
}

static bool
check_address(struct auth_exchange *exchange, const struct json_value *address, const char *label,
    enum wire_error wire_error)
{
    if (address->kind == JSON_KIND_UNDEFINED || address->kind == JSON_KIND_NULL)
        return true;

    if (!json_is_plain_text(address)) {
        auth_refuse_with(exchange, 400, NULL,
            arena_printf(exchange->arena, "Invalid %s: expected a string", label));
        return false;
    }
    if (!*address->text || origin_is_own_path(address->text) ||
        origin_trusts_url(exchange->server, address->text, exchange->arena))
        return true;

    auth_refuse(exchange, 403, wire_error);
    return false;
}

static bool
check_addresses(struct auth_exchange *exchange)
{
    static const struct {
        const char *field;
        const char *label;
        enum wire_error wire_error;
    } addresses[] = {
        { "callbackURL", "callbackURL", WIRE_INVALID_CALLBACK_URL },
        { "redirectTo", "redirectURL", WIRE_INVALID_REDIRECT_URL },
        { "errorCallbackURL", "errorCallbackURL", WIRE_INVALID_ERROR_CALLBACK_URL },
        { "newUserCallbackURL", "newUserCallbackURL", WIRE_INVALID_NEW_USER_CALLBACK_URL },
    };

    for (size_t i = 0; i < COUNT_OF(addresses); i++)
        if (!check_address(exchange, json_member(exchange->body, addresses[i].field),
                addresses[i].label, addresses[i].wire_error))
            return false;

    return auth_gate_callback(exchange);
}

bool
auth_gate_callback(struct auth_exchange *exchange)
{
    const char *in_query = pairs_find(&exchange->query, "callbackURL");
    if (pairs_count(&exchange->query, "callbackURL") > 1) {
        auth_refuse_with(exchange, 400, NULL, "Invalid callbackURL: expected a string");
        return false;
    }
    return !in_query || check_address(exchange, json_of_text(in_query, exchange->arena),
                            "callbackURL", WIRE_INVALID_CALLBACK_URL);
}

bool
auth_gate(struct auth_exchange *exchange)
{
    if (exchange->request->method == HTTP_GET)
        return true;

    if (http_header(exchange->request, "Cookie") && !check_origin(exchange))
        return false;

    return check_addresses(exchange);
}

bool
auth_gate_sign_in(struct auth_exchange *exchange)
{
    const struct http_request *request = exchange->request;
    if (http_header(request, "Cookie"))
        return true; /* auth_gate has looked */

    const char *site = http_header(request, "Sec-Fetch-Site");
    const char *mode = http_header(request, "Sec-Fetch-Mode");
    if (site && mode && strcmp(site, "cross-site") == 0 && strcmp(mode, "navigate") == 0) {
        auth_refuse(exchange, 403, WIRE_CROSS_SITE_NAVIGATION_LOGIN_BLOCKED);
        return false;
    }

    /* A program that is no browser sends none of these, and has no cookies to be misused. */
    const bool is_browser = site || mode || http_header(request, "Sec-Fetch-Dest") ||
                            http_header(request, "Origin") || http_header(request, "Referer");
    return !is_browser || check_origin(exchange);
}
