/* When a session or a person was last changed by this process, so that a cookie cache which was
 * written from before does not count: two answers may reach a browser in another order than they
 * were made in. Of other processes' changes nothing is known here; their caches lapse by time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct session_changes;

/* In `arena`. */
struct session_changes *session_changes_new(struct arena *arena);
/* The session of that token, or all of the person of that id, are other from now on. Answers the
 * millisecond (of time_steady_us) from which on a cookie cache counts. `changes` may be NULL. */
int64_t session_changes_note(struct session_changes *changes, const char *key);
/* Has it changed since what was read in that millisecond? May say yes without need. */
bool session_changes_since(const struct session_changes *changes, const char *key, int64_t read_ms);
