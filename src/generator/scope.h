/* Limits a query to one organization: refuses what cannot be limited, and rewrites the rest.
 *
 * The rule that everything follows from: the query does what it would do if the other organizations
 * did not exist. Wherever a relation of an organization is read, it is replaced by a sub-select of
 * that organization's rows: right under every kind of join, which a predicate in WHERE or ON is
 * not. */
#pragma once

#include "generator/rejection.h"
#include "generator/schema.h"
#include "generator/source.h"
#include "generator/tree.h"

struct relation_set {
    const struct relation **list;
    int count;
};

struct scoped {
    const char *text;
    PgQuery__Node *tree; /* what `text` must parse to; shown by a fresh parse */
    struct relation_set read;
    struct relation_set inserted;
    struct relation_set updated;
    struct relation_set deleted;
    struct relation_set typed; /* only the type of their rows is named */
    bool writes;
    bool locks; /* SELECT … FOR UPDATE and friends */
    bool reads_clock;
    int arbiters_at; /* ON CONFLICT with columns, in the author's text; -1: none */
};

/* `text` is numbered: $1 is the organization where `scope` is SCOPE_TENANT. */
bool scope_text(const struct schema *schema, enum query_scope scope, const char *text,
    struct arena *arena, struct scoped *ret_scoped, struct rejection *rejection);
void
relation_set_add(struct relation_set *set, const struct relation *relation, struct arena *arena);
