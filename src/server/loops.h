/* The loops of the server: one for each thread, each with its own connections. */
#pragma once

#include "server/plane_check.h"
#include "server/server.h"
#include "server/sockets.h"

/* A loop with its connections and its runtime, on this thread; without HTTP. */
MUST_USE bool
server_loop_open(struct server *server, struct server_loop *ret_loop, struct tn_error *error);
/* Accepts one that was opened in part. No fiber may be left. */
void server_loop_close(struct server_loop *loop);

/* As many threads as a setting says; 0 there: one for each processor. */
long server_threads_wanted(int64_t setting);

struct server_loops;

/* Start the threads. They take nobody in before server_loops_admit.
 */
MUST_USE bool server_loops_start(struct server *server, const struct sockets *sockets,
    struct arena *arena, struct server_loops **ret_loops, struct tn_error *error);
/* From now on each serves the sockets' descriptor for requests. The first takes the connections. */
void server_loops_admit(struct server_loops *loops, const struct checked_planes *checked);
/* Instead of that: end them. Nobody was answered. */
void server_loops_refuse(struct server_loops *loops);
/* Accept no more, let what was accepted finish, end the threads. false: after `drain_timeout` some
 * request was still running; the threads are then left as they are. */
bool server_loops_stop(struct server_loops *loops);
