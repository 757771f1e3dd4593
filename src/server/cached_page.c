#include "server/cached_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/metrics.h"
#include "base/time.h"
#include "crypto/digest.h"
#include "http/gzip.h"
#include "server/cache_parts.h"
#include "server/flash.h"
#include "server/packing.h"

#define MICROSECONDS_PER_DAY INT64_C(86400000000)
#define KEY_BYTES_MAX 4096

/* --- what is asked beside the question who asks ------------------------------------------------
 */

static void
ask_versions(void *argument)
{
    struct cached_page *cached = argument;
    if (!versions_read(cached->request->loop->runtime, NULL, cached->versions_of,
            cached->request->http->arena, &cached->versions, &cached->versions_error))
        cached->versions_of = NULL;
}

/* --- the answer --------------------------------------------------------------------------------
 */

/* The places in definitions/metrics.def. */
enum answer {
    ANSWER_HIT,
    ANSWER_COLLAPSED,
    ANSWER_REMEMBERED,
    ANSWER_ABSENT,
    ANSWER_STALE,
    ANSWER_NOT_KEPT,
    ANSWER_BYPASS,
};

/* As RFC 9211 has it. */
static void
tell(struct tn_request *request, enum answer answer, const char *detail)
{
    static const char *const words[] = {
        [ANSWER_HIT] = "hit",
        [ANSWER_COLLAPSED] = "hit; collapsed",
        [ANSWER_REMEMBERED] = "hit",
        [ANSWER_ABSENT] = "fwd=uri-miss; stored",
        [ANSWER_STALE] = "fwd=stale; stored",
        [ANSWER_NOT_KEPT] = "fwd=miss",
        [ANSWER_BYPASS] = "fwd=bypass",
    };
    struct buffer text;
    buffer_init(&text, request->http->arena, 96);
    BUFFER_LITERAL(&text, "tenantry; ");
    buffer_text(&text, words[answer]);
    if (detail) {
        BUFFER_LITERAL(&text, "; detail=\"");
        buffer_text(&text, detail);
        buffer_character(&text, '"');
    }
    metric_add(METRIC_CACHE_ANSWERS, (int)answer, 1);
    http_response_header_set(request->response, "Cache-Status", text.data);
}

/* The compressed body, made when it is asked for first. */
static const struct cache_body *
packed_body(struct tn_request *request, struct cache_page *page)
{
    if (page->plain.bytes < PACKING_FROM_BYTES || !packing_is_wanted(request))
        return NULL;

    const struct cache_body *packed = atomic_load(&page->packed);
    if (packed)
        return packed;

    struct buffer out;
    buffer_init(&out, request->http->arena, 4096);
    if (!gzip_append(&out, page->plain.data, page->plain.bytes, GZIP_KEPT))
        return NULL;

    cache_keep_packed(
        request->loop->server->cache, page, (struct cache_body){ out.data, out.length });
    return atomic_load(&page->packed);
}

static void
let_go_page(void *cache, void *page)
{
    cache_release(cache, page);
}

static void
answer_page(struct tn_request *request, struct cache_page *page)
{
    struct cache *cache = request->loop->server->cache;
    struct http_response *response = request->response;
    const struct cache_body *packed = packed_body(request, page);
    const struct cache_body *body = packed ? packed : &page->plain;
    const char *etag = packed ? arena_printf(response->arena, "%s-gzip", page->etag) : page->etag;
    struct buffer quoted;
    buffer_init(&quoted, response->arena, 64);
    buffer_character(&quoted, '"');
    buffer_text(&quoted, etag);
    buffer_character(&quoted, '"');

    request->answered = true;
    buffer_truncate(&response->body, 0);
    http_response_header_set(response, "ETag", quoted.data);
    http_response_header_set_constant(response, "Vary", PACKING_VARY);
    http_response_lend(
        response, body->data, body->bytes, &(struct http_hold){ let_go_page, cache, page });
    if (http_has_etag(request->http, etag)) {
        response->status = 304;
        return;
    }

    response->status = 200;
    http_response_header_set(response, "Content-Type", page->media_type);
    if (packed)
        http_response_header_set_constant(response, "Content-Encoding", "gzip");
}

/* --- the key -------------------------------------------------------------------------------------
 */

static struct cache_key
make_key(const struct cached_page *cached, const struct cache_member *member)
{
    const struct tn_route *route = cached->route;
    struct arena *arena = cached->request->http->arena;
    return cache_key_make(
        &(struct cache_key_parts){
            .organization = member->organization,
            .audience = member->audiences[route->cache - 1],
            .path = cache_canonical_path(cached->path, arena),
            .query = cache_canonical_query(&cached->request->query, arena),
            .day = route->cache_by_day ? time_now_us() / MICROSECONDS_PER_DAY : 0,
        },
        arena);
}

