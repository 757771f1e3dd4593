/* Can the tenant plane tell whether who is remembered still stands (tenant/standing.h)? */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/settings.h"
#include "postgres/direct.h"

/* What one plane answered, in the arena that it was asked with. */
struct standing_look {
    const char *place; /* which database of which cluster, and whether it follows; NULL: not told */
    const char *obstacle; /* of the tenant plane: what keeps it from the stamps; NULL: nothing */
};

struct standing_look standing_ask(struct direct *direct, bool is_tenant, struct arena *arena);
/* False: who asks is asked each time; the log says why. Nothing fails by it. The looks are not read
 * where `settings` want nobody to be remembered. */
bool standing_holds(const struct settings *settings, const struct standing_look *identity,
    const struct standing_look *tenant);
