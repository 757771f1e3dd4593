/* What the prover looks for in a tree: the predicate, the value and the guard, letter by letter. It
 * shares nothing with the rewriter that writes them. */
#pragma once

#include <pg_query/pg_query.pb-c.h>

#include "generator/schema.h"

struct proof {
    const struct schema *schema;
    const char *text;
    const PgQuery__TypeName *type; /* T of $1::T */
    const char **ctes;             /* the WITH names that can be seen from where the proof stands */
    size_t cte_count;
    const char *failure;
    int position;
};

/* Keeps the first reason; false. */
bool prover_fails(struct proof *proof, const char *why, int position);
/* $1::T */
bool prover_is_organization(const struct proof *proof, const PgQuery__Node *node);
/* "alias"."column" = $1::T, alone or as one of those that must all hold. */
bool prover_requires(const struct proof *proof, const PgQuery__Node *condition, const char *alias,
    const struct relation *relation);
/* `SELECT * FROM schema.table WHERE P(table)` and not one clause more. */
bool prover_is_guard(const struct proof *proof, const PgQuery__RangeSubselect *range);
