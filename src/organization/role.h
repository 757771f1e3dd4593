/* Roles: what a member may do. A member's role is a comma list; owner, admin and member are fixed
 * (definitions/permissions.def), an application may have more and say more of these, and others are
 * made at run time, by organization. */
#pragma once

#include "tenantry/application.h"

#include "base/arena.h"
#include "json/reader.h"

/* Longer names are refused: an index entry must hold them. */
#define ROLE_NAME_BYTES_MAX 255

/* Of a word "resource:action", as an application writes it; longer ones allow nothing. */
#define ROLE_WORD_BYTES_MAX 127

/* --- lists of names -------------------------------------------------------------------------- */

/* The names of `list` and of a JSON string or array, trimmed, without empty ones, joined by commas.
 * "" when nothing is left. In `arena`. */
const char *role_list_trim(const char *list, struct arena *arena);
const char *role_list_of_json(const struct json_value *value, struct arena *arena);
bool role_list_has(const char *list, const char *name);
/* May a role be called so? A comma or blank at an end would make it several, or another. */
bool role_name_is_valid(const char *name);
/* owner, admin or member? */
bool role_is_fixed(const char *name);
/* Is it one of these, or of the application's? No organization makes one of that name. */
bool role_is_given(const struct tn_role *application_roles, size_t count, const char *name);
#define ROLES_FIXED 3
const char *role_fixed_name(size_t index);

/* --- what they allow ------------------------------------------------------------------------- */

struct made_role {
    const char *name;
    const struct json_value *permission; /* {resource: [action]} */
};

/* The roles of an organization, besides the fixed ones: those it made, and the application's. */
struct role_book {
    size_t count;
    const struct made_role *items;
    const struct tn_role *application_roles;
    size_t application_role_count;
};

/* Add what was made: a JSON object of name and JSON text; NULL: none. What is no permission grants
 * nothing. */
void role_book_read(struct role_book *book, const char *made_roles, struct arena *arena);
/* All that a role allows, as "member:create team:update". In `arena`. */
const char *
role_permission_words(const struct role_book *book, const char *name, struct arena *arena);
bool role_book_has(const struct role_book *book, const char *name);
/* Those of `list` that there are none of, as "a, b"; NULL when there are all. */
const char *role_book_unknown(const struct role_book *book, const char *list, struct arena *arena);

/* Does a role of `list` grant this one action? */
bool roles_allow(
    const struct role_book *book, const char *list, const char *resource, const char *action);
/* Does one role of `list`, alone, grant all of {resource: [action]}? Nothing at all is refused. */
bool roles_allow_all(
    const struct role_book *book, const char *list, const struct json_value *permission);
/* Has who holds `list` every single action that the roles of `given` have? Then they may hand them
 * out. */
bool roles_cover(const struct role_book *book, const char *list, const char *given);
/* Does it name resources of permissions.def, and of the application's roles, alone? */
bool permission_is_known(const struct role_book *book, const struct json_value *permission);
/* The single actions of `permission` that `list` lacks, as "resource:action", in their order. */
struct missing_permissions {
    size_t count;
    const char **items;
};
struct missing_permissions permission_missing(const struct role_book *book, const char *list,
    const struct json_value *permission, struct arena *arena);
