/* Members: who belongs to an organization, and as what. */
#pragma once

#include "organization/change.h"

struct member {
    const char *id;
    const char *organization_id;
    const char *user_id;
    const char *role; /* a comma list */
    int64_t created_at_us;
    const char *user_name; /* the person; NULL where they were not asked for */
    const char *user_email;
    const char *user_image; /* NULL: none */
};

struct member_list {
    size_t count;
    struct member *items;
    int64_t total; /* of all pages */
};

/* --- reading ---------------------------------------------------------------------------------- */

/* Who of them; the first that is not NULL counts. */
struct member_name {
    const char *member_id;
    const char *user_id;
    const char *email; /* any case */
};

/* `ret_found` is false when there is no such member of that organization. */
MUST_USE bool
member_get(struct tn_identity identity, const char *organization_id, struct member_name name,
    struct arena *arena, struct member *ret_member, bool *ret_found, struct tn_error *error);

/* A page of all, filtered and sorted by a field of the member: id, userId, organizationId, role,
 * createdAt. */
struct member_query {
    const char *filter_field; /* "": no filter; likewise the next */
    const char *filter_operator;
    const char *const *filter_values;
    size_t filter_value_count;
    const char *sort_field;
    bool sorts_down;
    int64_t limit;
    int64_t offset;
};
bool member_field_is_known(const char *field);
MUST_USE bool member_list(struct tn_identity identity, const char *organization_id,
    const struct member_query *query, struct arena *arena, struct member_list *ret_list,
    struct tn_error *error);

/* A page by name: those behind `after_name` and `after_id` (both NULL: from the first) whose name
 * or address holds `search`. `ret_next_name` is where the page behind this one begins; NULL: this
 * is the last. The total is not counted. */
struct roster_query {
    const char *search;
    const char *after_name;
    const char *after_id;
    int64_t limit;
};
MUST_USE bool member_roster(struct tn_identity identity, const char *organization_id,
    const struct roster_query *query, struct arena *arena, struct member_list *ret_list,
    const char **ret_next_name, struct tn_error *error);

/* --- changing --------------------------------------------------------------------------------- */

/* Make a person a member, whoever asks: for the program itself. CHANGE_DONE, _NO_ORGANIZATION,
 * _ROLE_EMPTY, _ROLE_UNKNOWN, _ALREADY, _LIMIT. `request->user_id` is who becomes one. */
MUST_USE bool member_add(const struct change_request *request, const char *role,
    struct member *ret_member, enum change_answer *ret_answer, struct tn_error *error);

/* Take a member away, and out of the teams. CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _UNKNOWN,
 * _OWNER_ONLY, _LAST_OWNER, _FORBIDDEN. */
MUST_USE bool member_remove(const struct change_request *request, struct member_name name,
    struct member *ret_member, enum change_answer *ret_answer, struct tn_error *error);

/* Who asks goes. CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _LAST_OWNER. */
MUST_USE bool member_leave(const struct change_request *request, struct member *ret_member,
    enum change_answer *ret_answer, struct tn_error *error);

/* Another role. CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _UNKNOWN, _ELSEWHERE, _OWNER_ONLY,
 * _LAST_OWNER, _FORBIDDEN, _BEYOND, _ROLE_EMPTY, _ROLE_UNKNOWN (the names in `ret_unknown`). */
MUST_USE bool member_set_roles(const struct change_request *request, const char *member_id,
    const char *role, struct member *ret_member, const char **ret_unknown,
    enum change_answer *ret_answer, struct tn_error *error);

/* An owner makes another member owner in their place, and becomes `own_role`. CHANGE_DONE,
 * _NO_ORGANIZATION, _NOT_A_MEMBER, _OWNER_ONLY, _UNKNOWN, _ALREADY (to oneself), _ROLE_EMPTY,
 * _ROLE_UNKNOWN. `ret_member` is the new owner. */
MUST_USE bool member_transfer_ownership(const struct change_request *request, const char *member_id,
    const char *own_role, struct member *ret_member, enum change_answer *ret_answer,
    struct tn_error *error);

/* --- for changes of other things that make members -------------------------------------------- */

/* CHANGE_DONE, _ALREADY, _LIMIT. */
MUST_USE bool member_join(struct change *change, const char *role, struct member *ret_member,
    enum change_answer *ret_answer, struct tn_error *error);
