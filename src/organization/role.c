#include "organization/role.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

enum {
    FIXED_OWNER,
    FIXED_ADMIN,
    FIXED_MEMBER,
    FIXED_COUNT,
};

static const char *const fixed_names[FIXED_COUNT] = { "owner", "admin", "member" };

static const struct permission {
    const char *resource;
    const char *action;
    bool has[FIXED_COUNT];
} fixed_permissions[] = {
#define PERMISSION(resource, action, owner, admin, member, help) \
    { #resource, #action, { owner, admin, member } },
#include "permissions.def"
#undef PERMISSION
};

/* A name in a list; not terminated. */
struct role_word {
    const char *text;
    size_t bytes;
};

/* --- lists of names -------------------------------------------------------------------------- */

static bool
is_blank(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

static struct role_word
trim(const char *text, size_t bytes)
{
    while (bytes > 0 && is_blank(text[0])) {
        text++;
        bytes--;
    }
    while (bytes > 0 && is_blank(text[bytes - 1]))
        bytes--;
    return (struct role_word){ text, bytes };
}

/* The next name at `*at`, trimmed and not empty. */
static bool
next_word(const char **at, struct role_word *ret_word)
{
    while (**at) {
        const size_t bytes = strcspn(*at, ",");
        const struct role_word word = trim(*at, bytes);
        *at += bytes;
        if (**at == ',')
            (*at)++;
        if (word.bytes > 0) {
            *ret_word = word;
            return true;
        }
    }
    return false;
}

static bool
word_is(struct role_word word, const char *name)
{
    return strlen(name) == word.bytes && memcmp(name, word.text, word.bytes) == 0;
}

static bool
has_word(const char *list, struct role_word wanted)
{
    struct role_word word;
    while (next_word(&list, &word))
        if (word.bytes == wanted.bytes && memcmp(word.text, wanted.text, word.bytes) == 0)
            return true;
    return false;
}

/* Each once. */
static void
append_words(struct buffer *out, const char *list, const char *separator)
{
    struct role_word word;
    while (next_word(&list, &word)) {
        if (has_word(out->data, word))
            continue;
        if (out->length > 0)
            buffer_text(out, separator);
        buffer_append(out, word.text, word.bytes);
    }
}

const char *
role_list_trim(const char *list, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 32);
    append_words(&out, list, ",");
    return out.data;
}

const char *
role_list_of_json(const struct json_value *value, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 32);
    if (value->kind == JSON_KIND_STRING)
        append_words(&out, value->text, ",");
    for (size_t i = 0; value->kind == JSON_KIND_ARRAY && i < value->count; i++)
        if (value->items[i].kind == JSON_KIND_STRING)
            append_words(&out, value->items[i].text, ",");
    return out.data;
}

bool
role_list_has(const char *list, const char *name)
{
    struct role_word word;
    while (next_word(&list, &word))
        if (word_is(word, name))
            return true;
    return false;
}

bool
role_name_is_valid(const char *name)
{
    const size_t bytes = strlen(name);
    return bytes > 0 && bytes <= ROLE_NAME_BYTES_MAX && !strchr(name, ',') &&
           trim(name, bytes).bytes == bytes;
}

bool
role_is_fixed(const char *name)
{
    for (size_t i = 0; i < FIXED_COUNT; i++)
        if (strcmp(name, fixed_names[i]) == 0)
            return true;
    return false;
}

const char *
role_fixed_name(size_t index)
{
    return fixed_names[index];
}

/* --- one role --------------------------------------------------------------------------------- */

/* One of the fixed roles (else FIXED_COUNT), what the application says of it, or one that was made.
 */
struct role {
    size_t fixed;
    const char *application; /* NULL: nothing */
    const struct json_value *made;
};

static struct role
find_role(const struct role_book *book, struct role_word word)
{
    struct role role = { .fixed = 0 };
    while (role.fixed < FIXED_COUNT && !word_is(word, fixed_names[role.fixed]))
        role.fixed++;
    for (size_t i = 0; i < book->application_role_count; i++)
        if (word_is(word, book->application_roles[i].name))
            role.application = book->application_roles[i].permissions;
    for (size_t i = 0; role.fixed == FIXED_COUNT && !role.application && i < book->count; i++)
        if (word_is(word, book->items[i].name))
            role.made = book->items[i].permission;
    return role;
}

static bool
role_is_known(struct role role)
{
    return role.fixed < FIXED_COUNT || role.application || role.made;
}

