/* The people of an organization: members, their roles, and who is invited. */
#pragma once

#include <tenantry/tenantry.h>

bool people_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_invite(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_resend(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_cancel(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_set_role(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_remove(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_hand_over(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool people_leave(struct tn_request *request, struct tn_db db, struct tn_error *error);

/* Is this the one role that somebody has? */
bool has_role(struct tn_text role, const char *name);
