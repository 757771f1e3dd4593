/* Does a policy's expression hold rows to the organization of the transaction? */
#pragma once

#include <stdbool.h>

/* `expression` as pg_get_expr writes it. True only if it is, or is ANDed with,
 * `column = tenantry.organization()`, with or without a sub-select and casts that lose nothing.
 * What it does not understand is false. */
bool policy_is_tenant(const char *expression, const char *column);
