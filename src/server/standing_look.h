/* Can the tenant plane tell whether who is remembered still stands (tenant/standing.h)? */
#pragma once

#include "base/settings.h"
#include "server/plane_check.h"

/* False: who asks is asked each time; the log says why. Nothing fails by it. */
bool standing_look(const struct checked_planes *planes, const struct settings *settings);
