/* /metrics, /healthz and /readyz on a listener and a thread of their own: seen also when the loops
 * are busy, and until the last accepted request is answered. */
#pragma once

#include "server/server.h"

struct metrics_listener;

/* On --metrics-listen; NULL in `ret_listener` where none is set. In `arena`. */
MUST_USE bool metrics_listener_start(struct server *server, struct arena *arena,
    struct metrics_listener **ret_listener, struct tn_error *error);
/* Accepts NULL. */
void metrics_listener_stop(struct metrics_listener *listener);