/* Is the word among those of `permissions`, which blanks part? NULL has none. */
static bool
application_has(const char *permissions, const char *wanted, size_t wanted_bytes)
{
    while (permissions && *permissions) {
        permissions += strspn(permissions, " ");
        const size_t bytes = strcspn(permissions, " ");
        if (bytes == wanted_bytes && memcmp(permissions, wanted, bytes) == 0)
            return true;
        permissions += bytes;
    }
    return false;
}

static bool
made_allows(const struct json_value *made, const char *resource, const char *action)
{
    const struct json_value *actions = json_member(made, resource);
    for (size_t i = 0; actions->kind == JSON_KIND_ARRAY && i < actions->count; i++)
        if (json_is_plain_text(&actions->items[i]) && strcmp(actions->items[i].text, action) == 0)
            return true;
    return false;
}

/* The application writes "resource:action". */
static bool
application_allows(const char *permissions, const char *resource, const char *action)
{
    char word[ROLE_WORD_BYTES_MAX + 1];
    const int bytes = snprintf(word, sizeof word, "%s:%s", resource, action);
    return bytes > 0 && (size_t)bytes < sizeof word &&
           application_has(permissions, word, (size_t)bytes);
}

static bool
role_allows(struct role role, const char *resource, const char *action)
{
    for (size_t i = 0; i < COUNT_OF(fixed_permissions) && role.fixed < FIXED_COUNT; i++)
        if (fixed_permissions[i].has[role.fixed] &&
            strcmp(fixed_permissions[i].resource, resource) == 0 &&
            strcmp(fixed_permissions[i].action, action) == 0)
            return true;
    return application_allows(role.application, resource, action) ||
           (role.made && made_allows(role.made, resource, action));
}

static bool
role_allows_all(struct role role, const struct json_value *permission)
{
    bool asks = false;
    for (size_t i = 0; i < permission->count; i++) {
        const struct json_value *actions = &permission->items[i];
        if (actions->kind != JSON_KIND_ARRAY || actions->count == 0)
            return false;

        for (size_t j = 0; j < actions->count; j++)
            if (!json_is_plain_text(&actions->items[j]) ||
                !role_allows(role, permission->keys[i], actions->items[j].text))
                return false;
        asks = true;
    }
    return asks;
}

/* --- the roles of an organization ------------------------------------------------------------- */

void
role_book_read(struct role_book *book, const char *made_roles, struct arena *arena)
{
    const struct json_value *object;
    struct tn_error ignored = { 0 };
    if (!made_roles || !json_read(made_roles, strlen(made_roles), arena, &object, &ignored) ||
        object->kind != JSON_KIND_OBJECT)
        return;

    struct made_role *items = ARENA_ARRAY(arena, object->count, struct made_role);
    for (size_t i = 0; i < object->count; i++) {
        const struct json_value *text = &object->items[i];
        items[i] = (struct made_role){ object->keys[i], json_undefined() };
        ignored = (struct tn_error){ 0 };
        if (text->kind == JSON_KIND_STRING &&
            !json_read(text->text, text->text_bytes, arena, &items[i].permission, &ignored))
            items[i].permission = json_undefined();
    }
    book->count = object->count;
    book->items = items;
}

static void
append_permission(struct buffer *out, const char *resource, const char *action)
{
    buffer_printf(out, "%s%s:%s", out->length > 0 ? " " : "", resource, action);
}

const char *
role_permission_words(const struct role_book *book, const char *name, struct arena *arena)
{
    const struct role role = find_role(book, (struct role_word){ name, strlen(name) });
    struct buffer out;
    buffer_init(&out, arena, 128);
    for (size_t i = 0; i < COUNT_OF(fixed_permissions) && role.fixed < FIXED_COUNT; i++)
        if (fixed_permissions[i].has[role.fixed])
            append_permission(&out, fixed_permissions[i].resource, fixed_permissions[i].action);
    if (role.application)
        buffer_printf(&out, "%s%s", out.length > 0 ? " " : "", role.application);
    for (size_t i = 0; role.made && role.made->kind == JSON_KIND_OBJECT && i < role.made->count;
         i++)
        for (size_t j = 0; j < role.made->items[i].count; j++)
            if (json_is_plain_text(&role.made->items[i].items[j]))
                append_permission(&out, role.made->keys[i], role.made->items[i].items[j].text);
    return out.data;
}

bool
role_is_given(const struct tn_role *application_roles, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(application_roles[i].name, name) == 0)
            return true;
    return role_is_fixed(name);
}

bool
role_book_has(const struct role_book *book, const char *name)
{
    return role_is_known(find_role(book, (struct role_word){ name, strlen(name) }));
}

