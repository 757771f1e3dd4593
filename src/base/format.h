/* Text by a format, as vsnprintf has it, which it takes a quarter of the time for the directives
 * that are written most: %s %c %d %u and %%, also of long, long long and size_t, with a width, with
 * zeros before it, with a precision for %s. Any other is the library's. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "base/compiler.h"

/* Write at most `capacity` bytes, NUL among them; `out` may be NULL when that is 0. Answers the
 * length that all of it has, below 0 for a format that the library does not know. */
int
format_text(char *out, size_t capacity, const char *format, va_list arguments) PRINTF_LIKE(3, 0);
