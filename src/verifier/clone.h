/* A scratch database on the same server with the schema of the one that is audited, and no row of
 * it.
 *
 * A process of its own waits for our end, however it comes, and drops the database then. */
#pragma once

#include "verifier/audit.h"

struct clone;

/* TN_CONFIGURATION: the role may not make a database, or pg_dump and psql are not there. */
MUST_USE bool clone_make(struct audit *audit, struct clone **ret_clone, struct tn_error *error);
const char *clone_url(const struct clone *clone);
/* Drops it. Accepts NULL. */
void clone_drop(struct clone *clone);
