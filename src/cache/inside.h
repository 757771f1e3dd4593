/* What the files of the cache share.
 *
 *     cache.c   the store: find, keep, evict
 *     turn.c    one render for many who wait
 *     memory.c  what is remembered of members and versions */
#pragma once

#include <pthread.h>

#include "cache/cache.h"

#define CACHE_BUCKETS 4096
#define CACHE_MEMORIES 4096

struct kept {
    struct cache_page page; /* what others see of it */
    struct arena *arena;    /* all of it, and the struct itself */
    struct cache_key key;
    struct versions versions; /* of what it was rendered from, and nothing else */
    size_t bytes;
    int users; /* who has it, and the store itself while it is in there */
    bool is_stored;
    struct kept *bucket_next;
    struct kept *newer; /* in order of use */
    struct kept *older;
};

/* A place for something that is remembered; whatever else falls on it takes it over. */
struct memory {
    struct arena *arena; /* NULL: empty */
    const char *name;
    size_t name_bytes;
    struct cache_member member;
    struct versions versions;
    int64_t asked_at_ms;
    bool is_forgotten; /* versions: all that were asked for until `asked_at_ms` */
};

struct cache {
    pthread_mutex_t lock; /* of the store and the counters */
    struct kept *buckets[CACHE_BUCKETS];
    struct kept *newest;
    struct kept *oldest;
    size_t limit_bytes;
    struct cache_counters counters;
    struct cache_turn *turns; /* renders under way */

    pthread_mutex_t memory_lock;
    struct memory members[CACHE_MEMORIES];
    int64_t members_doubtful_until_ms;
    struct memory organizations[CACHE_MEMORIES];
};
