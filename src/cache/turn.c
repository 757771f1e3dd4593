#include <string.h>

#include "base/metrics.h"
#include "cache/inside.h"
#include "loop/fiber.h"

/* Who waits for another's render; on its own stack, of any loop. */
struct cache_waiter {
    struct loop_message message;
    struct loop *loop;
    struct fiber *fiber;
    struct cache_waiter *next;
};

static bool
is_same_render(
    const struct cache_turn *turn, const struct cache_key *key, const struct versions *versions)
{
    return turn->key.hash == key->hash && turn->key.bytes == key->bytes &&
           memcmp(turn->key.text, key->text, key->bytes) == 0 &&
           versions_are_equal(&turn->versions, versions);
}

static void
wake(struct loop_message *message)
{
    fiber_wake(CONTAINER_OF(message, struct cache_waiter, message)->fiber);
}

bool
cache_turn_begin(struct cache *cache, const struct cache_key *key, const struct versions *versions,
    struct cache_turn *turn)
{
    *turn = (struct cache_turn){ .key = *key, .versions = *versions };
    pthread_mutex_lock(&cache->lock);
    struct cache_turn *other = cache->turns;
    while (other && !is_same_render(other, key, versions))
        other = other->next;

    if (!other) {
        turn->is_mine = true;
        turn->next = cache->turns;
        cache->turns = turn;
        pthread_mutex_unlock(&cache->lock);
        return true;
    }

    struct fiber *fiber = fiber_current();
    struct cache_waiter waiter = {
        .message.deliver = wake,
        .loop = fiber_loop(fiber),
        .fiber = fiber,
        .next = other->waiters,
    };
    other->waiters = &waiter;
    cache->counters.waited++;
    pthread_mutex_unlock(&cache->lock);
    metric_add(METRIC_CACHE_WAITING, 0, 1);
    fiber_wait();
    metric_add(METRIC_CACHE_WAITING, 0, -1);
    return false;
}

void
cache_turn_end(struct cache *cache, struct cache_turn *turn)
{
    if (!turn->is_mine)
        return;

    pthread_mutex_lock(&cache->lock);
    struct cache_turn **place = &cache->turns;
    while (*place != turn)
        place = &(*place)->next;
    *place = turn->next;
    struct cache_waiter *waiter = turn->waiters;
    pthread_mutex_unlock(&cache->lock);

    turn->is_mine = false;
    while (waiter) {
        /* Once it is posted, its fiber may run and end. */
        struct cache_waiter *next = waiter->next;
        loop_post(waiter->loop, &waiter->message);
        waiter = next;
    }
}
