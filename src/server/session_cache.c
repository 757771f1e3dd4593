#include "server/session_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "html/escape.h"
#include "http/cookie.h"
#include "http/form.h"
#include "server/session_changes.h"
#include "server/session_json.h"
#include "server/session_seal.h"

/* A browser keeps about 4 KB of name, value and attributes. */
#define COOKIE_LENGTH_MAX 4050
/* What a request's header holds besides the cache. One that is larger than we read would lock its
 * browser out. */
#define HEADER_ROOM_BYTES 2048
#define PIECES_MAX 100
/* As many cookies of one name are looked at: one of the path, one of the root. */
#define CANDIDATES_MAX 2
/* A cache that a session without remembrance may have, where it says for how long itself. */
#define SHORT_LIFETIME_S 60
#define VERSION "1"

/* What one cookie holds. */
struct content {
    struct session session;
    struct user user;
    const char *slug; /* NULL: the root's */
};

static const char *
cookie_name(const struct session_cache *cache)
{
    return cache->server->is_secure ? "__Secure-better-auth.session_data"
                                    : "better-auth.session_data";
}

/* --- reading ---------------------------------------------------------------------------------- */

/* The number of a piece's cookie; -1 when it is not one. */
static int
piece_number(const char *cookie, const char *name)
{
    const size_t bytes = strlen(name);
    if (strncmp(cookie, name, bytes) != 0 || cookie[bytes] != '.')
        return -1;

    char *end;
    const long number = strtol(cookie + bytes + 1, &end, 10);
    const bool is_number = cookie[bytes + 1] >= '0' && cookie[bytes + 1] <= '9' && !*end;
    return is_number && number < PIECES_MAX ? (int)number : -1;
}

/* The pieces' text put together, each the `occurrence`-th of its number; NULL without piece 0. */
static const char *
join_pieces(
    const struct http_pairs *cookies, const char *name, size_t occurrence, struct arena *arena)
{
    struct buffer joined;
    buffer_init(&joined, arena, 2 * COOKIE_LENGTH_MAX);
    for (int number = 0; number < PIECES_MAX; number++) {
        char piece_name[80];
        snprintf(piece_name, sizeof piece_name, "%s.%d", name, number);
        const char *piece = pairs_at(cookies, piece_name, occurrence);
        if (!piece)
            break;
        buffer_text(&joined, piece);
    }
    return joined.length > 0 ? joined.data : NULL;
}

/* Is what was read in that millisecond still so, as far as this process knows? Its expiry alone
 * would hold for as long as the clock was set back. */
static bool
still_holds(const struct session_cache *cache, const struct content *content, double read_ms)
{
    const struct session_changes *changes = cache->server->changes;
    const int64_t now_ms = time_steady_us() / 1000;
    const double age_ms = (double)now_ms - read_ms;
    return age_ms >= -1 && age_ms <= 1e3 * (double)cache->server->settings->cookie_cache &&
           !session_changes_since(changes, content->session.token, (int64_t)read_ms) &&
           !session_changes_since(changes, content->user.id, (int64_t)read_ms);
}

static bool
read_content(const struct session_cache *cache, const char *value, struct content *ret_content)
{
    const int64_t now_us = time_now_us();
    const struct json_value *whole =
        session_seal_open(cache->server->seal, value, now_us, cache->request->arena);
    if (!whole)
        return false;

    const struct json_value *version = json_member(whole, "version");
    const struct json_value *slug = json_member(whole, "place");
    const bool fits = session_json_read(json_member(whole, "session"), &ret_content->session) &&
                      session_json_read_user(json_member(whole, "user"), &ret_content->user) &&
                      json_member(whole, "updatedAt")->kind == JSON_KIND_NUMBER &&
                      (version->kind == JSON_KIND_UNDEFINED ||
                          (json_is_plain_text(version) && strcmp(version->text, VERSION) == 0)) &&
                      (slug->kind == JSON_KIND_UNDEFINED || json_is_plain_text(slug));
    if (!fits)
        return false;

    ret_content->slug = slug->text;
    return strcmp(ret_content->session.token, cache->token) == 0 &&
           strcmp(ret_content->session.user_id, ret_content->user.id) == 0 &&
           ret_content->session.expires_at_us > now_us &&
           still_holds(cache, ret_content, json_member(whole, "updatedAt")->number);
}

static bool
same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Of the cookies that count, the one of `slug`. */
static bool
find_content(const struct session_cache *cache, const char *slug, struct content *ret_content)
{
    if (!cache->token || cache->server->settings->cookie_cache == 0)
        return false;

    const char *name = cookie_name(cache);
    const struct http_pairs cookies = cookie_parse(cache->request, name);
    for (size_t i = 0; i < 2 * (size_t)CANDIDATES_MAX; i++) {
        const char *value = i < CANDIDATES_MAX ? pairs_at(&cookies, name, i)
                                               : join_pieces(&cookies, name, i - CANDIDATES_MAX,
                                                     cache->request->arena);
        if (value && read_content(cache, value, ret_content) && same_text(ret_content->slug, slug))
            return true;
    }
    return false;
}

