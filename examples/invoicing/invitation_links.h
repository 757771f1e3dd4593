/* Invitations by link: for people whose address nobody knows. */
#pragma once

#include <tenantry/tenantry.h>

bool link_make(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool link_revoke(struct tn_request *request, struct tn_db db, struct tn_error *error);
