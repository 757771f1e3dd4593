#include "organization/permission.h"

#include <string.h>

bool
permission_is_well_formed(const struct json_value *permission)
{
    if (permission->kind != JSON_KIND_OBJECT)
        return false;

    for (size_t i = 0; i < permission->count; i++) {
        const struct json_value *actions = &permission->items[i];
        if (actions->kind != JSON_KIND_ARRAY)
            return false;
        for (size_t j = 0; j < actions->count; j++)
            if (!json_is_plain_text(&actions->items[j]))
                return false;
    }
    return true;
}

const struct json_value *
permission_of_words(const char *words, struct arena *arena)
{
    const size_t most = strlen(words) / 2 + 1;
    struct json_value *lists = ARENA_ARRAY(arena, most, struct json_value);
    const char **keys = ARENA_ARRAY(arena, most, const char *);
    struct json_value *object = ARENA_NEW(arena, struct json_value);
    *object = (struct json_value){ .kind = JSON_KIND_OBJECT, .items = lists, .keys = keys };
    for (size_t bytes; *(words += strspn(words, " ")); words += bytes) {
        bytes = strcspn(words, " ");
        const size_t resource_bytes = strcspn(words, ": ");
        const char *resource = arena_memdup(arena, words, resource_bytes);
        const size_t skipped = resource_bytes + (resource_bytes < bytes);
        const char *action = arena_memdup(arena, words + skipped, bytes - skipped);

        size_t at = 0;
        while (at < object->count && strcmp(keys[at], resource) != 0)
            at++;
        if (at == object->count) {
            lists[at] = (struct json_value){ .kind = JSON_KIND_ARRAY };
            keys[object->count++] = resource;
        }
        struct json_value *actions = ARENA_ARRAY(arena, lists[at].count + 1, struct json_value);
        if (lists[at].count > 0)
            memcpy(actions, lists[at].items, lists[at].count * sizeof *actions);
        actions[lists[at].count++] = *json_of_text(action, arena);
        lists[at].items = actions;
    }
    return object;
}
