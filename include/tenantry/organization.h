/* Who belongs to the organization of a request: members, invitations, roles and the audit log, for
 * pages that show and change them.
 *
 * Everything is about that one organization, and done as the person who asks: what their role does
 * not allow is answered, not done. A change holds the organization while it is made, so limits and
 * "the last owner stays" are true also where two ask at once, and it stands in the audit log. A
 * page that calls one of these is not kept (cache.h). */
#pragma once

#include "tenantry/request.h"

/* What came of a change. */
enum tn_change {
#define CHANGE(name, sentence) TN_CHANGE_##name,
#include "changes.def"
#undef CHANGE
};
/* What to tell who asked. */
TN_PUBLIC const char *tn_change_sentence(enum tn_change change);

/* --- members --------------------------------------------------------------------------------- */

struct tn_member {
    struct tn_text id;
    struct tn_text user_id;
    struct tn_text name;
    struct tn_text email;
    struct tn_text role; /* a comma list */
    struct tn_time since;
    bool is_self; /* the person who asks */
};

struct tn_members {
    size_t count;
    const struct tn_member *items;
    const char *next; /* `after` of the next page; NULL: this is the last */
};

/* A page by name: those whose name or address holds `search` (""; all). `after` is the `next` of
 * the page before, as it may have come back in an address; NULL: the first. TN_FORBIDDEN where the
 * setting `roster` hides the others from them; TN_BAD_FIELD when `after` is none. */
TN_PUBLIC bool tn_members(struct tn_request *request, const char *search, const char *after,
    int limit, struct tn_members *ret_members, struct tn_error *error);

/* `role` is a comma list. */
TN_PUBLIC bool tn_member_set_role(struct tn_request *request, const char *member_id,
    const char *role, enum tn_change *ret_change, struct tn_error *error);
TN_PUBLIC bool tn_member_remove(struct tn_request *request, const char *member_id,
    enum tn_change *ret_change, struct tn_error *error);
/* The person who asks goes. */
TN_PUBLIC bool
tn_member_leave(struct tn_request *request, enum tn_change *ret_change, struct tn_error *error);
/* Another member becomes owner in place of the owner who asks, who becomes `own_role`. */
TN_PUBLIC bool tn_ownership_transfer(struct tn_request *request, const char *member_id,
    const char *own_role, enum tn_change *ret_change, struct tn_error *error);

/* --- invitations ----------------------------------------------------------------------------- */

struct tn_invitation {
    struct tn_text id;
    struct tn_text email;
    struct tn_text role;
    struct tn_text status; /* pending, accepted, rejected, canceled */
    struct tn_time created_at;
    struct tn_time expires_at;
    bool is_open; /* pending, and not expired */
};

struct tn_invitations {
    size_t count;
    const struct tn_invitation *items;
};

/* The last hundred, of every status. TN_FORBIDDEN for who may not invite. */
TN_PUBLIC bool tn_invitations(
    struct tn_request *request, struct tn_invitations *ret_invitations, struct tn_error *error);
/* Invite an address, by mail. One that has an open invitation gets the same again, prolonged.
 * TN_BAD_FIELD when it is no address. */
TN_PUBLIC bool tn_invite(struct tn_request *request, const char *email, const char *role,
    enum tn_change *ret_change, struct tn_error *error);
TN_PUBLIC bool tn_invitation_cancel(struct tn_request *request, const char *invitation_id,
    enum tn_change *ret_change, struct tn_error *error);

/* An invitation for whoever holds the link, for `uses` people (0: any number). `ret_link` is the
 * whole address; it is shown this once. */
TN_PUBLIC bool tn_invitation_link(struct tn_request *request, const char *role, int uses,
    const char **ret_link, enum tn_change *ret_change, struct tn_error *error);

struct tn_invitation_link {
    struct tn_text id;
    struct tn_text role;
    struct tn_time expires_at;
    int64_t uses_left; /* below 0: any number */
};

struct tn_invitation_links {
    size_t count;
    const struct tn_invitation_link *items;
};

/* Those that still lead here. TN_FORBIDDEN for who may not invite. */
TN_PUBLIC bool tn_invitation_links(
    struct tn_request *request, struct tn_invitation_links *ret_links, struct tn_error *error);
TN_PUBLIC bool tn_invitation_link_revoke(struct tn_request *request, const char *link_id,
    enum tn_change *ret_change, struct tn_error *error);

/* --- roles ----------------------------------------------------------------------------------- */

struct tn_role_row {
    struct tn_text name;
    struct tn_text permissions; /* "member:create team:update" */
    bool is_made;               /* by this organization: it can be deleted */
    bool may_grant;             /* the person who asks may hand it out */
};

struct tn_role_rows {
    size_t count;
    const struct tn_role_row *items;
};

/* Those that every organization has, those of the application, and those that were made here. */
TN_PUBLIC bool
tn_roles(struct tn_request *request, struct tn_role_rows *ret_roles, struct tn_error *error);
/* Make one; `permissions` as in tn_role_row, of organization, member, invitation, team, ac and
 * audit (docs/permissions.md). TN_BAD_FIELD when `name` can be none. */
TN_PUBLIC bool tn_role_make(struct tn_request *request, const char *name, const char *permissions,
    enum tn_change *ret_change, struct tn_error *error);
TN_PUBLIC bool tn_role_delete(struct tn_request *request, const char *name,
    enum tn_change *ret_change, struct tn_error *error);

/* --- the audit log --------------------------------------------------------------------------- */

struct tn_audit_entry {
    struct tn_time at;
    struct tn_text action;      /* "member.added" */
    struct tn_text actor;       /* the name at that time; "": another program */
    struct tn_text actor_email; /* likewise */
    struct tn_text subject;     /* who or what it was about */
    struct tn_text detail;      /* JSON; what differs as {"role": ["member", "admin"]} */
    struct tn_text ip_address;
};

struct tn_audit {
    size_t count;
    const struct tn_audit_entry *items;
    const char *next; /* `before` of the next page; NULL: this is the last */
};

/* A page of what was changed here, newest first. `before` as `after` of tn_members. TN_FORBIDDEN
 * for who may not read it. */
TN_PUBLIC bool tn_audit(struct tn_request *request, const char *before, int limit,
    struct tn_audit *ret_audit, struct tn_error *error);
