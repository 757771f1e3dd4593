/* Is this text? Valid UTF-8 (no surrogates, nothing overlong) without a NUL. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

bool utf8_is_valid(const char *text, size_t bytes);
/* How many UTF-16 units JavaScript counts in it: the unit of better-auth's length limits. */
size_t utf8_utf16_units(const char *text);