/* Times on the wire have milliseconds. */
static bool
same_time(int64_t one_us, int64_t other_us)
{
    return one_us / 1000 == other_us / 1000;
}

/* Do they tell of one state? Whatever changes session or person sets its time. */
static bool
same_state(const struct content *here, const struct content *root)
{
    return strcmp(here->session.id, root->session.id) == 0 &&
           same_time(here->session.updated_at_us, root->session.updated_at_us) &&
           same_time(here->user.updated_at_us, root->user.updated_at_us);
}

bool
session_cache_read(const struct session_cache *cache, struct session_view *ret_view)
{
    struct content root;
    struct content here;
    if (!find_content(cache, NULL, &root))
        return false;

    *ret_view = (struct session_view){
        .answer = SESSION_LIVE,
        .session = root.session,
        .user = root.user,
    };
    if (!cache->slug)
        return true;
    if (!find_content(cache, cache->slug, &here) || !same_state(&here, &root))
        return false;

    ret_view->is_member = true;
    ret_view->organization_id = here.session.active_organization_id;
    ret_view->organization_slug = here.slug;
    return ret_view->organization_id != NULL;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void
set_cookie(const struct session_cache *cache, const char *name, const char *value, const char *path,
    int64_t max_age_s)
{
    cookie_set(cache->response, &(struct cookie){
                                    .name = name,
                                    .value = value,
                                    .path = path,
                                    .max_age_s = max_age_s,
                                    .secure = cache->server->is_secure,
                                });
}

/* "/o/<slug>", as browsers compare it. */
static const char *
path_here(const struct session_cache *cache)
{
    if (!cache->slug)
        return NULL;

    struct buffer path;
    buffer_init(&path, cache->request->arena, 64);
    BUFFER_LITERAL(&path, "/o/");
    html_url_path(&path, cache->slug, strlen(cache->slug));
    return path.data;
}

static void
replace_cookie(const struct session_cache *cache, const char *name, const char *value,
    const char *path, int64_t max_age_s)
{
    cookie_withdraw(cache->response, name, path);
    set_cookie(cache, name, value, path, max_age_s);
}

/* Of both paths: which one a carried cookie is of, it does not say. */
static void
expire_cookie(const struct session_cache *cache, const char *name)
{
    replace_cookie(cache, name, "", NULL, 0);
    if (cache->slug)
        replace_cookie(cache, name, "", path_here(cache), 0);
}

void
session_cache_expire_carried(const struct session_cache *cache)
{
    const char *name = cookie_name(cache);
    const struct http_pairs cookies = cookie_parse(cache->request, name);
    for (size_t i = 0; i < cookies.count; i++) {
        const char *carried = cookies.items[i].name;
        if (strcmp(carried, name) == 0 || piece_number(carried, name) >= 0)
            expire_cookie(cache, carried);
    }
}

/* In pieces, where one cookie would be too long for a browser. Whole, and where it `replaces` one
 * that counts, there is no line that takes the old one away. */
static void
set_value(const struct session_cache *cache, const char *value, const char *path, int64_t max_age_s,
    bool replaces)
{
    static const char attributes[] = ".99=; Max-Age=; Path=; HttpOnly; Secure; SameSite=Lax";
    const char *name = cookie_name(cache);
    struct arena *arena = cache->request->arena;
    const size_t length = strlen(value);
    const size_t around = strlen(name) + sizeof attributes + 20 + (path ? strlen(path) : 1);
    if (around >= COOKIE_LENGTH_MAX)
        return;

    const size_t room = COOKIE_LENGTH_MAX - around;
    if (length <= room) {
        if (replaces)
            cookie_withdraw(cache->response, name, path);
        set_cookie(cache, name, value, path, max_age_s);
        return;
    }
    const size_t piece_count = (length + room - 1) / room;
    for (size_t i = 0; i < piece_count && piece_count <= PIECES_MAX; i++) {
        const size_t left = length - i * room;
        replace_cookie(cache, arena_printf(arena, "%s.%zu", name, i),
            arena_memdup(arena, value + i * room, left < room ? left : room), path, max_age_s);
    }
}

static const char *
seal_content(const struct session_cache *cache, const struct session_view *view, const char *slug,
    int64_t lifetime_s, int64_t read_ms)
{
    const int64_t now_us = time_now_us();
    struct buffer content;
    struct json_writer json;
    buffer_init(&content, cache->request->arena, 1024);
    json_writer_init(&json, &content);
    json_object_begin(&json);
    json_key(&json, "session");
    session_json_put(
        &json, &view->session, slug ? view->organization_id : view->session.active_organization_id);
    json_key(&json, "user");
    session_json_put_user(&json, &view->user);
    json_key(&json, "updatedAt");
    json_put_integer(&json, read_ms);
    json_key(&json, "version");
    json_put_text(&json, VERSION);
    if (slug) {
        json_key(&json, "place");
        json_put_text(&json, slug);
    }
    json_object_end(&json);
    return session_seal_close(cache->server->seal, &content, now_us, now_us + lifetime_s * 1000000);
}

/* A team belongs to the default organization: below a slug it is left out, or is the same. */
static bool
same_session(const struct session *one, const struct session *other, bool is_root)
{
    return strcmp(one->id, other->id) == 0 && same_time(one->expires_at_us, other->expires_at_us) &&
           same_time(one->updated_at_us, other->updated_at_us) &&
           (!is_root || same_text(one->active_team_id, other->active_team_id));
}

static bool
same_user(const struct user *one, const struct user *other)
{
    return same_time(one->updated_at_us, other->updated_at_us) &&
           strcmp(one->name, other->name) == 0 && strcmp(one->email, other->email) == 0 &&
           same_text(one->image, other->image) && one->email_verified == other->email_verified;
}

enum carried {
    CARRIED_NOTHING,
    CARRIED_OTHER,
    CARRIED_JUST_THIS,
};

static enum carried
compare_carried(
    const struct session_cache *cache, const struct session_view *view, const char *slug)
{
    struct content content;
    if (!find_content(cache, slug, &content))
        return CARRIED_NOTHING;

    const bool is_same = same_session(&content.session, &view->session, !slug) &&
                         same_user(&content.user, &view->user) &&
                         same_text(content.session.active_organization_id,
                             slug ? view->organization_id : view->session.active_organization_id);
    return is_same ? CARRIED_JUST_THIS : CARRIED_OTHER;
}

/* Is there anything to write for a session that was only read? */
static bool
is_worth_writing(const struct session_cache *cache, const struct session_view *view,
    const char *slug, bool is_remembered)
{
    const enum carried root = compare_carried(cache, view, NULL);
    if (!is_remembered)
        return root == CARRIED_OTHER;

    return root != CARRIED_JUST_THIS ||
           (slug && compare_carried(cache, view, slug) != CARRIED_JUST_THIS);
}

void
session_cache_write(const struct session_cache *cache, const struct session_view *view,
    bool is_remembered, enum session_cache_reason reason)
{
    const struct settings *settings = cache->server->settings;
    const int64_t lifetime_s = settings->cookie_cache;
    const bool is_here = cache->slug && view->is_member && view->organization_slug &&
                         strcmp(view->organization_slug, cache->slug) == 0;
    const char *slug = is_here ? cache->slug : NULL;
    if (lifetime_s == 0)
        return;
    if (reason == SESSION_CACHE_READ && !is_worth_writing(cache, view, slug, is_remembered)) {
        session_cache_sweep(cache);
        return;
    }

    /* Before the change is noted, after which nothing that was carried counts. */
    struct content content;
    const bool counts = find_content(cache, NULL, &content);
    const bool is_short = !is_remembered && cache->server->seal->strategy == SESSION_SEAL_COMPACT &&
                          lifetime_s > SHORT_LIFETIME_S;
    const int64_t good_for_s = is_short ? SHORT_LIFETIME_S : lifetime_s;
    const int64_t max_age_s = is_remembered ? lifetime_s : -1;
    const int64_t read_ms = reason == SESSION_CACHE_CHANGED
                                ? session_changes_note(cache->server->changes, view->session.token)
                            : view->asked_at_us ? view->asked_at_us / 1000
                                                : time_steady_us() / 1000;
    const char *root = seal_content(cache, view, NULL, good_for_s, read_ms);
    const char *here = slug ? seal_content(cache, view, slug, good_for_s, read_ms) : "";
    const size_t room = (size_t)settings->header_limit > HEADER_ROOM_BYTES
                            ? (size_t)settings->header_limit - HEADER_ROOM_BYTES
                            : 0;

    /* One that did not count is taken away and then written anew, in two lines: so better-auth says
     * it, and so its tests want it. */
    session_cache_expire_carried(cache);
    if (strlen(root) > room)
        return;

    set_value(cache, root, NULL, max_age_s, counts);
    if (slug && strlen(root) + strlen(here) <= room)
        set_value(cache, here, path_here(cache), max_age_s, true);
}

void
session_cache_sweep(const struct session_cache *cache)
{
    struct content content;
    if (!find_content(cache, NULL, &content))
        session_cache_expire_carried(cache);
}

void
session_cache_expire(const struct session_cache *cache)
{
    session_cache_expire_carried(cache);
    expire_cookie(cache, cookie_name(cache));
}
