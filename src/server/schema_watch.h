/* What becomes of a server whose database is changed under it: where a plan does not fit any more
 * the tenant plane is compared with the manifest once more. As long as it differs, /readyz says so
 * and the log says what; what still works is served. */
#pragma once

#include "server/server.h"

/* For pools, on a loop: have a worker look, unless one does. `owner` is the loop. */
void schema_watch_changed(void *owner);
