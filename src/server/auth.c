#include "server/auth.h"

#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "context/resolver.h"
#include "context/visit.h"
#include "organization/organization.h"
#include "server/auth_exchange.h"
#include "server/auth_gate.h"
#include "server/auth_place.h"
#include "server/cross_origin.h"
#include "server/rate_rules.h"

enum body_kind {
    BODY_NONE,
    BODY_JSON,
    BODY_FORM, /* JSON too */
};

static const struct endpoint {
    enum http_method method;
    const char *path;
    bool (*handle)(struct auth_exchange *exchange, struct tn_error *error);
    enum body_kind body;
} endpoints[] = {
#define ENDPOINT(method, path, handler, body, help) \
    { HTTP_##method, path, auth_##handler, BODY_##body },
#include "endpoints.def"
#undef ENDPOINT
};

/* What stands behind the base path. */
static const char *
endpoint_path(const struct http_request *request, const char *slug)
{
    const char *path = request->path;
    if (slug)
        path = strchr(path + strlen("/o/"), '/');
    return path ? path + strlen("/api/auth") : "";
}

/* Is it the path of that pattern, whose last segment may be a name (":token") for any text? */
static bool
path_fits(const char *pattern, const char *path, const char **ret_parameter)
{
    const char *name = strstr(pattern, "/:");
    if (!name)
        return strcmp(pattern, path) == 0;

    const size_t bytes = (size_t)(name - pattern) + 1;
    if (strncmp(pattern, path, bytes) != 0 || !path[bytes] || strchr(path + bytes, '/'))
        return false;

    if (ret_parameter)
        *ret_parameter = path + bytes;
    return true;
}

static const struct endpoint *
endpoint_find(enum http_method method, const char *path, const char **ret_parameter)
{
    for (size_t i = 0; i < COUNT_OF(endpoints); i++)
        if (endpoints[i].method == method && path_fits(endpoints[i].path, path, ret_parameter))
            return &endpoints[i];
    return NULL;
}

/* `type` up to its parameters. */
static bool
media_type_is(const char *type, const char *wanted)
{
    const size_t bytes = strcspn(type, ";");
    size_t trimmed = bytes;
    while (trimmed > 0 && type[trimmed - 1] == ' ')
        trimmed--;
    return trimmed == strlen(wanted) && strncasecmp(type, wanted, trimmed) == 0;
}

/* A posted form as the object that JSON would have been; all values are text. */
static bool
read_form(struct auth_exchange *exchange, struct tn_error *error)
{
    struct http_pairs pairs;
    if (!form_parse(exchange->request->body, exchange->request->body_bytes,
            (size_t)exchange->settings->field_limit, exchange->arena, &pairs, error))
        return false;

    struct json_value *items = ARENA_ARRAY(exchange->arena, pairs.count, struct json_value);
    const char **keys = ARENA_ARRAY(exchange->arena, pairs.count, const char *);
    for (size_t i = 0; i < pairs.count; i++) {
        /* Of a repeated name the last counts, and the first is found: so the other way round. */
        const struct http_pair *pair = &pairs.items[pairs.count - 1 - i];
        keys[i] = pair->name;
        items[i] = *json_of_text(pair->value, exchange->arena);
    }
    struct json_value *object = ARENA_NEW(exchange->arena, struct json_value);
    *object = (struct json_value){
        .kind = JSON_KIND_OBJECT,
        .count = pairs.count,
        .items = items,
        .keys = keys,
    };
    exchange->body = object;
    return true;
}

/* Decoding UTF-8 as browsers and JavaScript do takes it off. */
static size_t
byte_order_mark_bytes(const struct http_request *request)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const size_t bytes = sizeof mark - 1;
    return request->body_bytes >= bytes && memcmp(request->body, mark, bytes) == 0 ? bytes : 0;
}

