#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "postgres/inside.h"

static struct turn *
turn_new(struct pool *pool, uint64_t key)
{
    struct turn *turn = pool->spare_turn;
    if (turn)
        pool->spare_turn = turn->next;
    else
        turn = malloc(sizeof *turn);
    if (!turn) {
        fprintf(stderr, "tenantry: out of memory (for an organization's turn)\n");
        abort();
    }

    *turn = (struct turn){ .key = key };
    for (int i = 0; i < LANE_COUNT; i++)
        TAILQ_INIT(&turn->waiting[i]);
    return turn;
}

static struct turn *
turn_of(struct pool *pool, const char *organization_id)
{
    const uint64_t key = hash_bytes(organization_id, strlen(organization_id));
    struct turn **bucket = &pool->turns[key % TURN_BUCKETS];
    for (struct turn *turn = *bucket; turn; turn = turn->next) {
        if (turn->key == key)
            return turn;
    }

    struct turn *turn = turn_new(pool, key);
    turn->next = *bucket;
    *bucket = turn;
    return turn;
}

static void
turn_forget(struct pool *pool, struct turn *turn)
{
    struct turn **at = &pool->turns[turn->key % TURN_BUCKETS];
    while (*at != turn)
        at = &(*at)->next;
    *at = turn->next;
    turn->next = pool->spare_turn;
    pool->spare_turn = turn;
}

bool
turn_take(struct group *group, const char *organization_id, struct group_list **ret_list)
{
    const enum lane_index lane = group->lane->index;
    if (!organization_id || lane == LANE_READ) {
        group->turn = NULL;
        return true;
    }

    struct turn *turn = turn_of(group->pool, organization_id);
    turn->users++;
    group->turn = turn;
    group->has_turn = turn->taken[lane] < group->pool->turn_limit[lane];
    if (group->has_turn)
        turn->taken[lane]++;
    else
        *ret_list = &turn->waiting[lane];
    return group->has_turn;
}

struct group *
turn_give(struct group *group)
{
    struct turn *turn = group->turn;
    if (!turn)
        return NULL;

    const enum lane_index lane = group->lane->index;
    struct group *next = group->has_turn ? TAILQ_FIRST(&turn->waiting[lane]) : NULL;
    if (next)
        next->has_turn = true;
    else if (group->has_turn)
        turn->taken[lane]--;

    group->turn = NULL;
    group->has_turn = false;
    turn->users--;
    if (turn->users == 0)
        turn_forget(group->pool, turn);
    return next;
}

void
turns_free(struct pool *pool)
{
    while (pool->spare_turn) {
        struct turn *turn = pool->spare_turn;
        pool->spare_turn = turn->next;
        free(turn);
    }
}
