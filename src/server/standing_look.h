/* Can the tenant plane tell whether who is remembered still stands (tenant/standing.h)? */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/settings.h"
#include "postgres/direct.h"

/* What one plane answered, in the arena that it was asked with. */
struct standing_look {
    const char *place; /* which database of which cluster, and whether it follows; "": not told */
    bool keeps_stamps; /* asked of the tenant plane only */
};

struct standing_look standing_ask(struct direct *direct, bool is_tenant, struct arena *arena);
/* False: who asks is asked each time; the log says why. Nothing fails by it. */
bool standing_holds(const struct standing_look *identity, const struct standing_look *tenant);
