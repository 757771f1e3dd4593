/* The people of an organization: members, their roles, and who is invited. */
#pragma once

#include <tenantry/links.h>
#include <tenantry/tenantry.h>

#include "role_editor.h"

bool people_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_invite(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_resend(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_cancel(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_set_role(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_remove(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_hand_over(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_leave(struct tn_request *request, struct tn_db db, struct tn_error *error);

/* What the list says besides: why something was not done (NULL: nothing was refused), and a new
 * link, which is shown once. */
struct people_notice {
    const char *refusal;
    const char *link;
};

/* Answer with the list. */
bool people_show(
    struct tn_request *request, int status, struct people_notice notice, struct tn_error *error);

/* Is this the one role that somebody has? */
bool has_role(struct tn_text role, const char *name);
bool has_choice(struct role_choices choices, struct tn_text role);
