#include "server/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "html/escape.h"
#include "http/form.h"
#include "http/trace.h"
#include "loop/fiber.h"
#include "organization/membership.h"
#include "server/form_context.h"
#include "server/page.h"

/* Most pages are shorter: what grows is copied each time. */
#define PAGE_FIRST_BYTES (16 * 1024)

struct tn_request *
request_new(struct server_loop *loop, struct http_request *http, struct http_response *response)
{
    struct tn_request *request = ARENA_NEW(http->arena, struct tn_request);
    request->loop = loop;
    request->http = http;
    request->response = response;
    request->reads.arena = http->arena;
    fiber_set_owner(request);
    return request;
}

void
request_restart(struct tn_request *request)
{
    context_drop(&request->context, request->identity);
    http_response_let_go(request->response);
    http_response_init(request->response, request->http->arena);
    *request = (struct tn_request){
        .loop = request->loop,
        .http = request->http,
        .response = request->response,
        .identity = request->identity,
        .query = request->query,
        .fields = request->fields,
        .reads = { .arena = request->http->arena },
    };
}

struct standing *
request_standing(struct tn_request *request)
{
    return request->context.remembered ? &request->standing : NULL;
}

struct tn_text
request_text(const char *text)
{
    return (struct tn_text){ text ? text : "", text ? strlen(text) : 0 };
}

const char *
request_location(struct arena *arena, const char *address)
{
    struct buffer location;
    buffer_init(&location, arena, 128);
    for (const char *at = address; *at; at++) {
        if (*at > ' ' && *at <= '~') /* beyond "~": also what is negative as char */
            buffer_character(&location, *at);
        else
            html_url(&location, at, 1);
    }
    return location.data;
}

const char *
request_organization_path(struct arena *arena, const char *slug, const char *rest)
{
    struct buffer path;
    buffer_init(&path, arena, 64);
    BUFFER_LITERAL(&path, "/o/");
    html_url_path(&path, slug, strlen(slug));
    buffer_text(&path, rest);
    return path.data;
}

struct read_log *
request_reads(void)
{
    struct tn_request *request = fiber_owner();
    return request ? &request->reads : NULL;
}

static bool
body_is_form(const struct http_request *http)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const char *type = http_header(http, "Content-Type");
    return type && strncasecmp(type, form, sizeof form - 1) == 0 &&
           strchr("; \t", type[sizeof form - 1]);
}

bool
request_parse(struct tn_request *request, struct tn_error *error)
{
    struct http_request *http = request->http;
    const size_t limit = (size_t)request->loop->server->settings->field_limit;
    if (!form_parse(http->query, strlen(http->query), limit, http->arena, &request->query, error))
        return false;

    if (http->method != HTTP_POST || http->body_bytes == 0)
        return true;

    if (!body_is_form(http))
        return error_set(error, TN_MEDIA_TYPE, "a form is application/x-www-form-urlencoded");

    return form_parse(http->body, http->body_bytes, limit, http->arena, &request->fields, error);
}

/* --- what was asked ------------------------------------------------------------------------- */

const char *
tn_request_segment(struct tn_request *request, const char *name)
{
    const char *value = pairs_find(&request->segments, name);
    if (!value) {
        fprintf(stderr, "tenantry: the route has no segment \":%s\"\n", name);
        abort();
    }
    return value;
}

const char *
tn_request_query(struct tn_request *request, const char *name)
{
    return pairs_find(&request->query, name);
}

const char *
tn_request_field(struct tn_request *request, const char *name)
{
    return pairs_find(&request->fields, name);
}

size_t
tn_request_field_count(struct tn_request *request, const char *name)
{
    return pairs_count(&request->fields, name);
}

const char *
tn_request_field_at(struct tn_request *request, const char *name, size_t index)
{
    return pairs_at(&request->fields, name, index);
}

bool
tn_request_query_int64(
    struct tn_request *request, const char *name, int64_t *value, struct tn_error *error)
{
    const char *text = tn_request_query(request, name);
    if (!text)
        return true;

    struct tn_decimal number;
    if (!tn_decimal_parse(text, 0, &number))
        return error_set(error, TN_BAD_FIELD, "\"%s\" must be a whole number", name);

    *value = number.coef;
    return true;
}

bool
tn_request_query_label(struct tn_request *request, const char *name, const char *const *labels,
    int label_count, int *value, struct tn_error *error)
{
    const char *text = tn_request_query(request, name);
    if (!text)
        return true;

    for (int i = 0; i < label_count; i++) {
        if (strcmp(labels[i], text) == 0) {
            *value = i;
            return true;
        }
    }
    return error_set(error, TN_BAD_FIELD, "\"%s\" is none of the values that it can have", name);
}

