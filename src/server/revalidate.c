#include "tenantry/cache.h"

#include "server/cache_parts.h"
#include "server/request.h"
#include "tenant/versions.h"

bool
tn_revalidate_path(
    struct tn_db db, const char *path, enum tn_revalidate which, struct tn_error *error)
{
    struct arena *arena = arena_new(512);
    const char *canonical = cache_canonical_path(path, arena);
    const char *relation = which == TN_ONLY
                               ? cache_path_relation(canonical, arena)
                               : cache_below_relation(canonical, strlen(canonical), arena);
    const bool done = path[0] == '/'
                          ? versions_touch(db, &relation, 1, error)
                          : error_set(error, TN_INTERNAL,
                                "tn_revalidate_path: \"%s\" does not begin with /", path);
    arena_free(arena);
    return done;
}

bool
tn_revalidate_tag(struct tn_db db, const char *tag, struct tn_error *error)
{
    struct arena *arena = arena_new(512);
    const char *relation = cache_tag_relation(tag, arena);
    const bool done = versions_touch(db, &relation, 1, error);
    arena_free(arena);
    return done;
}

void
tn_cache_tag(struct tn_request *request, const char *tag)
{
    struct arena *arena = request->http->arena;
    const char **tags = ARENA_ARRAY(arena, request->cache_tag_count + 1, const char *);
    for (size_t i = 0; i < request->cache_tag_count; i++)
        tags[i] = request->cache_tags[i];
    tags[request->cache_tag_count++] = arena_strdup(arena, tag);
    request->cache_tags = tags;
}

void
tn_cache_refuse(struct tn_request *request)
{
    request->cache_is_refused = true;
}
