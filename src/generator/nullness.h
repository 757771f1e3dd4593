/* Which columns of an answer can be NULL. In doubt one can: a wrong "cannot" would fail at run
 * time. */
#pragma once

#include "generator/schema.h"
#include "generator/tree.h"

/* `ret_not_null` has a flag for each described column. `tree` is the scoped statement. */
void nullness_infer(const struct schema *schema, const PgQuery__Node *tree,
    const struct direct_description *description, struct arena *arena, bool *ret_not_null);
