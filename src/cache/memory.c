#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "base/time.h"
#include "cache/inside.h"

/* Where `name` is, or would be. */
static struct memory *
place_of(struct memory *memories, const char *name, size_t bytes)
{
    return &memories[hash_key(name, bytes) % CACHE_MEMORIES];
}

static bool
holds(const struct memory *memory, const char *name, size_t bytes)
{
    return memory->arena && memory->name_bytes == bytes && memcmp(memory->name, name, bytes) == 0;
}

static void
take_over(struct memory *memory, const char *name, size_t bytes)
{
    if (memory->arena)
        arena_free(memory->arena);
    struct arena *arena = arena_new(512);
    *memory = (struct memory){ .arena = arena, .name_bytes = bytes };
    memory->name = arena_memdup(arena, name, bytes);
}

static struct cache_member
member_copy(const struct cache_member *member, struct arena *arena)
{
    struct cache_member copy = *member;
    copy.organization_id = arena_strdup(arena, member->organization_id);
    copy.organization = arena_strdup(arena, member->organization);
    copy.role = arena_strdup(arena, member->role);
    for (size_t i = 0; i < CACHE_AUDIENCES; i++)
        copy.audiences[i] = arena_strdup_or_null(arena, member->audiences[i]);
    return copy;
}

/* A session's token is letters and digits: the blank after it ends it. */
static const char *
member_name(const char *token, const char *slug, struct arena *arena)
{
    struct buffer name;
    buffer_init(&name, arena, strlen(token) + strlen(slug) + 2);
    buffer_text(&name, token);
    buffer_character(&name, ' ');
    buffer_text(&name, slug);
    return name.data;
}

static bool
member_is_doubtful(const struct cache *cache, const struct memory *memory)
{
    return memory->member.asked_at_ms <= cache->members_doubtful_until_ms;
}

bool
cache_recall_member(struct cache *cache, const char *token, const char *slug, struct arena *arena,
    struct cache_member *ret_member)
{
    const char *name = member_name(token, slug, arena);
    const size_t bytes = strlen(name);
    pthread_mutex_lock(&cache->memory_lock);
    const struct memory *memory = place_of(cache->members, name, bytes);
    const bool found = holds(memory, name, bytes);
    if (found) {
        *ret_member = member_copy(&memory->member, arena);
        ret_member->is_doubtful = member_is_doubtful(cache, memory);
    }
    pthread_mutex_unlock(&cache->memory_lock);
    return found;
}

void
cache_remember_member(
    struct cache *cache, const char *token, const char *slug, const struct cache_member *member)
{
    struct arena *arena = arena_new(256);
    const char *name = member_name(token, slug, arena);
    const size_t bytes = strlen(name);
    pthread_mutex_lock(&cache->memory_lock);
    struct memory *memory = place_of(cache->members, name, bytes);
    take_over(memory, name, bytes);
    memory->member = member_copy(member, memory->arena);
    pthread_mutex_unlock(&cache->memory_lock);
    arena_free(arena);
}

void
cache_doubt_members(struct cache *cache)
{
    pthread_mutex_lock(&cache->memory_lock);
    cache->members_doubtful_until_ms = time_monotonic_ms();
    pthread_mutex_unlock(&cache->memory_lock);
}

bool
cache_recall_versions(struct cache *cache, const char *organization_id, int64_t age_ms,
    struct arena *arena, struct versions *ret_versions)
{
    const size_t bytes = strlen(organization_id);
    pthread_mutex_lock(&cache->memory_lock);
    const struct memory *memory = place_of(cache->organizations, organization_id, bytes);
    const bool found = holds(memory, organization_id, bytes) && !memory->is_forgotten &&
                       time_monotonic_ms() - memory->asked_at_ms < age_ms;
    if (found)
        *ret_versions = versions_copy(&memory->versions, arena);
    pthread_mutex_unlock(&cache->memory_lock);
    return found;
}

void
cache_remember_versions(struct cache *cache, const char *organization_id,
    const struct versions *versions, int64_t asked_at_ms)
{
    const size_t bytes = strlen(organization_id);
    pthread_mutex_lock(&cache->memory_lock);
    struct memory *memory = place_of(cache->organizations, organization_id, bytes);
    /* What was asked for later stays. */
    const bool is_later = memory->is_forgotten ? memory->asked_at_ms < asked_at_ms
                                               : memory->asked_at_ms <= asked_at_ms;
    if (!holds(memory, organization_id, bytes) || is_later) {
        take_over(memory, organization_id, bytes);
        memory->versions = versions_copy(versions, memory->arena);
        memory->asked_at_ms = asked_at_ms;
    }
    pthread_mutex_unlock(&cache->memory_lock);
}

void
cache_forget_versions(struct cache *cache, const char *organization_id)
{
    const size_t bytes = strlen(organization_id);
    pthread_mutex_lock(&cache->memory_lock);
    struct memory *memory = place_of(cache->organizations, organization_id, bytes);
    take_over(memory, organization_id, bytes);
    memory->asked_at_ms = time_monotonic_ms();
    memory->is_forgotten = true;
    pthread_mutex_unlock(&cache->memory_lock);
}
