/* The organizations of a person as a switcher shows them. */
#pragma once

#include "tenantry/request.h"

#include "base/arena.h"
#include "tenant/identity.h"

/* By name. `current_id` is marked; it may be NULL. In `arena`. */
MUST_USE bool memberships_of_user(struct tn_identity identity, const char *user_id,
    const char *current_id, struct arena *arena, const struct tn_organization **ret_organizations,
    size_t *ret_count, struct tn_error *error);
