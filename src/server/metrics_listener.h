/* /metrics, /healthz and /readyz on a listener and a thread of their own: seen also when the loops
 * are busy, and until the last accepted request is answered. */
#pragma once

#include "server/server.h"
#include "server/sockets.h"

struct metrics_listener;

/* On the sockets' one for metrics, which stays the caller's; where there is none, NULL in
 * `ret_listener`. In `arena`. */
MUST_USE bool metrics_listener_start(struct server *server, const struct sockets *sockets,
    struct arena *arena, struct metrics_listener **ret_listener, struct tn_error *error);
/* Accepts NULL. */
void metrics_listener_stop(struct metrics_listener *listener);
