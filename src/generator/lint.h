/* What is wrong with a schema in a way that no rewriting of queries can mend: it ends the run. */
#pragma once

#include "generator/schema.h"

/* Rows without an organization, foreign keys that can point at another organization's row, rules.
 * The error's detail names the first. */
MUST_USE bool lint_check(struct direct *direct, const struct schema *schema, struct arena *arena,
    struct tn_error *error);
/* What is no fault and should be known: sentences, in the order of the schema. */
/* There is room for one more. */
struct name_list lint_warnings(const struct schema *schema, struct arena *arena);
