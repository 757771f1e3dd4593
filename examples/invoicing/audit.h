/* The audit log: who did what to which invoice. */
#pragma once

#include <tenantry/tenantry.h>

bool audit_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
