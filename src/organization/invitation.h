/* Invitations: how a person becomes a member. One is for an address, or, as a link, for whoever
 * holds it. Sending the mail is the server's business, not ours. */
#pragma once

#include "organization/member.h"

struct invitation {
    const char *id;
    const char *organization_id;
    const char *email;
    const char *role;     /* a comma list; NULL: of another program, and none */
    const char *team_ids; /* a comma list; NULL: none */
    const char *status;   /* pending, accepted, rejected, canceled */
    int64_t expires_at_us;
    int64_t created_at_us;
    const char *inviter_id;
    bool is_live;                  /* not expired; from here on only where it was got, not listed */
    const char *organization_name; /* listed, too, of an address */
    const char *organization_slug;
    const char *inviter_email;
    bool inviter_is_member;
};

struct invitation_list {
    size_t count;
    struct invitation *items;
};

/* --- reading; each list holds at most a hundred, newest first --------------------------------- */

MUST_USE bool invitation_get(struct tn_identity identity, const char *id,
    struct invitation *ret_invitation, bool *ret_found, struct tn_error *error);
/* Of every status; those that make owners only `with_owners`. */
MUST_USE bool
invitation_list(struct tn_membership membership, const char *organization_id, bool with_owners,
    struct arena *arena, struct invitation_list *ret_list, struct tn_error *error);
/* The open ones of an address. */
MUST_USE bool invitation_list_of_email(struct tn_identity identity, const char *email,
    bool with_dead, struct arena *arena, struct invitation_list *ret_list, struct tn_error *error);

/* --- changing --------------------------------------------------------------------------------- */

struct invitation_wish {
    const char *email;    /* valid; any case */
    const char *role;     /* a comma list, not trimmed */
    const char *team_ids; /* a comma list; NULL: none */
    bool has_odd_team_id; /* one of them has a comma of its own */
    bool resends;         /* an open one is prolonged, as it is */
    bool replaces;        /* an open one is canceled */
};

/* CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _FORBIDDEN, _ROLE_EMPTY, _ROLE_UNKNOWN (the names
 * in `ret_unknown`), _OWNER_ONLY, _BEYOND, _ALREADY (a member), _TAKEN (invited), _LIMIT,
 * _TEAM_ID_ODD, _NO_TEAM, _TEAM_FULL. */
MUST_USE bool invitation_send(const struct change_request *request,
    const struct invitation_wish *wish, struct invitation *ret_invitation, const char **ret_unknown,
    enum change_answer *ret_answer, struct tn_error *error);

/* Who asks, as the owner of an address. */
struct invited {
    const char *email;
};

/* `request->organization_id` is not asked for. CHANGE_DONE, _UNKNOWN (or over), _NOT_FOR_YOU,
 * _ALREADY, _LIMIT, _INVITER_GONE, _NO_TEAM, _TEAM_FULL. `ret_team_id`: the one team that they are
 * active in now; NULL: none. */
MUST_USE bool invitation_accept(const struct change_request *request, struct invited invited,
    const char *id, struct invitation *ret_invitation, struct member *ret_member,
    const char **ret_team_id, enum change_answer *ret_answer, struct tn_error *error);
/* Likewise. CHANGE_DONE, _UNKNOWN, _NOT_FOR_YOU. */
MUST_USE bool
invitation_reject(const struct change_request *request, struct invited invited, const char *id,
    struct invitation *ret_invitation, enum change_answer *ret_answer, struct tn_error *error);
/* Likewise, by a member. CHANGE_DONE, _UNKNOWN, _NOT_A_MEMBER, _FORBIDDEN. */
MUST_USE bool invitation_cancel(const struct change_request *request, const char *id,
    struct invitation *ret_invitation, enum change_answer *ret_answer, struct tn_error *error);
