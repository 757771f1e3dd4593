/* Failure, from the inside: the public struct tn_error and short names for it. */
#pragma once

#include "tenantry/error.h"

#include "base/compiler.h"

#define error_set tn_error_set

/* Put `prefix: ` before the detail that stands there: which file, which migration, which setting.
 */
void error_prefix(struct tn_error *error, const char *format, ...) PRINTF_LIKE(2, 3);
