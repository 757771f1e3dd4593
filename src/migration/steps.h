/* A migration that is applied step by step, because one of its statements cannot be in a
 * transaction with others. A step is a statement, or all from BEGIN to COMMIT. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"

struct step {
    const char *sql;
    size_t line;   /* where it begins in its file, from 1 */
    bool is_alone; /* not a transaction: it cannot be in one */
    /* The index that it builds beside the traffic, and its table, as written; NULL: none. */
    const char *index;
    const char *table;
};

/* In `arena`. A BEGIN without COMMIT is an error. */
MUST_USE bool steps_read(const char *sql, struct arena *arena, struct step **ret_steps,
    size_t *ret_count, struct tn_error *error);
