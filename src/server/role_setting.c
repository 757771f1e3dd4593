#include "server/role_setting.h"

#include <string.h>

#include "base/settings.h"
#include "organization/role.h"

static bool
is_permission_word(const char *word, size_t bytes)
{
    const char *colon = memchr(word, ':', bytes);
    return colon && colon > word && colon < word + bytes - 1 && bytes <= ROLE_WORD_BYTES_MAX;
}

bool
role_setting_is_valid(const char *entry, struct arena *arena)
{
    const char *equals = strchr(entry, '=');
    if (!equals || !role_name_is_valid(arena_memdup(arena, entry, (size_t)(equals - entry))))
        return false;

    for (const char *word = equals + 1; *word;) {
        const size_t bytes = strcspn(word, "+");
        if (!is_permission_word(word, bytes))
            return false;
        word += bytes + (word[bytes] == '+');
    }
    return true;
}

/* As an application writes them: with blanks between. */
static const char *
permissions_of(const char *words, struct arena *arena)
{
    char *permissions = arena_strdup(arena, words);
    for (char *plus; (plus = strchr(permissions, '+'));)
        *plus = ' ';
    return permissions;
}

/* Each role once: the book looks for one entry of a name. */
static void
add(struct role_setting *setting, struct tn_role *roles, struct tn_role role, struct arena *arena)
{
    for (size_t i = 0; i < setting->count; i++) {
        if (strcmp(roles[i].name, role.name) != 0)
            continue;
        roles[i].permissions = arena_printf(arena, "%s %s", roles[i].permissions, role.permissions);
        return;
    }
    roles[setting->count++] = role;
}

struct role_setting
role_setting_read(const struct tn_application *application, const char *list, struct arena *arena)
{
    size_t most = application->role_count;
    for (const char *at = list; settings_list_next(&at, arena);)
        most++;

    struct tn_role *roles = ARENA_ARRAY(arena, most, struct tn_role);
    struct role_setting setting = { .roles = roles };
    for (size_t i = 0; i < application->role_count; i++)
        add(&setting, roles, application->roles[i], arena);
    for (const char *entry; (entry = settings_list_next(&list, arena));) {
        const size_t name_bytes = strcspn(entry, "=");
        const char *name = arena_memdup(arena, entry, name_bytes);
        add(&setting, roles,
            (struct tn_role){ name, permissions_of(entry + name_bytes + 1, arena) }, arena);
    }
    return setting;
}
