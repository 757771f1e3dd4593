/* The dashboard: what is owed, what is late, and revenue by month. */
#pragma once

#include <tenantry/tenantry.h>

bool dashboard_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
