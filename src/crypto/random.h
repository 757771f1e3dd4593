/* Random bytes from the system, and the ids made of them. */
#pragma once

#include <stddef.h>

#include "base/arena.h"

#define RANDOM_ID_LENGTH 32

void random_bytes(void *ret_bytes, size_t bytes);

/* 32 characters drawn evenly from a-z A-Z 0-9, and a NUL: 190 bits, also good as a session's token.
 */
void random_id(char ret_id[static RANDOM_ID_LENGTH + 1]);
/* Likewise, in `arena`. */
const char *random_id_new(struct arena *arena);
