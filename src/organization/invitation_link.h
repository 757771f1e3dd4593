/* Invitations by link: whoever holds the code may join, for a time and a number of uses. The code
 * is shown once, to who made it; the database keeps its digest. */
#pragma once

#include "organization/member.h"

struct invitation_link {
    const char *id;
    const char *organization_id;
    const char *role;     /* a comma list */
    const char *team_ids; /* a comma list; NULL: none */
    int64_t uses_left;    /* below 0: as often as wanted */
    int64_t created_at_us;
    int64_t expires_at_us;
    const char *creator_id;        /* NULL: gone */
    const char *organization_name; /* of one that was opened */
    const char *organization_slug;
};

struct invitation_link_list {
    size_t count;
    struct invitation_link *items;
};

struct link_wish {
    const char *role;     /* a comma list, not trimmed */
    const char *team_ids; /* a comma list; NULL: none */
    int64_t uses;         /* below 0: as often as wanted */
    int64_t lifetime_s;
};

/* CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _FORBIDDEN, _ROLE_EMPTY, _ROLE_UNKNOWN,
 * _OWNER_ONLY, _BEYOND, _LIMIT (that of open invitations), _NO_TEAM, _TEAM_FULL. */
MUST_USE bool invitation_link_create(const struct change_request *request,
    const struct link_wish *wish, struct invitation_link *ret_link, const char **ret_code,
    const char **ret_unknown, enum change_answer *ret_answer, struct tn_error *error);
/* Those that still lead somewhere, at most a hundred, newest first. */
MUST_USE bool
invitation_link_list(struct tn_membership membership, const char *organization_id, bool with_owners,
    struct arena *arena, struct invitation_link_list *ret_list, struct tn_error *error);
/* CHANGE_DONE, _NO_ORGANIZATION, _NOT_A_MEMBER, _FORBIDDEN, _UNKNOWN. */
MUST_USE bool invitation_link_revoke(const struct change_request *request, const char *id,
    enum change_answer *ret_answer, struct tn_error *error);

/* What a code leads to; `ret_found` is false when it leads nowhere (any more). */
MUST_USE bool invitation_link_open(struct tn_identity identity, const char *code,
    struct arena *arena, struct invitation_link *ret_link, bool *ret_found, struct tn_error *error);
/* `request->organization_id` is not asked for. CHANGE_DONE, _UNKNOWN, _ALREADY, _LIMIT, _NO_TEAM,
 * _TEAM_FULL. `ret_team_id` as with invitation_accept. */
MUST_USE bool invitation_link_accept(const struct change_request *request, const char *code,
    struct invitation_link *ret_link, struct member *ret_member, const char **ret_team_id,
    enum change_answer *ret_answer, struct tn_error *error);
