/* Failure, from the inside: the public struct tn_error and short names for it. */
#pragma once

#include "tenantry/error.h"

#include "base/compiler.h"

#ifndef __clang_analyzer__
#define error_set tn_error_set
#else
/* The analyzer reads one file at a time, and has to be told that this answers false. */
#define error_set(...) ((void)tn_error_set(__VA_ARGS__), false)
#endif

/* Put `prefix: ` before the detail that stands there: which file, which migration, which setting.
 */
void error_prefix(struct tn_error *error, const char *format, ...) PRINTF_LIKE(2, 3);