const char *
role_book_unknown(const struct role_book *book, const char *list, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 32);
    struct role_word word;
    while (next_word(&list, &word)) {
        if (role_is_known(find_role(book, word)))
            continue;
        if (out.length > 0)
            BUFFER_LITERAL(&out, ", ");
        buffer_append(&out, word.text, word.bytes);
    }
    return out.length > 0 ? out.data : NULL;
}

bool
roles_allow(
    const struct role_book *book, const char *list, const char *resource, const char *action)
{
    struct role_word word;
    while (next_word(&list, &word))
        if (role_allows(find_role(book, word), resource, action))
            return true;
    return false;
}

bool
roles_allow_all(const struct role_book *book, const char *list, const struct json_value *permission)
{
    struct role_word word;
    while (next_word(&list, &word))
        if (role_allows_all(find_role(book, word), permission))
            return true;
    return false;
}

/* Has who holds `list` what this word of an application's role says, by whatever says so? */
static bool
holds_word(const struct role_book *book, const char *list, struct role_word wanted)
{
    char resource[ROLE_WORD_BYTES_MAX + 1];
    if (wanted.bytes > ROLE_WORD_BYTES_MAX)
        return false;

    memcpy(resource, wanted.text, wanted.bytes);
    resource[wanted.bytes] = '\0';
    char *action = strchr(resource, ':');
    if (!action)
        return false;

    *action++ = '\0';
    return roles_allow(book, list, resource, action);
}

static bool
roles_cover_application(const struct role_book *book, const char *list, const char *permissions)
{
    while (permissions && *permissions) {
        permissions += strspn(permissions, " ");
        const size_t bytes = strcspn(permissions, " ");
        if (bytes > 0 && !holds_word(book, list, (struct role_word){ permissions, bytes }))
            return false;

        permissions += bytes;
    }
    return true;
}

static bool
roles_cover_made(
    const struct role_book *book, const char *list, const struct json_value *permission)
{
    for (size_t i = 0; i < permission->count && permission->kind == JSON_KIND_OBJECT; i++) {
        const struct json_value *actions = &permission->items[i];
        for (size_t j = 0; j < actions->count && actions->kind == JSON_KIND_ARRAY; j++)
            if (json_is_plain_text(&actions->items[j]) &&
                !roles_allow(book, list, permission->keys[i], actions->items[j].text))
                return false;
    }
    return true;
}

bool
roles_cover(const struct role_book *book, const char *list, const char *given)
{
    struct role_word word;
    while (next_word(&given, &word)) {
        const struct role role = find_role(book, word);
        for (size_t i = 0; i < COUNT_OF(fixed_permissions) && role.fixed < FIXED_COUNT; i++)
            if (fixed_permissions[i].has[role.fixed] &&
                !roles_allow(
                    book, list, fixed_permissions[i].resource, fixed_permissions[i].action))
                return false;
        if (!roles_cover_application(book, list, role.application) ||
            (role.made && !roles_cover_made(book, list, role.made)))
            return false;
    }
    return true;
}

/* --- what is asked for ------------------------------------------------------------------------ */

/* Does a word of `permissions` begin with "resource:"? */
static bool
application_names(const char *permissions, const char *resource)
{
    const size_t bytes = strlen(resource);
    while (*(permissions += strspn(permissions, " "))) {
        if (strncmp(permissions, resource, bytes) == 0 && permissions[bytes] == ':')
            return true;
        permissions += strcspn(permissions, " ");
    }
    return false;
}

static bool
resource_is_known(const struct role_book *book, const char *resource)
{
    for (size_t i = 0; i < COUNT_OF(fixed_permissions); i++)
        if (strcmp(fixed_permissions[i].resource, resource) == 0)
            return true;
    for (size_t i = 0; i < book->application_role_count; i++)
        if (application_names(book->application_roles[i].permissions, resource))
            return true;
    return false;
}

bool
permission_is_known(const struct role_book *book, const struct json_value *permission)
{
    for (size_t i = 0; i < permission->count; i++)
        if (!resource_is_known(book, permission->keys[i]))
            return false;
    return true;
}

struct missing_permissions
permission_missing(const struct role_book *book, const char *list,
    const struct json_value *permission, struct arena *arena)
{
    size_t most = 0;
    for (size_t i = 0; i < permission->count; i++)
        most += permission->items[i].count;

    struct missing_permissions missing = { .items = ARENA_ARRAY(arena, most, const char *) };
    for (size_t i = 0; i < permission->count; i++) {
        const struct json_value *actions = &permission->items[i];
        for (size_t j = 0; j < actions->count; j++)
            if (!roles_allow(book, list, permission->keys[i], actions->items[j].text))
                missing.items[missing.count++] =
                    arena_printf(arena, "%s:%s", permission->keys[i], actions->items[j].text);
    }
    return missing;
}
