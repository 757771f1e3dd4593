/* Organizations, as they are read and as sessions stand in them; life.h makes and ends them. */
#pragma once

#include "account/session_lookup.h"
#include "base/arena.h"
#include "tenant/identity.h"

/* Longer ones are refused: an index entry must hold them. */
#define ORGANIZATION_SLUG_BYTES_MAX 255

struct organization {
    const char *id;
    const char *name;
    const char *slug;
    const char *logo; /* NULL: none */
    int64_t created_at_us;
    const char *metadata; /* JSON text; NULL: none */
    const char *role;     /* of the person who asks, a comma list; NULL: no member */
};

struct organization_list {
    size_t count;
    struct organization *items;
};

/* Those that a person belongs to, by name, at most a hundred. */
MUST_USE bool organization_list(struct tn_identity identity, const char *user_id,
    struct arena *arena, struct organization_list *ret_list, struct tn_error *error);

enum organization_find_answer {
    ORGANIZATION_FOUND,
    ORGANIZATION_FOREIGN, /* it exists, and that person is no member */
    ORGANIZATION_UNKNOWN,
};

/* `place` names a slug or an id. */
MUST_USE bool organization_find(struct tn_identity identity, struct session_place place,
    const char *user_id, struct organization *ret_organization,
    enum organization_find_answer *ret_answer, struct tn_error *error);
/* Does an address lead to it? Browsers take "." and ".." in a path for steps. */
bool organization_slug_is_addressable(const char *slug);
MUST_USE bool organization_slug_is_taken(
    struct tn_identity identity, const char *slug, bool *ret_taken, struct tn_error *error);

enum organization_activate_answer {
    ORGANIZATION_ACTIVATED,
    ORGANIZATION_NOT_A_MEMBER, /* of it, or it is unknown: none is active now */
    ORGANIZATION_SESSION_GONE,
};

/* Make it the session's default. */
MUST_USE bool organization_activate(struct tn_identity identity, const char *session_id,
    const char *user_id, const char *organization_id, struct organization *ret_organization,
    enum organization_activate_answer *ret_answer, struct tn_error *error);
/* Leave the session without a default. */
MUST_USE bool organization_deactivate(
    struct tn_identity identity, const struct session *session, struct tn_error *error);

/* The session of a person who just became a member stands in it from now on, in `team_id` or in no
 * team. A session that is gone is no failure. */
MUST_USE bool organization_enter(struct tn_identity identity, const char *session_id,
    const char *user_id, const char *organization_id, const char *team_id, struct tn_error *error);