/* The body, as far as one is read. False when the request is answered already. */
static bool
read_body(struct auth_exchange *exchange, const struct endpoint *endpoint)
{
    const struct http_request *request = exchange->request;
    const char *type = http_header(request, "Content-Type");
    if (endpoint->body == BODY_NONE || request->body_bytes == 0 || !type || !*type)
        return true;

    struct tn_error error = { 0 };
    if (media_type_is(type, "application/json")) {
        const size_t mark_bytes = byte_order_mark_bytes(request);
        if (json_read(request->body + mark_bytes, request->body_bytes - mark_bytes, exchange->arena,
                &exchange->body, &error))
            return true;

        auth_refuse(exchange, 400, WIRE_BAD_REQUEST);
        return false;
    }
    if (endpoint->body == BODY_FORM && media_type_is(type, "application/x-www-form-urlencoded")) {
        if (read_form(exchange, &error))
            return true;

        auth_refuse_for(exchange, error.code);
        return false;
    }
    auth_refuse_with(exchange, 415, "UNSUPPORTED_MEDIA_TYPE",
        arena_printf(exchange->arena,
            "Content-Type \"%s\" is not allowed. Allowed types: %sapplication/json", type,
            endpoint->body == BODY_FORM ? "application/x-www-form-urlencoded, " : ""));
    return false;
}

/* Every organization that the request names by id. */
static void
claim_organizations(const struct auth_exchange *exchange, struct context_claims *claims)
{
    const struct http_pairs *headers = &exchange->request->headers;
    for (size_t i = 0; i < headers->count; i++)
        if (strcasecmp(headers->items[i].name, "X-Organization-Id") == 0)
            context_claim(claims, headers->items[i].value);

    for (size_t i = 0; i < pairs_count(&exchange->query, "organizationId"); i++)
        context_claim(claims, pairs_at(&exchange->query, "organizationId", i));

    const char *in_body = auth_body_text(exchange, "organizationId");
    if (in_body)
        context_claim(claims, in_body);
    /* update-team names it there. */
    const char *in_data = json_member(json_member(exchange->body, "data"), "organizationId")->text;
    if (in_data)
        context_claim(claims, in_data);
}

/* Is another slug named than the path's? */
static bool
names_other_slug(const struct auth_exchange *exchange)
{
    for (size_t i = 0; i < pairs_count(&exchange->query, "organizationSlug"); i++)
        if (strcmp(pairs_at(&exchange->query, "organizationSlug", i), exchange->slug) != 0)
            return true;

    const char *in_body = auth_body_text(exchange, "organizationSlug");
    return in_body && strcmp(in_body, exchange->slug) != 0;
}

/* Below /o/<slug>: who asks must belong to it, and the request must name no other. */
static bool
handle_in_slug(struct auth_exchange *exchange, const struct endpoint *endpoint,
    const struct session_view *view, const struct visitor *visitor, enum context_answer answer,
    struct tn_error *error)
{
    if (answer == CONTEXT_FOUND && names_other_slug(exchange))
        answer = CONTEXT_DIFFERS;

    switch (answer) {
    case CONTEXT_FOUND:
        exchange->view = view;
        if (!auth_act(exchange, error))
            return false;
        context_visit_note(exchange->loop->runtime, exchange->loop->loop, visitor);
        return endpoint->handle(exchange, error);
    case CONTEXT_SIGNED_OUT:
        return endpoint->handle(exchange, error);
    case CONTEXT_REVOKED:
        exchange->is_revoked_here = true;
        auth_cookies_forget_place(exchange);
        return endpoint->handle(exchange, error);
    case CONTEXT_NONE:
    case CONTEXT_NOT_FOUND:
        auth_cookies_forget_place(exchange);
        auth_refuse_for(exchange, TN_NOT_FOUND);
        return true;
    case CONTEXT_DIFFERS:
        auth_refuse_for(exchange, TN_ORGANIZATION_DIFFERS);
        return true;
    case CONTEXT_EMPTY:
        auth_refuse_for(exchange, TN_ORGANIZATION_EMPTY);
        return true;
    }
    return true;
}

/* get-session, unless it is told to look, or the request names an organization besides the slug. */
static bool
may_use_cache(const struct auth_exchange *exchange, const struct endpoint *endpoint,
    const struct context_claims *claims)
{
    const char *disabled = pairs_find(&exchange->query, "disableCookieCache");
    return endpoint->handle == auth_get_session && (!disabled || !*disabled) &&
           (!exchange->slug || (claims->organization_id_count == 0 && !names_other_slug(exchange)));
}

