/* What a page that was kept is found by. Compared whole, never by its hash alone. */
#pragma once

#include <stdint.h>

#include "base/arena.h"

struct cache_key_parts {
    const char *organization; /* its id, and what pages show of it; never NULL */
    const char *audience;     /* for whom; "" for everybody in the organization */
    const char *path;
    const char *query; /* in the canonical order */
    int64_t day;       /* of a page that changes with it; 0 */
};

struct cache_key {
    const char *text;
    size_t bytes;
    uint64_t hash;
};

/* In `arena`. */
struct cache_key cache_key_make(const struct cache_key_parts *parts, struct arena *arena);
