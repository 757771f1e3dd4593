/* What PostgreSQL itself says that a text reaches: relations, and functions behind operators and
 * casts too. It stands beside the prover, and needs no parser of ours. */
#pragma once

#include "generator/effects.h"
#include "generator/project.h"

/* Once for a connection, before the others. */
MUST_USE bool dependencies_prepare(struct direct *direct, struct tn_error *error);

/* The scoped text must be prepared with the search path that is set on `direct`. A dependency that
 * the walk did not see is a rejection. */
bool dependencies_check(struct direct *direct, const struct schema *schema,
    const struct effects *effects, const struct scoped *scoped,
    const struct direct_description *description, struct arena *arena, struct rejection *rejection);
