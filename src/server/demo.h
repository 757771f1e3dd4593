/* Demonstration data: the application's function, run once on an empty database before listening.
 */
#pragma once

#include "server/server.h"

/* Runs on a loop of its own, which it opens and closes. `ret_made` is false when there were users
 * already: nothing was done. */
MUST_USE bool demo_fill(struct server *server, bool *ret_made, struct tn_error *error);