/* --- from memory ---------------------------------------------------------------------------------
 */

/* A hit without a question to the database: the member and the versions are young enough. */
static bool
serve_remembered(struct cached_page *cached, const struct cache_member *member)
{
    struct tn_request *request = cached->request;
    struct cache *cache = request->loop->server->cache;
    const int64_t age_ms = request->loop->server->settings->cache_staleness;
    struct arena *arena = request->http->arena;
    struct versions versions;
    if (cached->refusal || member->is_doubtful || !member->audiences[cached->route->cache - 1] ||
        time_monotonic_ms() - member->asked_at_ms >= age_ms ||
        member->session_expires_at_us <= time_now_us() ||
        !request_role_may(request, member->role, cached->route->permission) ||
        !cache_recall_versions(cache, member->organization_id, age_ms, arena, &versions))
        return false;

    struct cache_key key = make_key(cached, member);
    struct cache_page *page;
    const char *relation;
    if (cache_find(cache, &key, &versions, arena, &page, &relation) != CACHE_HIT)
        return false;

    struct buffer detail;
    buffer_init(&detail, arena, 48);
    BUFFER_LITERAL(&detail, "up to ");
    buffer_integer(&detail, age_ms);
    BUFFER_LITERAL(&detail, " ms old");
    tell(request, ANSWER_REMEMBERED, detail.data);
    answer_page(request, page);
    return true;
}

bool
cached_page_begin(struct tn_request *request, const struct tn_route *route, const char *path,
    const struct context_claims *claims, struct cached_page *ret_cached)
{
    struct cache *cache = request->loop->server->cache;
    const enum http_method method = request->http->method;
    *ret_cached = (struct cached_page){ .request = request };
    if (!cache || !route || route->cache == TN_NEVER || !claims->session_token ||
        (method != HTTP_GET && method != HTTP_HEAD))
        return false;

    ret_cached->route = route;
    ret_cached->token = claims->session_token;
    ret_cached->slug = claims->slug;
    ret_cached->path = path;
    if (flash_is_brought(request))
        ret_cached->refusal = "flash";

    struct cache_member member;
    const bool is_known =
        claims->organization_id_count == 0 && cache_recall_member(cache, claims->session_token,
                                                  claims->slug, request->http->arena, &member);
    if (is_known && request->loop->server->settings->cache_staleness > 0 &&
        serve_remembered(ret_cached, &member))
        return true;

    ret_cached->member_of = is_known ? member.organization_id : NULL;
    ret_cached->asked_at_ms = time_monotonic_ms();
    return false;
}

void
cached_page_ask(struct cached_page *cached)
{
    /* A task that cannot be started is work that is done later. */
    struct tn_error ignored = { 0 };
    cached->asked_at_ms = time_monotonic_ms();
    cached->versions_of = cached->member_of;
    if (cached->member_of && !task_start(&cached->versions_task, ask_versions, cached, &ignored))
        cached->versions_of = NULL;
}

void
cached_page_join(struct cached_page *cached)
{
    task_join(&cached->versions_task);
}

/* --- exactly -------------------------------------------------------------------------------------
 */

/* Who asks, as a key names it: all that a page of this kind may show of them. */
static bool
describe_member(struct cached_page *cached, struct cache_member *ret_member, struct tn_error *error)
{
    struct tn_request *request = cached->request;
    const struct visitor *visitor = request->context.visitor;
    struct arena *arena = request->http->arena;
    *ret_member = (struct cache_member){
        .organization_id = visitor->organization_id,
        .organization = cache_describe(arena, visitor->organization_id, visitor->organization_slug,
            visitor->organization_name, NULL),
        .role = visitor->role,
        .session_expires_at_us = visitor->session_expires_at_us,
        .asked_at_ms = cached->asked_at_ms,
    };
    ret_member->audiences[TN_PER_ROLE - 1] = cache_describe(arena, "role", visitor->role, NULL);
    ret_member->audiences[TN_PER_ORGANIZATION - 1] = "";
    if (cached->route->cache != TN_PER_MEMBER)
        return true;

    const struct tn_organization *organizations;
    size_t count;
    if (!tn_request_organizations(request, &organizations, &count, error))
        return false;

    ret_member->audiences[TN_PER_MEMBER - 1] = cache_describe(arena, "member", visitor->session_id,
        visitor->user_id, visitor->user_name, visitor->user_email, visitor->role,
        cache_describe_organizations(organizations, count, arena), NULL);
    return true;
}

/* The versions, if they are not there yet, or were asked for another organization than the one that
 * the slug leads to by now. */
