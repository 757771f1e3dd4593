/* Organizations and who belongs to them. What a role allows is decided elsewhere. */
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

struct new_organization {
    const char *name;
    const char *slug;
    const char *logo;
    const char *metadata;
    const char *owner_id;
    const char *session_id;     /* the owner's, to become active in it; NULL: in none */
    int64_t organization_limit; /* of the owner's memberships */
};

enum organization_create_answer {
    ORGANIZATION_CREATED,
    ORGANIZATION_SLUG_TAKEN,
    ORGANIZATION_LIMIT_REACHED,
};

/* `ret_member_id` is the owner's membership. Everything in `arena`, which is that of `identity`. */
MUST_USE bool
organization_create(struct tn_identity identity, const struct new_organization *wanted,
    struct arena *arena, struct organization *ret_organization, const char **ret_member_id,
    enum organization_create_answer *ret_answer, struct tn_error *error);

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
MUST_USE bool organization_slug_is_taken(
    struct tn_identity identity, const char *slug, bool *ret_taken, struct tn_error *error);

enum organization_activate_answer {
    ORGANIZATION_ACTIVATED,
    ORGANIZATION_NOT_A_MEMBER, /* of it, or it is unknown: none is active now */
    ORGANIZATION_SESSION_GONE,
};

/* Make it the session's default. */
MUST_USE bool organization_activate(struct tn_identity identity, const struct session *session,
    const char *organization_id, struct organization *ret_organization,
    enum organization_activate_answer *ret_answer, struct tn_error *error);
/* Leave the session without a default. */
MUST_USE bool organization_deactivate(
    struct tn_identity identity, const struct session *session, struct tn_error *error);

/* `ret_added` is false when that person is a member already. */
MUST_USE bool organization_add_member(struct tn_identity identity, const char *organization_id,
    const char *user_id, const char *role, bool *ret_added, struct tn_error *error);
