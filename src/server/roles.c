/* tn_roles, and the roles that a page makes and deletes. */
#include "tenantry/roles.h"

#include <string.h>

#include "organization/made_role.h"
#include "organization/permission.h"
#include "server/place.h"

struct names {
    const char **items;
    size_t count;
};

static void
add_name(struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return;
    names->items[names->count++] = name;
}

/* Fixed ones, the application's, made ones; each once. */
static struct names
all_names(const struct role_book *book, struct arena *arena)
{
    struct names names = { .items = ARENA_ARRAY(arena,
                               ROLES_FIXED + book->application_role_count + book->count,
                               const char *) };
    for (size_t i = 0; i < ROLES_FIXED; i++)
        add_name(&names, role_fixed_name(i));
    for (size_t i = 0; i < book->application_role_count; i++)
        add_name(&names, book->application_roles[i].name);
    for (size_t i = 0; i < book->count; i++)
        add_name(&names, book->items[i].name);
    return names;
}

static bool
is_made(const struct role_book *book, const char *name)
{
    for (size_t i = 0; i < book->application_role_count; i++)
        if (strcmp(book->application_roles[i].name, name) == 0)
            return false;
    return !role_is_fixed(name);
}

static bool
may_grant(const struct role_book *book, const char *role, const char *name)
{
    return (strcmp(name, "owner") != 0 || role_list_has(role, "owner")) &&
           roles_cover(book, role, name);
}

bool
tn_roles(struct tn_request *request, struct tn_role_rows *ret_roles, struct tn_error *error)
{
    struct arena *arena = request->http->arena;
    struct role_book book;
    if (!place_read(request, &book, error))
        return false;

    const struct names names = all_names(&book, arena);
    struct tn_role_row *items = ARENA_ARRAY(arena, names.count, struct tn_role_row);
    for (size_t i = 0; i < names.count; i++)
        items[i] = (struct tn_role_row){
            .name = request_text(names.items[i]),
            .permissions = request_text(role_permission_words(&book, names.items[i], arena)),
            .is_made = is_made(&book, names.items[i]),
            .may_grant = may_grant(&book, request->context.visitor->role, names.items[i]),
        };
    const char *own = request->context.visitor->role;
    *ret_roles = (struct tn_role_rows){
        .count = names.count,
        .items = items,
        .may_make = roles_allow(&book, own, "ac", "create"),
        .may_delete = roles_allow(&book, own, "ac", "delete"),
    };
    return true;
}

bool
tn_role_make(struct tn_request *request, const char *name, const char *permissions,
    const char **ret_refusal, struct tn_error *error)
{
    struct change_request change;
    struct made_role_row role;
    struct missing_permissions missing;
    enum change_answer answer;
    if (!role_name_is_valid(name))
        return error_set(error, TN_BAD_FIELD, "\"%s\" can be no role's name", name);
    if (!place_change(request, &change, error) ||
        !made_role_create(&change, name, permission_of_words(permissions, request->http->arena),
            &role, &missing, &answer, error))
        return false;

    *ret_refusal = place_refusal(answer);
    return true;
}

bool
tn_role_delete(
    struct tn_request *request, const char *name, const char **ret_refusal, struct tn_error *error)
{
    struct change_request change;
    enum change_answer answer;
    if (!place_change(request, &change, error) ||
        !made_role_delete(&change, (struct made_role_key){ .name = name }, &answer, error))
        return false;

    *ret_refusal = place_refusal(answer);
    return true;
}
