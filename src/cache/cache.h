/* Pages that were rendered, one store for all loops of a process.
 *
 * A page is kept with the relations that it was rendered from and the versions that these had
 * before its first query ran. It is served only while they are current: who asks brings the
 * versions of now. So a page is never too old, on any node, and there is nothing to invalidate;
 * pages that nobody can get any more go when room is needed, the least recently used first. */
#pragma once

#include <stdatomic.h>

#include "base/error.h"
#include "cache/key.h"
#include "tenant/versions.h"

struct cache;

/* `limit_bytes` bounds all that is kept; 0 keeps nothing. */
MUST_USE bool cache_new(size_t limit_bytes, struct cache **ret_cache, struct tn_error *error);
/* Every page must be released. Accepts NULL. */
void cache_free(struct cache *cache);

struct cache_body {
    const char *data;
    size_t bytes;
};

/* One page. Does not change, but that `packed` comes once. */
struct cache_page {
    const char *media_type;
    const char *etag; /* without quotes: of these bytes for this organization and audience */
    struct cache_body plain;
    _Atomic(const struct cache_body *) packed; /* gzip; NULL until somebody asked for it */
};

enum cache_answer {
    CACHE_HIT,
    CACHE_ABSENT,
    CACHE_STALE, /* kept, but a relation was written since */
};

/* The page of `key` if it is current at the versions `now`. On CACHE_HIT release `*ret_page`; on
 * CACHE_STALE `*ret_relation` is one that was written since, in `arena`. */
enum cache_answer
cache_find(struct cache *cache, const struct cache_key *key, const struct versions *now,
    struct arena *arena, struct cache_page **ret_page, const char **ret_relation);
void cache_release(struct cache *cache, struct cache_page *page);

struct cache_rendered {
    const char *media_type;
    const char *etag;
    struct cache_body body;
    const char *const *relations; /* what it was rendered from */
    size_t relation_count;
    const struct versions *versions; /* read before its first query */
};

/* Keep a page, in place of an older one of that key. One that is larger than an eighth of the whole
 * is not kept. NULL, or the page as cache_find answers it. All is copied. */
struct cache_page *
cache_keep(struct cache *cache, const struct cache_key *key, const struct cache_rendered *rendered);
/* Keep the compressed body beside the plain one, unless another thread was first. */
void cache_keep_packed(struct cache *cache, struct cache_page *page, struct cache_body packed);

/* --- one render for many who wait --------------------------------------------------------------
 */

/* In the memory of who renders. */
struct cache_turn {
    struct cache_key key;
    struct versions versions;
    struct cache_turn *next;
    struct cache_waiter *waiters;
    bool is_mine;
};

/* From a fiber: may this one render `key` at `versions`? true: it does, and calls cache_turn_end.
 * false: another did the same meanwhile, at these very versions; look again, and if the page is not
 * there (it could not be kept) render without asking. `key` and `versions` live until the end. */
bool cache_turn_begin(struct cache *cache, const struct cache_key *key,
    const struct versions *versions, struct cache_turn *turn);
/* Wakes who waits. Accepts a turn that was not given. */
void cache_turn_end(struct cache *cache, struct cache_turn *turn);

/* --- what is remembered for `cache_staleness`, and to ask for versions early -------------------
 */

#define CACHE_AUDIENCES 3

/* A session in an organization, as the database said it. */
struct cache_member {
    const char *organization_id;
    const char *organization; /* as in a key */
    const char *role;
    const char *audiences[CACHE_AUDIENCES]; /* as in a key, by kind of route */
    int64_t session_expires_at_us;
    int64_t asked_at_ms; /* monotonic; before the question was sent */
    bool is_doubtful;    /* when recalled: asked before cache_doubt_members */
};

/* Looked up by session token and slug, so that nobody learns of an organization by it that this
 * session did not reach before. In `arena`. */
bool cache_recall_member(struct cache *cache, const char *token, const char *slug,
    struct arena *arena, struct cache_member *ret_member);
void cache_remember_member(
    struct cache *cache, const char *token, const char *slug, const struct cache_member *member);
/* This process may have ended a session or a membership, or changed a role: whose, is not known. */
void cache_doubt_members(struct cache *cache);

/* The versions of an organization, if they were asked for less than `age_ms` ago. */
bool cache_recall_versions(struct cache *cache, const char *organization_id, int64_t age_ms,
    struct arena *arena, struct versions *ret_versions);
void cache_remember_versions(struct cache *cache, const char *organization_id,
    const struct versions *versions, int64_t asked_at_ms);
/* This process wrote: who did must see it at once. What was asked for before is not remembered any
 * more, however late its answer comes. */
void cache_forget_versions(struct cache *cache, const char *organization_id);

/* --- counters ------------------------------------------------------------------------------------
 */

struct cache_counters {
    uint64_t evicted;
    uint64_t waited; /* were spared a render by another's */
    uint64_t pages;  /* that are kept now */
    uint64_t bytes;
};
struct cache_counters cache_counters(struct cache *cache);
