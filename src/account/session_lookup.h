/* Who asks, and what are they where they ask: session, person, organization, membership and the
 * session's memory of that organization, in one flight. */
#pragma once

#include "account/session.h"

/* Where a request stands. With both NULL, the session's default organization. */
struct session_place {
    const char *slug;
    const char *organization_id;
};

enum session_context_state {
    SESSION_CONTEXT_ABSENT, /* not entered yet */
    SESSION_CONTEXT_ENTERED,
    SESSION_CONTEXT_REVOKED, /* signed out of this organization only */
};

enum session_answer {
    SESSION_LIVE,
    SESSION_EXPIRED, /* the row is there, but its time is over */
    SESSION_UNKNOWN,
};

/* Who asks, and what they are where they ask: what it takes to serve a page. */
struct visitor {
    const char *session_id;
    const char *session_token;
    int64_t session_expires_at_us;
    const char *user_id;
    const char *user_name;
    const char *user_email;
    /* A foreign organization and one that does not exist look the same: no member. */
    bool is_member;
    const char *organization_id; /* from here on only if `is_member` */
    const char *organization_name;
    const char *organization_slug;
    const char *role; /* a comma list */
    enum session_context_state context;
    int64_t last_seen_at_us; /* unless SESSION_CONTEXT_ABSENT */
    /* What all of this stands or falls with, and what was answered with it (tenant/standing.h).
     * None: not asked, or not there. */
    const char *const *security_stamps;
    int security_stamp_count;
};

/* The same, with the rows of session and person whole, as the wire shows them. */
struct session_view {
    enum session_answer answer; /* nothing below holds unless SESSION_LIVE */
    struct session session;
    struct user user;
    bool is_member;
    const char *organization_id; /* likewise, up to `last_seen_at_us` */
    const char *organization_name;
    const char *organization_slug;
    const char *role;
    enum session_context_state context;
    int64_t last_seen_at_us;
    int64_t asked_at_us; /* before the database was asked, steady; 0: it was not */
};

struct visitor visitor_of(const struct session_view *view);
/* What a row of the session's memory says; both NULL where there is none. */
enum session_context_state
session_context_state_of(struct tn_opt_time entered_at, struct tn_opt_time revoked_at);
/* In the arena of `identity`. */
MUST_USE bool session_look_up(struct tn_identity identity, const char *token,
    struct session_place place, struct session_view *ret_view, struct tn_error *error);

/* The memory of the organization that `membership` is of. `_note`: a verified request came; writes
 * at most every 5 minutes, and never brings a revoked one back. `_enter`: on purpose, from the
 * chooser. `_revoke`: sign out of this organization only. */
MUST_USE bool session_context_note(struct tn_membership membership, const char *session_id,
    const char *user_id, struct tn_error *error);
MUST_USE bool session_context_enter(struct tn_membership membership, const char *session_id,
    const char *user_id, struct tn_error *error);
MUST_USE bool session_context_revoke(struct tn_membership membership, const char *session_id,
    const char *user_id, struct tn_error *error);
