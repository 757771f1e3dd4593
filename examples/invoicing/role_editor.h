/* The roles of an organization: what each may do, and roles that it makes for itself. */
#pragma once

#include <tenantry/roles.h>
#include <tenantry/tenantry.h>

/* A permission that a role can be given, as a box to tick. */
struct role_permission {
    const char *value; /* "member:create" */
    const char *title;
};

/* Those that belong together. */
struct role_subject {
    const char *title;
    const struct role_permission *permissions;
    size_t permission_count;
};

/* What a role is shown as: "member and reviewer" has the rights of both. */
struct role_choice {
    const char *value; /* as it is stored: a comma list */
    const char *title;
};

struct role_choices {
    size_t count;
    struct role_choice *rows;
};

/* The roles that who asks may give to somebody. A role that was made is given together with
 * `member`, for by itself it opens no page here. */
bool
role_choices(struct tn_request *request, struct role_choices *ret_choices, struct tn_error *error);
/* "member, reviewer" */
const char *role_title(struct tn_request *request, struct tn_text role);
/* "invite, cancel invitations" for a reader */
const char *role_rights(struct tn_request *request, struct tn_text permissions);
/* Was this box ticked in the form that was not taken? */
bool role_is_ticked(struct tn_request *request, const char *permission);

bool roles_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool role_make(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool role_delete(struct tn_request *request, struct tn_db db, struct tn_error *error);
