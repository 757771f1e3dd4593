/* A session as one request sees it: who, and what they are in the organization that is asked for.
 * One flight. The row behind it may change a moment later; "at once" means requests that begin
 * after that. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "tenant/identity.h"

/* What session_context remembers of this session in that organization. */
enum session_context_state {
    SESSION_CONTEXT_ABSENT,
    SESSION_CONTEXT_ENTERED,
    SESSION_CONTEXT_REVOKED, /* signed out of this organization only, until entered again */
};

struct session_view {
    const char *session_id;
    const char *user_id;
    const char *user_name;
    const char *user_email;
    const char *default_organization_id; /* the session's activeOrganizationId, or NULL */

    /* The organization that was asked for; all NULL when there is none, or the person is no member of
     * it: the two cannot be told apart, here or later. */
    const char *organization_id;
    const char *organization_slug;
    const char *organization_name;
    const char *role;
    enum session_context_state context;
    bool context_is_due; /* absent, or last seen more than 5 minutes ago */
};

/* Which organization: by slug, by id, or neither: the session's default. At most one is not NULL. */
struct session_view_where {
    const char *slug;
    const char *organization_id;
};

/* `*ret_view` is NULL when no live session has this token. In `arena`. */
MUST_USE bool session_view_find(struct tn_identity identity, const char *token,
    struct session_view_where where, struct arena *arena, struct session_view **ret_view,
    struct tn_error *error);

/* The session_context row: noted by the first verified request and every 5 minutes after, as a write
 * of its own that no page waits for; entered again by a POST on the chooser; revoked by "sign out of
 * this organization only". */
MUST_USE bool session_context_note(struct tn_membership membership, const struct session_view *view,
    struct tn_error *error);
MUST_USE bool session_context_enter(struct tn_membership membership, const struct session_view *view,
    struct tn_error *error);
MUST_USE bool session_context_revoke(struct tn_membership membership, const struct session_view *view,
    struct tn_error *error);
