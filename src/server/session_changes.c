#include "server/session_changes.h"

#include <stdatomic.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"

/* Keys that share a place only cost each other a question to the database. */
#define PLACES 65536

struct session_changes {
    _Atomic int64_t last_ms[PLACES];
};

struct session_changes *
session_changes_new(struct arena *arena)
{
    return ARENA_NEW(arena, struct session_changes);
}

static size_t
place_of(const char *key)
{
    return (size_t)(hash_bytes(key, strlen(key)) % PLACES);
}

int64_t
session_changes_note(struct session_changes *changes, const char *key)
{
    const int64_t now_ms = time_steady_us() / 1000;
    if (!changes)
        return now_ms;

    _Atomic int64_t *last_ms = &changes->last_ms[place_of(key)];
    int64_t known = atomic_load(last_ms);
    while (known < now_ms && !atomic_compare_exchange_weak(last_ms, &known, now_ms))
        ;
    /* What was read in this very millisecond may have been read before the change. */
    return now_ms + 1;
}

bool
session_changes_since(const struct session_changes *changes, const char *key, int64_t read_ms)
{
    return changes && atomic_load(&changes->last_ms[place_of(key)]) >= read_ms;
}
