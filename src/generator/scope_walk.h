/* What the parts of the scoping walk share; scope.c is the entry. */
#pragma once

#include "generator/scope.h"
#include "generator/splice.h"
#include "generator/tokens.h"

/* The names that WITH gives, innermost first. */
struct cte {
    const char *name;
    const struct cte *outer;
};

struct walk {
    const struct schema *schema;
    enum query_scope scope;
    struct arena *arena;
    struct tokens tokens;
    struct edits edits;
    /* More than 0: the tree is changed, the text is not; for the copies of an expression that the
     * text has once. */
    int silent;
    const struct cte *ctes;
    struct scoped *scoped;
    struct rejection *rejection;
};

bool walk_message(ProtobufCMessage *message, void *walk);
bool walk_node(struct walk *walk, PgQuery__Node *node);
bool walk_with(struct walk *walk, PgQuery__WithClause *with);

/* Group by what a primary key decides. */
void walk_group(struct walk *walk, PgQuery__SelectStmt *select);
bool walk_read(struct walk *walk, PgQuery__Node *node);
bool walk_insert(struct walk *walk, PgQuery__InsertStmt *insert);
bool walk_update(struct walk *walk, PgQuery__UpdateStmt *update);
bool walk_delete(struct walk *walk, PgQuery__DeleteStmt *delete);
bool walk_merge(struct walk *walk, PgQuery__MergeStmt *merge);
bool walk_function(struct walk *walk, PgQuery__FuncCall *call);
bool walk_column(struct walk *walk, PgQuery__ColumnRef *column);
bool walk_type(struct walk *walk, PgQuery__TypeName *type);
bool walk_indirection(struct walk *walk, PgQuery__AIndirection *indirection);
bool walk_comparison(struct walk *walk, PgQuery__AExpr *expression);
bool walk_case(struct walk *walk, PgQuery__CaseExpr *expression);
bool walk_collation(struct walk *walk, PgQuery__CollateClause *clause);
bool walk_value_function(struct walk *walk, PgQuery__SQLValueFunction *function);

/* The relation that a name means, and whether this query may use it at all. NULL: refused. */
const struct relation *walk_relation(struct walk *walk, const PgQuery__RangeVar *name);
/* Write the name with its schema. */
bool walk_qualify(struct walk *walk, PgQuery__RangeVar *name, const struct relation *relation);
bool walk_is_cte(const struct walk *walk, const PgQuery__RangeVar *name);

/* --- writes: scope_write.c, scope_insert.c, scope_merge.c ------------------------------------ */

struct target {
    const struct relation *relation;
    const char *alias;
    int token; /* where its name begins, in the text */
};
/* What a statement writes to: refused, or qualified. `verb` is for the message. */
bool walk_target(
    struct walk *walk, PgQuery__RangeVar *name, const char *verb, struct target *ret_target);
/* The columns that are assigned must not be the organization's. */
bool walk_assignments(
    struct walk *walk, const struct target *target, PgQuery__Node **list, size_t count);
/* AND P to a condition that may be there already, in the statement's clause that begins at `from`.
 */
bool walk_limit(struct walk *walk, const struct target *target, PgQuery__Node **condition,
    const char *keyword, int from, const char *const *ends);
/* The same for a condition that is there: it stands behind the token `keyword`, up to `last`. */
bool walk_limit_part(struct walk *walk, const struct target *target, PgQuery__Node **condition,
    int keyword, int last);
/* The first token from `from` on, at its depth, that is one of `words` (NULL at the end); -1. */
int walk_find(const struct walk *walk, int from, const char *const *words);
/* The last token of the part that begins at `from` and ends before one of `words`, or its paren. */
int walk_part_end(const struct walk *walk, int from, const char *const *words);
/* `, "column"`, in the arena. */
char *walk_column_text(struct walk *walk, const struct target *target);
bool
walk_conflict(struct walk *walk, const struct target *target, PgQuery__OnConflictClause *conflict);

/* The tokens of a name that begins at `location`: first and last. false: they are not found. */
bool walk_name_tokens(struct walk *walk, int location, int *ret_first, int *ret_last);
void walk_edit(struct walk *walk, int at, int remove, const char *text);
/* Insert after a token, so that no comment swallows what is inserted. */
void walk_insert_after(struct walk *walk, int token, const char *text);
bool walk_reject(struct walk *walk, const char *reason, int position, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* A place that the text does not have where the tree says that it is. */
bool walk_lost(struct walk *walk, const char *what);

/* `"alias"."column" = $1::T`, in the arena. */
char *walk_predicate(struct walk *walk, const struct relation *relation, const char *alias);
/* An expression of ours as a node. */
PgQuery__Node *walk_expression(struct walk *walk, const char *text);
/* Is this relation limited in this query? */
bool walk_is_scoped(const struct walk *walk, const struct relation *relation);
