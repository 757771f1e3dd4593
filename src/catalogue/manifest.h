/* Is a database the one that queries were generated from?
 *
 * A migration goes before the program that needs it, so a program has to start beside columns that
 * it does not know. They are let through where its INSERTs need not name them: nullable, or with a
 * default. What it knows must be there, the same and in the same order. */
#pragma once

#include <stddef.h>

#include "tenantry/application.h"

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

struct manifest_difference {
    const char *relation;
    const char *words; /* "it has … where the queries know …" */
};

/* One a relation. `manifest` NULL: none. In `arena`. */
MUST_USE bool
manifest_compare(struct direct *direct, const struct tn_manifest *manifest, struct arena *arena,
    const struct manifest_difference **ret_differences, size_t *ret_count, struct tn_error *error);
