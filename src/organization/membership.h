/* The organizations of a person as a switcher shows them. */
#pragma once

#include "tenantry/types.h"

#include "account/session_lookup.h"
#include "base/arena.h"
#include "organization/role.h"
#include "tenant/identity.h"

/* By name. `current_id` is marked; it may be NULL. In `arena`. */
MUST_USE bool memberships_of_user(struct tn_identity identity, const char *user_id,
    const char *current_id, struct arena *arena, const struct tn_organization **ret_organizations,
    size_t *ret_count, struct tn_error *error);
/* Likewise of the person whose session has `token`, in the statement that tells who that is and
 * where they stand, as session_look_up does. `ret_is_live` false: there is no such session, or its
 * time is over, and nothing else is written. */
MUST_USE bool memberships_look_up(struct tn_identity identity, const char *token,
    struct session_place place, struct arena *arena, struct visitor *ret_visitor, bool *ret_is_live,
    const struct tn_organization **ret_organizations, size_t *ret_count, struct tn_error *error);

/* Add the roles that were made in an organization that `user_id` belongs to. */
MUST_USE bool membership_role_book(struct tn_identity identity, const char *organization_id,
    const char *user_id, struct arena *arena, struct role_book *book, struct tn_error *error);
