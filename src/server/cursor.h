/* Where the next page begins: a sort key and an id, as one word that a client passes back. It is no
 * secret and no permission: a made-up one leads to another place of the same list. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

/* In `arena`. */
const char *cursor_make(const char *key, const char *id, struct arena *arena);
/* Both NULL for no text. False: it is none. */
bool cursor_read(const char *text, struct arena *arena, const char **ret_key, const char **ret_id);
