/* Proves of a final text that every relation in it is limited to $1, or belongs to everybody.
 *
 * It shares no code with the rewriter: it parses again, walks by itself, and knows the only shapes
 * in which a relation may stand. What it does not know, it refuses. */
#pragma once

#include "generator/rejection.h"
#include "generator/schema.h"

bool prover_check(const struct schema *schema, const char *text, struct arena *arena,
    struct rejection *rejection);
