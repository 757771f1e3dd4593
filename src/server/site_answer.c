#include "server/site_answer.h"

#include <string.h>
#include <strings.h>

#include "http/form.h"
#include "server/actor.h"
#include "server/organization_rules.h"
#include "server/plain_pages.h"
#include "server/session_cookie.h"

const struct tn_site_pages *
site_pages(struct tn_request *request)
{
    const struct tn_site_pages *own = request->loop->server->application->pages;
    return own ? own : &site_plain_pages;
}

void
site_headers(struct http_response *response)
{
    static const struct {
        const char *name;
        const char *value;
    } headers[] = {
        { "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; font-src "
            "'self'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "same-origin" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cache-Control", "private, no-store" },
    };
    for (size_t i = 0; i < COUNT_OF(headers); i++)
        http_response_header_set_constant(response, headers[i].name, headers[i].value);
}

void
site_redirect(struct tn_request *request, const char *location)
{
    request->answered = true;
    request->response->status = 303;
    http_response_header_set(
        request->response, "Location", request_location(request->http->arena, location));
}

/* `page?next=…` with the address that was asked for, if coming back to it by GET makes sense. */
static void
redirect_with_next(struct tn_request *request, const char *page)
{
    struct buffer location;
    buffer_init(&location, request->http->arena, 128);
    buffer_text(&location, page);
    const char *target = request->http->target;
    if (request->http->method != HTTP_POST && strcmp(target, "/") != 0) {
        BUFFER_LITERAL(&location, "?next=");
        percent_encode(&location, target, strlen(target));
    }
    site_redirect(request, location.data);
}

void
site_redirect_to_sign_in(struct tn_request *request)
{
    redirect_with_next(request, "/sign-in");
}

void
site_redirect_to_chooser(struct tn_request *request)
{
    redirect_with_next(request, "/choose");
}

bool
site_claims(struct tn_request *request, const char *slug, struct context_claims *ret_claims,
    struct tn_error *error)
{
    *ret_claims = (struct context_claims){ .slug = slug };
    if (!session_cookie_read(
            request->loop->server, request->http, &ret_claims->session_token, error))
        return false;

    const struct http_pairs *headers = &request->http->headers;
    for (size_t i = 0; i < headers->count; i++) {
        if (strcasecmp(headers->items[i].name, "X-Organization-Id") == 0)
            context_claim(ret_claims, headers->items[i].value);
    }
    for (size_t i = 0; i < pairs_count(&request->query, "organizationId"); i++)
        context_claim(ret_claims, pairs_at(&request->query, "organizationId", i));
    for (size_t i = 0; i < pairs_count(&request->fields, "organizationId"); i++)
        context_claim(ret_claims, pairs_at(&request->fields, "organizationId", i));
    return true;
}

bool
site_refuse(enum context_answer answer, struct tn_error *error)
{
    static const struct {
        enum tn_error_code code;
        const char *detail;
    } refusals[] = {
        [CONTEXT_FOUND] = { TN_INTERNAL, "an organization that was found is no reason to refuse" },
        [CONTEXT_SIGNED_OUT] = { TN_SIGNED_OUT, "no session" },
        [CONTEXT_NONE] = { TN_NOT_FOUND,
            "no organization is named, and the session has no default" },
        [CONTEXT_NOT_FOUND] = { TN_NOT_FOUND, "no such organization, or no member of it" },
        [CONTEXT_REVOKED] = { TN_NOT_FOUND, "the session was signed out of this organization" },
        [CONTEXT_DIFFERS] = { TN_ORGANIZATION_DIFFERS,
            "path, header or fields name different ones" },
        [CONTEXT_EMPTY] = { TN_ORGANIZATION_EMPTY, "an organization is named with an empty name" },
    };
    return error_set(error, refusals[answer].code, "%s", refusals[answer].detail);
}

bool
site_resolve(struct tn_request *request, const char *slug, enum context_answer *ret_answer,
    struct tn_error *error)
{
    struct context_claims claims;
    return site_claims(request, slug, &claims, error) &&
           context_resolve(request->identity, &claims, request->http->arena, &request->context,
               ret_answer, error);
}

const char *
site_next(const char *next)
{
    const bool is_ours = next && next[0] == '/' && next[1] != '/' && !strchr(next, '\\');
    for (const char *at = next; is_ours && *at; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            return "/";
    }
    return is_ours ? next : "/";
}

bool
site_change(struct tn_request *request, struct change_request *ret_change, struct tn_error *error)
{
    const struct visitor *visitor = request->context.visitor;
    const struct server *server = request->loop->server;
    struct organization_rules *rules = ARENA_NEW(request->http->arena, struct organization_rules);
    *rules = organization_rules_of(server);
    *ret_change = (struct change_request){
        .identity = request->identity,
        .rules = rules,
        .user_id = visitor->user_id,
        .session_id = visitor->session_id,
        .arena = request->http->arena,
    };
    return actor_note(server, request->http, request->identity, visitor->user_id, error);
}
