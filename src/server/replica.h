/* The replica of the tenant plane, looked at before the server begins. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

/* Is the server at `replica_url` a standby of the one at `tenant_url`, and has it come as far as
 * that is now? false in `ret_answers`, with a line in the log: it does not answer, or is far
 * behind; the primary answers until it does better. TN_CONFIGURATION: it is no standby of it. */
MUST_USE bool replica_look(const char *replica_url, const char *tenant_url, struct arena *arena,
    bool *ret_answers, struct tn_error *error);
