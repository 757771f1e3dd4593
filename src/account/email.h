/* E-mail addresses, by the rule of better-auth: what it takes, and nothing else. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

/* Longer ones are refused: an index entry must hold them. */
#define EMAIL_BYTES_MAX 320

bool email_is_valid(const char *email);
/* As it is stored and looked up: in lower case. In `arena`. */
char *email_normalise(const char *email, struct arena *arena);
