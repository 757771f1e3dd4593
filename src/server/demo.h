/* Demonstration data: the application's function, run once on an empty database before listening.
 */
#pragma once

#include "server/server.h"

struct demo_outcome {
    bool was_made;   /* false when there were users already: nothing was done */
    bool has_person; /* whom demo_sign_in names is there */
};

/* Runs on a loop of its own, which it opens and closes. */
MUST_USE bool
demo_fill(struct server *server, struct demo_outcome *ret_outcome, struct tn_error *error);
