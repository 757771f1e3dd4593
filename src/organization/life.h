/* The life of an organization: it is made, changed and deleted. */
#pragma once

#include "organization/change.h"

struct new_organization {
    const char *name;
    const char *slug;
    const char *logo;     /* NULL: none */
    const char *metadata; /* JSON text; NULL: none */
    const char *owner_id;
    const char *session_id;     /* the owner's, to stand in it; NULL: none */
    int64_t organization_limit; /* of the owner's memberships */
    bool has_first_team;        /* named as it, its owner in it */
};

struct made_organization {
    struct organization organization;
    const char *member_id;
    const char *team_id; /* NULL: none */
};

enum organization_create_answer {
    ORGANIZATION_CREATED,
    ORGANIZATION_SLUG_TAKEN,
    ORGANIZATION_LIMIT_REACHED,
};

/* Everything in `arena`, which is that of `identity`. */
MUST_USE bool organization_create(struct tn_identity identity,
    const struct new_organization *wanted, struct arena *arena, struct made_organization *ret_made,
    enum organization_create_answer *ret_answer, struct tn_error *error);

struct organization_wish {
    const char *name; /* NULL: as it is; likewise the next */
    const char *slug;
    bool sets_logo;
    const char *logo; /* NULL: none */
    bool sets_metadata;
    const char *metadata; /* JSON text; NULL: none */
};

/* CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _FORBIDDEN, _TAKEN (the slug). */
MUST_USE bool
organization_update(const struct change_request *request, const struct organization_wish *wish,
    struct organization *ret_organization, enum change_answer *ret_answer, struct tn_error *error);

/* Members, invitations, teams and roles go with it. One that still has an application's data is not
 * deleted: TN_CONFLICT. `ret_organization` is as it was. CHANGE_DONE, _NO_ORGANIZATION,
 * _NOT_A_MEMBER, _FORBIDDEN. */
MUST_USE bool organization_delete(const struct change_request *request,
    struct organization *ret_organization, enum change_answer *ret_answer, struct tn_error *error);
