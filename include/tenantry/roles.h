/* The roles of the request's organization: those that every organization has, the application's,
 * and those that were made here. Each function acts for the person who asks, by tenantry's own
 * rules: nobody makes or hands out what they do not have. A page that shows them is never kept. */
#pragma once

#include "tenantry/request.h"

struct tn_role_row {
    struct tn_text name;
    struct tn_text permissions; /* "member:create team:update" */
    bool is_made;               /* by this organization: it can be deleted */
    bool may_grant;             /* the person who asks may hand it out */
};

struct tn_role_rows {
    size_t count;
    const struct tn_role_row *items;
    bool may_make; /* the person who asks */
    bool may_delete;
};

TN_PUBLIC bool
tn_roles(struct tn_request *request, struct tn_role_rows *ret_roles, struct tn_error *error);

/* Make one; `permissions` as in tn_role_row, of organization, member, invitation, team, ac and
 * audit (docs/permissions.md). What is not done is no failure: `ret_refusal` is a sentence to show
 * then, and NULL when it was done. TN_BAD_FIELD when `name` can be none. */
TN_PUBLIC bool tn_role_make(struct tn_request *request, const char *name, const char *permissions,
    const char **ret_refusal, struct tn_error *error);
/* Likewise. Open invitations lose it; one that a member has stays. */
TN_PUBLIC bool tn_role_delete(
    struct tn_request *request, const char *name, const char **ret_refusal, struct tn_error *error);
