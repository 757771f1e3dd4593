/* The question that makes a replica's answer as good as the primary's. A file of its own, so that a
 * test can show what is served without it. */
#pragma once

#include "tenant/scope.h"

/* Add the step; it stands between enter and the query. */
void
replica_check_add(struct flight *flight, const struct scope *scope, const char *const *relations);
/* Of the flight that came back. */
bool replica_check_holds(const struct flight_step *step);
