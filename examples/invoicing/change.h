/* What one did in one go, and may take back for a while. */
#pragma once

#include <tenantry/tenantry.h>

/* The next page says `sentence`; with `change`, it offers to take that back. */
void change_tell(struct tn_request *request, const struct tn_uuid *change, const char *sentence);

/* POST /o/<slug>/changes/<id>/undo */
bool change_take_back(struct tn_request *request, struct tn_db db, struct tn_error *error);