static bool
have_versions(struct cached_page *cached, struct tn_error *error)
{
    struct tn_request *request = cached->request;
    const char *organization_id = request->organization.id.p;
    if (cached->versions_of && strcmp(cached->versions_of, organization_id) == 0)
        return true;

    cached->versions_of = organization_id;
    cached->asked_at_ms = time_monotonic_ms();
    return versions_read(request->loop->runtime, request_standing(request), organization_id,
        request->http->arena, &cached->versions, error);
}

/* Why the page that was just rendered is not kept; NULL: it is. */
static const char *
refusal_of(const struct cached_page *cached)
{
    const struct tn_request *request = cached->request;
    const struct tn_route *route = cached->route;
    const struct read_log *reads = &request->reads;
    if (request->response->status != 200)
        return "status";
    if (request->cache_is_refused)
        return "refused";
    if (http_response_header_find(request->response, "Set-Cookie"))
        return "cookie";
    if (reads->writes)
        return "writes";
    if (reads->is_unique)
        return "random";
    if ((reads->reads_clock || reads->reads_day) && !route->cache_by_day)
        return "clock";
    if (request->shows_person && route->cache != TN_PER_MEMBER)
        return "person";
    if (request->shows_role && route->cache == TN_PER_ORGANIZATION)
        return "role";
    return NULL;
}

static struct cache_page *
keep(const struct cached_page *cached, const struct cache_key *key)
{
    struct tn_request *request = cached->request;
    const struct http_response *response = request->response;
    struct arena *arena = request->http->arena;
    size_t relation_count;
    const char *const *relations = cache_relations(&request->reads, cached->path,
        request->cache_tags, request->cache_tag_count, arena, &relation_count);

    /* Of these bytes, and of whom they are for: two organizations never share one. */
    char digest[DIGEST_HEX_LENGTH + 1];
    struct buffer all;
    buffer_init(&all, arena, key->bytes + response->body.length + 1);
    buffer_append(&all, key->text, key->bytes);
    buffer_append(&all, response->body.data, response->body.length);
    digest_sha256_hex(all.data, all.length, digest);
    return cache_keep(request->loop->server->cache, key,
        &(struct cache_rendered){
            .media_type = http_response_header_find(response, "Content-Type"),
            .etag = arena_printf(arena, "%.32s", digest),
            .body = { response->body.data, response->body.length },
            .relations = relations,
            .relation_count = relation_count,
            .versions = &cached->versions,
        });
}

static bool
render_and_keep(struct cached_page *cached, const struct cache_key *key, const char *why,
    bool (*render)(
        struct tn_request *request, const struct tn_route *route, struct tn_error *error),
    struct tn_error *error)
{
    struct tn_request *request = cached->request;
    if (cached->route->cache == TN_PER_ORGANIZATION) {
        request->shown = request->organization;
        request->shown.role = request_text(NULL);
    }
    if (!render(request, cached->route, error))
        return false;

    const char *refusal = refusal_of(cached);
    struct cache_page *page = refusal ? NULL : keep(cached, key);
    if (!page) {
        tell(request, ANSWER_NOT_KEPT, refusal ? refusal : "too large");
        return true;
    }
    if (why)
        tell(request, ANSWER_STALE, why);
    else
        tell(request, ANSWER_ABSENT, NULL);
    answer_page(request, page);
    return true;
}

bool
cached_page_serve(struct cached_page *cached,
    bool (*render)(
        struct tn_request *request, const struct tn_route *route, struct tn_error *error),
    struct tn_error *error)
{
    struct tn_request *request = cached->request;
    struct cache *cache = request->loop->server->cache;
    struct cache_member member;
    if (!describe_member(cached, &member, error) || !have_versions(cached, error))
        return false;

    request->versions = &cached->versions;
    cache_remember_member(cache, cached->token, cached->slug, &member);
    if (request->loop->server->settings->cache_staleness > 0)
        cache_remember_versions(
            cache, member.organization_id, &cached->versions, cached->asked_at_ms);
    const struct cache_key key = make_key(cached, &member);
    if (!cached->refusal && key.bytes > KEY_BYTES_MAX)
        cached->refusal = "key";
    if (cached->refusal) {
        tell(request, ANSWER_BYPASS, cached->refusal);
        return render(request, cached->route, error);
    }

    struct cache_page *page;
    const char *why = NULL;
    struct arena *arena = request->http->arena;
    if (cache_find(cache, &key, &cached->versions, arena, &page, &why) == CACHE_HIT) {
        tell(request, ANSWER_HIT, NULL);
        answer_page(request, page);
        return true;
    }

    struct cache_turn turn;
    if (!cache_turn_begin(cache, &key, &cached->versions, &turn) &&
        cache_find(cache, &key, &cached->versions, arena, &page, &why) == CACHE_HIT) {
        tell(request, ANSWER_COLLAPSED, NULL);
        answer_page(request, page);
        return true;
    }
    const bool done = render_and_keep(cached, &key, why, render, error);
    cache_turn_end(cache, &turn);
    return done;
}
