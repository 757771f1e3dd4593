/* The bump: what tells every page that was kept, in every process, that a relation was written. */
#pragma once

#include "tenant/scope.h"

/* Add the step that raises the versions of `relations` for the scope's organization, in the
 * transaction of the flight. Last before its end, so that the rows are locked for a moment only. */
void bump_add(
    struct flight *flight, const struct scope *scope, const char *const *relations, size_t count);
