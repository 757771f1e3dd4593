/* Changes of one organization: the one way in which its members, invitations, teams and roles are
 * written. A change is a transaction that holds the organization's row, so that what it counts and
 * what it finds out stays true until it is done: limits, the last owner and who may do what hold
 * also where many ask at once. The audit log is written by the database, in the same transaction.
 */
#pragma once

#include "organization/organization.h"
#include "organization/role.h"

/* What organizations are allowed to be; from the settings. */
struct organization_rules {
    int64_t organizations_per_user;
    int64_t members_per_organization;
    int64_t invitations_per_organization; /* open ones */
    int64_t teams_per_organization;
    int64_t members_per_team;
    int64_t roles_per_organization; /* made ones */
    int64_t invitation_lifetime_s;
    const struct tn_role *application_roles;
    size_t application_role_count;
    bool has_teams;
    bool has_dynamic_roles;
    bool is_strict; /* nobody hands out what they do not have; see docs/organizations.md */
};

/* What was found out, as definitions/changes.def has it. Each function says which it answers. */
enum change_answer {
#define CHANGE(name, sentence) CHANGE_##name,
#include "changes.def"
#undef CHANGE
};

/* Who asks, and with which rules. */
struct change_request {
    struct tn_identity identity;
    const struct organization_rules *rules;
    const char *organization_id;
    const char *user_id;
    const char *session_id; /* NULL: in none */
    struct arena *arena;    /* that of `identity` */
};

/* A change under way. */
struct change {
    const struct change_request *request;
    struct tn_identity identity;      /* of the transaction; so is the next */
    struct tn_membership membership;  /* queries of this organization */
    struct organization organization; /* as held; without `role` */
    bool is_member;                   /* is who asks? */
    const char *member_id;            /* from here on only if `is_member` */
    const char *role;                 /* a comma list */
    int64_t member_since_us;
    struct role_book roles;
};

typedef bool change_body(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error);

/* Run `body` while the organization is held. Nothing is saved unless it answers CHANGE_DONE.
 * Answers CHANGE_NO_ORGANIZATION by itself, and CHANGE_NOT_A_MEMBER where `members_only`. */
MUST_USE bool change_run(const struct change_request *request, bool members_only, change_body *body,
    void *argument, enum change_answer *ret_answer, struct tn_error *error);

/* May who asks do this? False for who is no member. */
bool change_allows(const struct change *change, const char *resource, const char *action);
/* May they hand out the roles of `list`? By CHANGE_DONE, _ROLE_EMPTY, _ROLE_UNKNOWN (the names in
 * `ret_unknown`), _OWNER_ONLY, _BEYOND. */
enum change_answer
change_check_roles(const struct change *change, const char *list, const char **ret_unknown);