const char *
tn_request_printf(struct tn_request *request, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(request->http->arena, format, arguments);
    va_end(arguments);
    return text;
}

void *
tn_request_alloc(struct tn_request *request, size_t bytes)
{
    return arena_alloc(request->http->arena, bytes);
}

/* --- who and where --------------------------------------------------------------------------- */

const char *
tn_request_id(struct tn_request *request)
{
    request->cache_is_refused = true; /* of this request only */
    return request->http->id;
}

const char *
tn_request_trace_parent(struct tn_request *request)
{
    request->cache_is_refused = true; /* of this request only */
    return trace_parent(request->http, request->http->arena);
}

const char *
tn_request_trace_state(struct tn_request *request)
{
    request->cache_is_refused = true; /* of this request only */
    return request->http->trace.state;
}

struct tn_text
tn_request_user_id(struct tn_request *request)
{
    request->shows_person = true;
    return request_text(request->context.visitor ? request->context.visitor->user_id : NULL);
}

struct tn_text
tn_request_user_name(struct tn_request *request)
{
    request->shows_person = true;
    return request_text(request->context.visitor ? request->context.visitor->user_name : NULL);
}

struct tn_text
tn_request_user_email(struct tn_request *request)
{
    request->shows_person = true;
    return request_text(request->context.visitor ? request->context.visitor->user_email : NULL);
}

const struct tn_organization *
tn_request_organization(struct tn_request *request)
{
    return request->shown.id.p ? &request->shown : &request->organization;
}

bool
tn_request_organizations(struct tn_request *request,
    const struct tn_organization **ret_organizations, size_t *ret_count, struct tn_error *error)
{
    request->shows_person = true;
    if (!request->has_organizations && request->context.visitor &&
        !memberships_of_user(request->identity, request->context.visitor->user_id,
            request->organization.id.p, request->http->arena, &request->organizations,
            &request->organization_count, error))
        return false;

    request->has_organizations = true;
    *ret_organizations = request->organizations;
    *ret_count = request->organization_count;
    return true;
}

/* Is `word` among the words of `list`, which `separator` parts? */
static bool
list_has(const char *list, char separator, const char *word, size_t word_bytes)
{
    const char separators[] = { separator, ' ', '\0' };
    while (*list) {
        list += strspn(list, separators);
        const size_t bytes = strcspn(list, separators);
        if (bytes == word_bytes && memcmp(list, word, bytes) == 0)
            return true;

        list += bytes;
    }
    return false;
}

bool
tn_request_may(struct tn_request *request, const char *permission)
{
    request->shows_role = true;
    return request_role_may(request, request->organization.role.p, permission);
}

bool
request_role_may(struct tn_request *request, const char *member_role, const char *permission)
{
    const struct tn_application *application = request->loop->server->application;
    for (size_t i = 0; i < application->role_count; i++) {
        const struct tn_role *role = &application->roles[i];
        if (list_has(member_role, ',', role->name, strlen(role->name)) &&
            list_has(role->permissions, ' ', permission, strlen(permission)))
            return true;
    }
    return false;
}

/* --- the answer ------------------------------------------------------------------------------ */

/* What the page compiler put into a form: bound to this session and organization. A form outside
 * organizations needs none. */
static const char *
form_context(struct tn_request *request, const char *form)
{
    if (!request->organization.id.p || form[0] == '^')
        return NULL;

    request->shows_person = true;
    struct arena *arena = request->http->arena;
    return form_context_make(request->loop->server->settings->secret,
        request->context.visitor->session_id, request->organization.id.p,
        form_name_of_action(form, arena), arena);
}

struct tn_page *
tn_page(struct tn_request *request, int status)
{
    struct http_response *response = request->response;
    struct arena *arena = request->http->arena;
    buffer_truncate(&response->body, 0);
    buffer_reserve(&response->body, PAGE_FIRST_BYTES);
    response->status = status;
    http_response_header_set(response, "Content-Type", "text/html; charset=utf-8");
    request->answered = true;

    struct tn_page *page = ARENA_NEW(arena, struct tn_page);
    *page = (struct tn_page){
        .request = request,
        .out = &response->body,
        .base = request->organization.slug.p
                    ? request_organization_path(arena, request->organization.slug.p, "")
                    : "",
        .form_context = form_context,
    };
    return page;
}

void
tn_redirect(struct tn_request *request, const char *path)
{
    request->answered = true;
    request->response->status = 303;
    struct arena *arena = request->http->arena;
    http_response_header_set(request->response, "Location",
        request_organization_path(
            arena, request->organization.slug.p, request_location(arena, path)));
}
