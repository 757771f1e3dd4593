/* The people of the request's organization: members and their roles, and who is invited.
 *
 * Each function acts for the person who asks, and tenantry's own rules decide whether they may
 * (docs/permissions.md); a route's permission
 * comes on top. What is not done is no failure: `ret_refusal` is then a sentence to show, and NULL
 * when it was done. Pages that show this are never kept. */
#pragma once

#include "tenantry/error.h"
#include "tenantry/request.h"
#include "tenantry/types.h"

struct tn_member {
    struct tn_text id;
    struct tn_text name;
    struct tn_text email;
    struct tn_text role; /* as stored: a comma list */
    struct tn_time since;
    bool is_self;  /* who asks */
    bool is_owner; /* one of the roles is owner */
};

struct tn_invitation {
    struct tn_text id;
    struct tn_text email;
    struct tn_text role;
    struct tn_time sent_at;
    struct tn_time expires_at;
    bool is_over;     /* its time is; it can be sent again */
    const char *link; /* where it is accepted */
};

struct tn_role_name {
    const char *name;
};

struct tn_people {
    const struct tn_member *members; /* by name; `search` is in name or address; only who asks,
                                        where the setting `roster` says so */
    size_t member_count;
    bool has_more;                           /* than are shown */
    const struct tn_invitation *invitations; /* open ones, newest first; none without the right */
    size_t invitation_count;
    const struct tn_role_name *roles; /* member, admin, owner, and those that were made */
    size_t role_count;
    bool may_invite;
    bool may_change; /* roles */
    bool may_remove;
    bool is_owner; /* may hand the organization over */
};

/* `search` may be "". */
TN_PUBLIC bool tn_people(struct tn_request *request, const char *search,
    struct tn_people *ret_people, struct tn_error *error);

/* Invite an address; one that is invited already gets the same invitation once more, prolonged. */
TN_PUBLIC bool tn_invite(struct tn_request *request, const char *email, const char *role,
    const char **ret_refusal, struct tn_error *error);
TN_PUBLIC bool tn_invitation_resend(struct tn_request *request, const char *invitation_id,
    const char **ret_refusal, struct tn_error *error);
TN_PUBLIC bool tn_invitation_cancel(struct tn_request *request, const char *invitation_id,
    const char **ret_refusal, struct tn_error *error);

TN_PUBLIC bool tn_member_set_role(struct tn_request *request, const char *member_id,
    const char *role, const char **ret_refusal, struct tn_error *error);
TN_PUBLIC bool tn_member_remove(struct tn_request *request, const char *member_id,
    const char **ret_refusal, struct tn_error *error);
/* Who asks goes. Answer with tn_redirect_outside afterwards: they see nothing here any more. */
TN_PUBLIC bool
tn_member_leave(struct tn_request *request, const char **ret_refusal, struct tn_error *error);
/* An owner makes another member owner in their place, and stays as admin. */
TN_PUBLIC bool tn_ownership_transfer(struct tn_request *request, const char *member_id,
    const char **ret_refusal, struct tn_error *error);

/* 303 to a path outside of organizations: "/choose". */
TN_PUBLIC void tn_redirect_outside(struct tn_request *request, const char *path);

/* --- what was done to the organization itself ----------------------------------------------------
 */

struct tn_organization_event {
    struct tn_text id;
    struct tn_time at;
    struct tn_text action; /* "member.added" */
    struct tn_text actor;  /* name, or address; "" when nobody was signed in */
    struct tn_text subject;
    struct tn_text detail; /* JSON */
    struct tn_text ip_address;
};

struct tn_organization_log {
    const struct tn_organization_event *events; /* newest first */
    size_t count;
    bool has_more;
};

/* Written by the database, by triggers, whoever made the change. `action` "" is any; behind the
 * event `before_id` of the time `before`, "" for the newest. Needs the right audit:read of
 * tenantry's own roles, else TN_FORBIDDEN. */
TN_PUBLIC bool
tn_organization_log(struct tn_request *request, const char *action, const char *before_id,
    struct tn_time before, int limit, struct tn_organization_log *ret_log, struct tn_error *error);
