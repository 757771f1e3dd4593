#include "server/rate_limit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "crypto/random.h"

/* An address of 39 characters and the longest path of an endpoint fit well. */
#define KEY_BYTES 112
#define SLOTS_EACH 16 /* of one set; keys are spread over the sets by a hash */
#define LOCKS 64      /* more than threads that count at the same moment */

struct slot {
    char key[KEY_BYTES]; /* "" : free */
    int64_t since_ms;    /* the window's start */
    int64_t over_ms;     /* its end */
    int64_t count;
};

struct set {
    struct slot slots[SLOTS_EACH];
};

/* The locks lie apart from the sets: what nobody was counted in yet is never touched, and so takes
 * no memory. */
struct rate_limiter {
    uint64_t seed; /* so that nobody can choose addresses that push another's count out */
    pthread_mutex_t locks[LOCKS]; /* of every LOCKS-th set */
    size_t set_count;
    struct set sets[];
};

bool
rate_limiter_new(size_t slots, struct rate_limiter **ret_limiter, struct tn_error *error)
{
    const size_t set_count = (slots + SLOTS_EACH - 1) / SLOTS_EACH;
    struct rate_limiter *limiter = calloc(1, sizeof *limiter + set_count * sizeof(struct set));
    if (!limiter || set_count == 0)
        return error_set(error, TN_INTERNAL, "no memory for rate limits");

    limiter->set_count = set_count;
    random_bytes(&limiter->seed, sizeof limiter->seed);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&limiter->locks[i], NULL);
    *ret_limiter = limiter;
    return true;
}

void
rate_limiter_free(struct rate_limiter *limiter)
{
    if (!limiter)
        return;

    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&limiter->locks[i]);
    free(limiter);
}

/* The key's slot, or the one that it may have: a free one, else what is over for longest. */
static struct slot *
slot_of(struct set *set, const char *key)
{
    struct slot *best = &set->slots[0];
    for (size_t i = 0; i < SLOTS_EACH; i++) {
        struct slot *slot = &set->slots[i];
        if (strcmp(slot->key, key) == 0)
            return slot;
        if (slot->over_ms < best->over_ms)
            best = slot;
    }
    *best = (struct slot){ 0 };
    memcpy(best->key, key, strlen(key) + 1);
    return best;
}

static bool
admit(struct slot *slot, const struct rate_rule *rule, int64_t now_ms, int64_t *ret_wait_ms)
{
    if (slot->count > 0 && now_ms - slot->since_ms < rule->window_ms) {
        if (slot->count >= rule->count_max) {
            *ret_wait_ms = slot->since_ms + rule->window_ms - now_ms;
            return false;
        }
        slot->count++;
        if (rule->restarts)
            slot->since_ms = now_ms;
    } else {
        slot->count = 1;
        slot->since_ms = now_ms;
    }
    slot->over_ms = slot->since_ms + rule->window_ms;
    return true;
}

bool
rate_limiter_admit(struct rate_limiter *limiter, const char *address, const char *path,
    const struct rate_rule *rule, int64_t now_ms, int64_t *ret_wait_ms)
{
    char key[KEY_BYTES];
    snprintf(key, sizeof key, "%s|%s", address, path);
    uint64_t hash = hash_bytes(key, strlen(key)) ^ limiter->seed;
    hash = hash_bytes(&hash, sizeof hash);
    const size_t index = hash % limiter->set_count;
    pthread_mutex_t *lock = &limiter->locks[index % LOCKS];

    pthread_mutex_lock(lock);
    const bool admitted = admit(slot_of(&limiter->sets[index], key), rule, now_ms, ret_wait_ms);
    pthread_mutex_unlock(lock);
    return admitted;
}
