/* What happens besides what a query's text says: foreign keys that cascade, triggers, parents and
 * partitions; and whether the answer depends on the clock. The route cache stands on it: in doubt a
 * table is written, and the clock is read.
 *
 * Bodies of functions in SQL and PL/pgSQL are read word by word: a word that names a relation is
 * one. What cannot be read (another language, EXECUTE) has to be declared in the configuration. */
#pragma once

#include "generator/scope.h"

struct effects;

MUST_USE bool effects_read(struct direct *direct, const struct schema *schema, struct arena *arena,
    struct effects **ret_effects, struct tn_error *error);
/* Each trigger's function can be read or is declared, and no default, check, index or condition of
 * a trigger calls one that reaches a relation. */
MUST_USE bool effects_check(const struct effects *effects, struct tn_error *error);

/* Refuses a query that calls a function whose body names a relation: nothing limits that. */
bool effects_allow(const struct effects *effects, const struct scoped *scoped, struct arena *arena,
    struct rejection *rejection);
/* Likewise one function, which stands behind an operator, a cast or a domain. */
bool effects_allow_function(const struct effects *effects, const char *schema_name,
    const char *name, int position, struct arena *arena, struct rejection *rejection);
/* Add what the text writes, and all that follows from it. */
void effects_add_written(const struct effects *effects, const struct scoped *scoped,
    struct relation_set *written, struct arena *arena);
/* May two runs at two times answer differently? */
bool
effects_read_clock(const struct effects *effects, const struct scoped *scoped, bool answers_rows);
