/* Roles that an organization makes for itself, at run time. */
#pragma once

#include "organization/change.h"

struct made_role_row {
    const char *id;
    const char *name;
    const char *permission; /* JSON text: {resource: [action]} */
    int64_t created_at_us;
    int64_t updated_at_us; /* 0: never */
};

struct made_role_list {
    size_t count;
    struct made_role_row *items;
};

/* By name, else by id. */
struct made_role_key {
    const char *name;
    const char *id;
};

/* At most a hundred. */
MUST_USE bool made_role_list(struct tn_membership membership, struct arena *arena,
    struct made_role_list *ret_list, struct tn_error *error);
MUST_USE bool made_role_get(struct tn_membership membership, struct made_role_key key,
    struct made_role_row *ret_role, bool *ret_found, struct tn_error *error);

/* The names of `name` are in lower case. Answers CHANGE_DONE, _NO_ORGANIZATION, _TAKEN (a fixed
 * role's name, told before all else; or one in use), _NOT_A_MEMBER, _FORBIDDEN, _LIMIT,
 * _RESOURCE_UNKNOWN, _BEYOND (what is missing in `ret_missing`). */
MUST_USE bool made_role_create(const struct change_request *request, const char *name,
    const struct json_value *permission, struct made_role_row *ret_role,
    struct missing_permissions *ret_missing, enum change_answer *ret_answer,
    struct tn_error *error);
/* `name` and `permission` NULL: as it is. Members, open invitations and links keep a role that is
 * renamed. Likewise, and _UNKNOWN. */
MUST_USE bool made_role_update(const struct change_request *request, struct made_role_key key,
    const char *name, const struct json_value *permission, struct made_role_row *ret_role,
    struct missing_permissions *ret_missing, enum change_answer *ret_answer,
    struct tn_error *error);
/* Open invitations and links lose it. CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _FORBIDDEN,
 * _ROLE_FIXED, _UNKNOWN, _ROLE_IN_USE. */
MUST_USE bool made_role_delete(const struct change_request *request, struct made_role_key key,
    enum change_answer *ret_answer, struct tn_error *error);
