/* The written reason for which a table is not held like other tenant tables: a line of its comment,
 * "tenantry: no row-level security: only counts, read by the billing job". */
#pragma once

#include <stdbool.h>

/* Does `comment` (may be NULL) say `what`, with a reason behind it? "global" and "cross_org" stand
 * for tables that are no organization's own at all. */
bool exemption_has(const char *comment, const char *what);
