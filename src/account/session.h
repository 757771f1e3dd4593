/* Sessions: a row for each sign-in, found by the token that its cookie carries. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "account/user.h"
#include "base/arena.h"
#include "tenant/identity.h"

/* A session that shall not be remembered lasts a day, and is not prolonged. */
#define SESSION_SHORT_LIFETIME_S 86400

struct session {
    const char *id;
    const char *token;
    const char *user_id;
    int64_t expires_at_us;
    int64_t created_at_us;
    int64_t updated_at_us;
    const char *ip_address; /* NULL: not known; likewise the next */
    const char *user_agent;
    const char *active_organization_id; /* NULL: none; likewise the next */
    const char *active_team_id;
};

/* What a new session notes of the client. */
struct session_client {
    const char *ip_address; /* "" when not known; likewise the next */
    const char *user_agent;
    bool is_remembered;
    int64_t lifetime_s; /* of a remembered session */
};

/* How long a session of this client lasts. */
int64_t session_lifetime_s(const struct session_client *client);

/* A row with a fresh token. With `restores` it begins in the organization where the person was
 * last, else in their only one; without, in none. In `arena`. */
MUST_USE bool
session_start(struct tn_identity identity, const char *user_id, const struct session_client *client,
    bool restores, struct arena *arena, struct session *ret_session, struct tn_error *error);
/* What it takes to prolong a session. */
struct session_term {
    const char *session_id;
    const char *token;
    int64_t expires_at_us;
    int64_t updated_at_us; /* written when it is prolonged */
};

/* Is it time to prolong a session that is to be remembered? `lifetime_s` is that of new ones, and
 * `update_age_s` how long ago it was prolonged. */
bool session_is_due(const struct session_term *term, int64_t lifetime_s, int64_t update_age_s);
/* Let it last `lifetime_s` from now, in `term` too. One that ended meanwhile stays as it is. */
MUST_USE bool session_prolong(struct tn_identity identity, struct session_term *term,
    int64_t lifetime_s, struct tn_error *error);
/* Delete the row, if there is one; where it was is remembered for the next. */
MUST_USE bool session_end(struct tn_identity identity, const char *token, struct tn_error *error);
struct session_list {
    size_t count;
    struct session *items;
};

/* Those of a person, the last used first, at most a hundred. */
MUST_USE bool session_list(struct tn_identity identity, const char *user_id, struct arena *arena,
    struct session_list *ret_list, struct tn_error *error);
/* Delete the row of that token if it is of that person. */
MUST_USE bool session_revoke(
    struct tn_identity identity, const char *user_id, const char *token, struct tn_error *error);
/* Delete all rows of that person, except the one of `kept_id`, which may be NULL. */
MUST_USE bool session_revoke_all(
    struct tn_identity identity, const char *user_id, const char *kept_id, struct tn_error *error);
/* Delete the row only if it is expired. */
MUST_USE bool session_sweep(struct tn_identity identity, const char *token, struct tn_error *error);
