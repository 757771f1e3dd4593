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

struct session_view {
    enum session_answer answer; /* nothing below holds unless SESSION_LIVE */
    struct session session;
    struct user user;
    /* A foreign organization and one that does not exist look the same: no member. */
    bool is_member;
    const char *organization_id; /* from here on only if `is_member` */
    const char *organization_name;
    const char *organization_slug;
    const char *member_id;
    const char *role; /* a comma list */
    enum session_context_state context;
    int64_t last_seen_at_us; /* unless SESSION_CONTEXT_ABSENT */
    int64_t asked_at_us;     /* before the database was asked, steady; 0: it was not */
};

/* Of what queries.h calls session_at_place; `row` is NULL where there was none. */
struct session_at_place_row;
void session_view_of_row(
    const struct session_at_place_row *row, int64_t asked_at_us, struct session_view *ret_view);
/* In the arena of `identity`. */
MUST_USE bool session_look_up(struct tn_identity identity, const char *token,
    struct session_place place, struct session_view *ret_view, struct tn_error *error);

/* The memory of the organization that `membership` is of. `_note`: a verified request came; writes
 * at most every 5 minutes, and never brings a revoked one back. `_enter`: on purpose, from the
 * chooser. `_revoke`: sign out of this organization only. */
MUST_USE bool session_context_note(
    struct tn_membership membership, const struct session *session, struct tn_error *error);
MUST_USE bool session_context_enter(
    struct tn_membership membership, const struct session *session, struct tn_error *error);
MUST_USE bool session_context_revoke(
    struct tn_membership membership, const struct session *session, struct tn_error *error);
