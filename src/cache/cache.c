#include "cache/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/metrics.h"
#include "cache/inside.h"

bool
cache_new(size_t limit_bytes, struct cache **ret_cache, struct tn_error *error)
{
    struct cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return error_set(error, TN_OVERLOADED, "no memory for the cache of pages");

    cache->limit_bytes = limit_bytes;
    pthread_mutex_init(&cache->lock, NULL);
    pthread_mutex_init(&cache->memory_lock, NULL);
    *ret_cache = cache;
    return true;
}

/* --- the store, under the lock -----------------------------------------------------------------
 */

static struct kept **
bucket_of(struct cache *cache, const struct cache_key *key)
{
    struct kept **place = &cache->buckets[key->hash % CACHE_BUCKETS];
    while (*place && ((*place)->key.bytes != key->bytes ||
                         memcmp((*place)->key.text, key->text, key->bytes) != 0))
        place = &(*place)->bucket_next;
    return place;
}

static void
order_remove(struct cache *cache, struct kept *kept)
{
    *(kept->newer ? &kept->newer->older : &cache->newest) = kept->older;
    *(kept->older ? &kept->older->newer : &cache->oldest) = kept->newer;
}

static void
order_add(struct cache *cache, struct kept *kept)
{
    kept->newer = NULL;
    kept->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = kept;
    cache->newest = kept;
}

static void
kept_let_go(struct kept *kept)
{
    if (--kept->users == 0)
        arena_free(kept->arena);
}

static void
count(struct cache *cache, int64_t pages, int64_t bytes)
{
    cache->counters.pages += (uint64_t)pages;
    cache->counters.bytes += (uint64_t)bytes;
    metric_add(METRIC_CACHE_PAGES, 0, pages);
    metric_add(METRIC_CACHE_BYTES, 0, bytes);
}

static void
take_out(struct cache *cache, struct kept *kept)
{
    struct kept **place = &cache->buckets[kept->key.hash % CACHE_BUCKETS];
    while (*place != kept)
        place = &(*place)->bucket_next;
    *place = kept->bucket_next;
    order_remove(cache, kept);
    count(cache, -1, -(int64_t)kept->bytes);
    kept->is_stored = false;
    kept_let_go(kept);
}

static void
make_room(struct cache *cache)
{
    while (cache->oldest && cache->counters.bytes > cache->limit_bytes) {
        cache->counters.evicted++;
        metric_add(METRIC_CACHE_EVICTED, 0, 1);
        take_out(cache, cache->oldest);
    }
}

/* The first relation whose version is not that of now; NULL: all are. */
static const char *
first_written(const struct kept *kept, const struct versions *now)
{
    for (size_t i = 0; i < kept->versions.count; i++) {
        const struct version *then = &kept->versions.rows[i];
        if (versions_number(now, then->relation) != then->number)
            return then->relation;
    }
    return NULL;
}

/* --- from outside ------------------------------------------------------------------------------
 */

void
cache_free(struct cache *cache)
{
    if (!cache)
        return;

    while (cache->oldest)
        take_out(cache, cache->oldest);
    for (size_t i = 0; i < CACHE_MEMORIES; i++) {
        if (cache->members[i].arena)
            arena_free(cache->members[i].arena);
        if (cache->organizations[i].arena)
            arena_free(cache->organizations[i].arena);
    }
    pthread_mutex_destroy(&cache->memory_lock);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

enum cache_answer
cache_find(struct cache *cache, const struct cache_key *key, const struct versions *now,
    struct arena *arena, struct cache_page **ret_page, const char **ret_relation)
{
    enum cache_answer answer;
    pthread_mutex_lock(&cache->lock);
    struct kept *kept = *bucket_of(cache, key);
    const char *written = kept ? first_written(kept, now) : NULL;
    if (!kept) {
        answer = CACHE_ABSENT;
    } else if (written) {
        answer = CACHE_STALE;
        *ret_relation = arena_strdup(arena, written);
    } else {
        answer = CACHE_HIT;
        kept->users++;
        order_remove(cache, kept);
        order_add(cache, kept);
        *ret_page = &kept->page;
    }
    pthread_mutex_unlock(&cache->lock);
    return answer;
}

void
cache_release(struct cache *cache, struct cache_page *page)
{
    pthread_mutex_lock(&cache->lock);
    kept_let_go(CONTAINER_OF(page, struct kept, page));
    pthread_mutex_unlock(&cache->lock);
}

static struct versions
versions_of_relations(const struct cache_rendered *rendered, struct arena *arena)
{
    struct version *rows = ARENA_ARRAY(arena, rendered->relation_count, struct version);
    for (size_t i = 0; i < rendered->relation_count; i++)
        rows[i] = (struct version){
            .relation = arena_strdup(arena, rendered->relations[i]),
            .number = versions_number(rendered->versions, rendered->relations[i]),
        };
    return (struct versions){ rows, rendered->relation_count };
}

static struct kept *
kept_new(const struct cache_key *key, const struct cache_rendered *rendered)
{
    /* Room for all of it in one block. */
    struct arena *arena = arena_new(sizeof(struct kept) + key->bytes + rendered->body.bytes + 1024);
    struct kept *kept = ARENA_NEW(arena, struct kept);
    kept->arena = arena;
    kept->key = *key;
    kept->key.text = arena_memdup(arena, key->text, key->bytes);
    kept->versions = versions_of_relations(rendered, arena);
    kept->page.media_type = arena_strdup(arena, rendered->media_type);
    kept->page.etag = arena_strdup(arena, rendered->etag);
    kept->page.plain =
        (struct cache_body){ arena_memdup(arena, rendered->body.data, rendered->body.bytes),
            rendered->body.bytes };
    kept->bytes = arena_bytes(arena);
    return kept;
}

struct cache_page *
cache_keep(struct cache *cache, const struct cache_key *key, const struct cache_rendered *rendered)
{
    struct kept *kept = kept_new(key, rendered);
    if (kept->bytes > cache->limit_bytes / 8) {
        arena_free(kept->arena);
        return NULL;
    }

    pthread_mutex_lock(&cache->lock);
    struct kept *before = *bucket_of(cache, key);
    if (before)
        take_out(cache, before);
    kept->users = 2; /* the store, and who calls */
    kept->is_stored = true;
    kept->bucket_next = cache->buckets[key->hash % CACHE_BUCKETS];
    cache->buckets[key->hash % CACHE_BUCKETS] = kept;
    order_add(cache, kept);
    count(cache, 1, (int64_t)kept->bytes);
    make_room(cache);
    pthread_mutex_unlock(&cache->lock);
    return &kept->page;
}

void
cache_keep_packed(struct cache *cache, struct cache_page *page, struct cache_body packed)
{
    struct kept *kept = CONTAINER_OF(page, struct kept, page);
    pthread_mutex_lock(&cache->lock);
    if (!atomic_load(&page->packed)) {
        struct cache_body *body = ARENA_NEW(kept->arena, struct cache_body);
        *body = (struct cache_body){ arena_memdup(kept->arena, packed.data, packed.bytes),
            packed.bytes };
        atomic_store(&page->packed, body);
        const size_t bytes = arena_bytes(kept->arena);
        if (kept->is_stored)
            count(cache, 0, (int64_t)(bytes - kept->bytes));
        kept->bytes = bytes;
        make_room(cache);
    }
    pthread_mutex_unlock(&cache->lock);
}

struct cache_counters
cache_counters(struct cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    const struct cache_counters counters = cache->counters;
    pthread_mutex_unlock(&cache->lock);
    return counters;
}
