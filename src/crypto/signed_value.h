/* Values that a client keeps for us and cannot change: VALUE.SIGNATURE, as better-auth signs its
 * cookies. Percent-encoding is the cookie's business. */
#pragma once

#include "base/arena.h"

/* In `arena`. `secret` is the text itself, as UTF-8. */
char *value_sign(const char *value, const char *secret, struct arena *arena);
/* The value, in `arena`; NULL when the signature is not ours. */
char *value_verify(const char *signed_value, const char *secret, struct arena *arena);
