/* By the application's own query, compiled without the raw handle in sight. */
#pragma once

#include <tenantry/tenantry.h>

bool
customer_rename(struct tn_db db, struct tn_uuid customer, const char *name, struct tn_error *error);
