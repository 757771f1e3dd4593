/* Teams of an organization, and who is in them. */
#pragma once

#include "organization/change.h"

/* Longer names are refused. */
#define TEAM_NAME_BYTES_MAX 1000

struct team {
    const char *id;
    const char *name;
    const char *organization_id;
    int64_t member_count; /* as its row says */
    int64_t created_at_us;
    int64_t updated_at_us; /* 0: never */
};

struct team_list {
    size_t count;
    struct team *items;
};

struct team_seat {
    const char *id;
    const char *team_id;
    const char *user_id;
    int64_t created_at_us; /* 0: not known */
};

struct team_seat_list {
    size_t count;
    struct team_seat *items;
};

/* --- reading; each list holds at most a hundred ----------------------------------------------- */

MUST_USE bool team_list(struct tn_membership membership, const char *organization_id,
    struct arena *arena, struct team_list *ret_list, struct tn_error *error);
/* Those that a person is in; `organization_id` NULL: of all organizations that they belong to. */
MUST_USE bool
team_list_of_user(struct tn_identity identity, const char *user_id, const char *organization_id,
    struct arena *arena, struct team_list *ret_list, struct tn_error *error);

enum team_sight {
    TEAM_UNKNOWN,
    TEAM_FOREIGN, /* of an organization that the person is not in */
    TEAM_OUTSIDE, /* of theirs, but they are not in it */
    TEAM_INSIDE,
};
/* A team as a person sees it. */
MUST_USE bool team_look(struct tn_identity identity, const char *team_id, const char *user_id,
    struct team *ret_team, enum team_sight *ret_sight, struct tn_error *error);
MUST_USE bool team_seat_list(struct tn_identity identity, const struct team *team,
    struct arena *arena, struct team_seat_list *ret_list, struct tn_error *error);

/* Make it the active team of a session that stands in `organization_id`, or with NULL none.
 * `ret_changed` is false where the session is gone, or the person is not in such a team. */
MUST_USE bool team_activate(struct tn_identity identity, const char *session_id,
    const char *organization_id, const char *team_id, bool *ret_changed, struct tn_error *error);

/* --- changing --------------------------------------------------------------------------------- */

/* CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _FORBIDDEN, _LIMIT. */
MUST_USE bool team_create(const struct change_request *request, const char *name,
    struct team *ret_team, enum change_answer *ret_answer, struct tn_error *error);
/* `name` NULL: as it is. CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _FORBIDDEN, _UNKNOWN. */
MUST_USE bool
team_update(const struct change_request *request, const char *team_id, const char *name,
    struct team *ret_team, enum change_answer *ret_answer, struct tn_error *error);
/* CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _TEAM_ACTIVE (it is `active_team_id`), _FORBIDDEN,
 * _UNKNOWN, _TEAM_LAST. */
MUST_USE bool team_remove(const struct change_request *request, const char *team_id,
    const char *active_team_id, enum change_answer *ret_answer, struct tn_error *error);

/* Put a member into a team; twice is once. CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER,
 * _FORBIDDEN, _UNKNOWN (no such member), _NO_TEAM, _TEAM_FULL. */
MUST_USE bool
team_add_member(const struct change_request *request, const char *team_id, const char *user_id,
    struct team_seat *ret_seat, enum change_answer *ret_answer, struct tn_error *error);
/* Likewise; CHANGE_ALREADY: they are not in it. */
MUST_USE bool team_remove_member(const struct change_request *request, const char *team_id,
    const char *user_id, enum change_answer *ret_answer, struct tn_error *error);

/* --- for changes of other things -------------------------------------------------------------- */

/* Within a change: who asks sits down in a team of the organization, if they do not yet.
 * CHANGE_DONE, _NO_TEAM, _TEAM_FULL. */
MUST_USE bool team_join(struct change *change, const char *team_id, const char *user_id,
    struct team_seat *ret_seat, enum change_answer *ret_answer, struct tn_error *error);
/* A first team, with its maker in it, of an organization that is being made. */
MUST_USE bool team_create_first(struct tn_membership membership, struct tn_identity identity,
    const struct organization *organization, const char *user_id, struct arena *arena,
    const char **ret_team_id, struct tn_error *error);
/* Each of the ids of a comma list is a team of this organization, with room for another.
 * CHANGE_DONE, _NO_TEAM, _TEAM_FULL. */
MUST_USE bool team_check_all(struct change *change, const char *team_ids,
    enum change_answer *ret_answer, struct tn_error *error);
/* Who asks joins all of them. `ret_only_id`: the one, if it is one; else NULL. As team_join. */
MUST_USE bool team_join_all(struct change *change, const char *team_ids, const char *user_id,
    const char **ret_only_id, enum change_answer *ret_answer, struct tn_error *error);
