/* Which columns of an answer can be NULL. In doubt one can: a wrong "cannot" would fail at run
 * time. */
#pragma once

#include "generator/schema.h"
#include "generator/tree.h"

/* `ret_not_null` has a flag for each described column. `tree` is the scoped statement. */
/* Where a column of the answer stands in the author's text; -1: in a star, or it is not known. */
int output_place(const PgQuery__Node *tree, int column_count, int column);
void nullness_infer(const struct schema *schema, const PgQuery__Node *tree,
    const struct direct_description *description, struct arena *arena, bool *ret_not_null);