static bool
handle_with_identity(
    struct auth_exchange *exchange, const struct endpoint *endpoint, struct tn_error *error)
{
    struct context_claims claims = { .session_token = exchange->token, .slug = exchange->slug };
    claim_organizations(exchange, &claims);
    if ((may_use_cache(exchange, endpoint, &claims) && auth_session_from_cache(exchange)) ||
        !exchange->slug)
        return endpoint->handle(exchange, error);

    const struct session_view *view;
    struct context context;
    enum context_answer answer;
    if (!context_resolve_view(
            exchange->identity, &claims, exchange->arena, &view, &context, &answer, error))
        return false;

    const bool done = handle_in_slug(exchange, endpoint, view, context.visitor, answer, error);
    context_done(&context);
    return done;
}

/* A database that does not hold sessions to memberships (compatibility.h) leaves the own one where
 * it was. */
static bool
leave_active(struct auth_exchange *exchange, struct tn_error *error)
{
    return !exchange->is_left || !exchange->view || auth_is_strict(exchange) ||
           organization_deactivate(exchange->identity, &exchange->view->session, error);
}

static bool
handle(struct auth_exchange *exchange, const struct endpoint *endpoint, struct tn_error *error)
{
    if (!form_parse(exchange->request->query, strlen(exchange->request->query),
            (size_t)exchange->settings->field_limit, exchange->arena, &exchange->query, error) ||
        !auth_cookies_read(exchange, error))
        return false;

    if (!read_body(exchange, endpoint) || !auth_gate(exchange))
        return true;

    if (!identity_open(exchange->loop->runtime, exchange->arena, &exchange->identity, error))
        return false;

    const bool done = auth_act(exchange, error) &&
                      handle_with_identity(exchange, endpoint, error) &&
                      leave_active(exchange, error);
    identity_close(exchange->identity);
    if (exchange->view)
        exchange->request->user_id = exchange->view->session.user_id;
    return done;
}

/* The path of any method's endpoint; NULL when none has it. */
static const char *
known_path(const char *path)
{
    for (size_t i = 0; i < COUNT_OF(endpoints); i++)
        if (path_fits(endpoints[i].path, path, NULL))
            return endpoints[i].path;
    return NULL;
}

static bool
refuse_too_many(const struct server *server, const struct http_request *request,
    struct http_response *response, const char *path)
{
    int64_t wait_s;
    if (rate_rules_admit(server, request, known_path(path), &wait_s))
        return false;

    const char *wait = arena_printf(request->arena, "%lld", (long long)wait_s);
    response->status = 429;
    http_response_header_set(response, "Content-Type", "application/json");
    http_response_header_set(response, "Cache-Control", "no-store");
    http_response_header_set(response, "X-Retry-After", wait);
    http_response_header_set(response, "Retry-After", wait);
    BUFFER_LITERAL(&response->body, "{\"message\":\"Too many requests. Please try again later.\"}");
    return true;
}

void
auth_handle(struct server_loop *loop, struct http_request *request, struct http_response *response,
    const char *slug)
{
    const char *path = endpoint_path(request, slug);
    /* Before the rate limit: a browser asks beforehand by itself. */
    if (known_path(path) && cross_origin_preflight(loop->server, request, response))
        return;

    cross_origin_allow(loop->server, request, response);
    if (refuse_too_many(loop->server, request, response, path))
        return;

    const char *parameter = NULL;
    const struct endpoint *endpoint = endpoint_find(request->method, path, &parameter);
    if (!endpoint) {
        response->status = 404;
        http_response_header_set(response, "Cache-Control", "no-store");
        return;
    }

    struct auth_exchange exchange = {
        .loop = loop,
        .server = loop->server,
        .settings = loop->server->settings,
        .request = request,
        .response = response,
        .arena = request->arena,
        .slug = slug,
        .parameter = parameter,
        .body = json_undefined(),
    };
    struct tn_error error = { 0 };
    if (!handle(&exchange, endpoint, &error)) {
        if (tn_error_status(error.code) >= 500)
            log_error(request->id, request->path, &error);
        auth_refuse_for(&exchange, error.code);
    }
    auth_cookies_settle(&exchange);
}
