#include <string.h>

#include "generator/scope_walk.h"

/* The first WHEN of the statement itself; a CASE in the condition has WHENs of its own. */
static int
first_when(const struct walk *walk, int from)
{
    const struct tokens *tokens = &walk->tokens;
    const int depth = tokens->list[from].depth;
    int cases = 0;
    for (int at = from; at < tokens->count && tokens->list[at].depth >= depth; at++) {
        if (tokens->list[at].depth > depth || token_is(tokens, at - 1, ".") ||
            token_is(tokens, at - 1, "as"))
            continue;
        if (token_is(tokens, at, "when") && cases == 0)
            return at;
        cases += token_is(tokens, at, "case") - token_is(tokens, at, "end");
    }
    return -1;
}

/* Another organization's row is then "not matched". */
static bool
limit_join(struct walk *walk, PgQuery__MergeStmt *merge, const struct target *target, int when)
{
    int on = -1;
    for (int i = target->token; i < when; i++) {
        if (walk->tokens.list[i].depth == walk->tokens.list[target->token].depth &&
            token_is(&walk->tokens, i, "on"))
            on = i;
    }
    if (on < 0)
        return walk_lost(walk, "ON");
    return walk_limit_part(walk, target, &merge->join_condition, on, when - 1);
}

static bool
merge_insert(
    struct walk *walk, PgQuery__MergeWhenClause *clause, const struct target *target, int *cursor)
{
    static const char *const inserts[] = { "insert", NULL };
    const struct tokens *tokens = &walk->tokens;
    const int word = walk_find(walk, *cursor, inserts);
    if (clause->n_target_list == 0)
        return walk_reject(walk, "insert-no-column-list", word < 0 ? -1 : tokens->list[word].start,
            "name the columns");

    const int columns_end = word < 0 ? -1 : tokens_close(tokens, word + 1);
    int values = columns_end;
    while (values >= 0 && values < tokens->count && !token_is(tokens, values, "values"))
        values++;
    const int values_end = values < 0 ? -1 : tokens_close(tokens, values + 1);
    if (values_end < 0)
        return walk_lost(walk, "the INSERT of MERGE");

    const PgQuery__InsertStmt *written =
        tree_of(arena_printf(walk->arena, "INSERT INTO a (%s) SELECT $1::%s",
                    walk_column_text(walk, target) + 2, walk->schema->scope_type),
            walk->arena)
            ->insert_stmt;
    tree_append(&clause->target_list, &clause->n_target_list, written->cols[0], walk->arena);
    tree_append(&clause->values, &clause->n_values,
        written->select_stmt->select_stmt->target_list[0]->res_target->val, walk->arena);
    walk_insert_after(walk, columns_end - 1, walk_column_text(walk, target));
    walk_insert_after(
        walk, values_end - 1, arena_printf(walk->arena, ", $1::%s", walk->schema->scope_type));
    *cursor = values_end;
    return true;
}

static bool
merge_clauses(struct walk *walk, PgQuery__MergeStmt *merge, const struct target *target, int when)
{
    int cursor = when;
    for (size_t i = 0; i < merge->n_merge_when_clauses; i++) {
        PgQuery__MergeWhenClause *clause = merge->merge_when_clauses[i]->merge_when_clause;
        const bool inserts = clause->command_type == PG_QUERY__CMD_TYPE__CMD_INSERT;
        struct relation_set *set = inserts ? &walk->scoped->inserted
                                   : clause->command_type == PG_QUERY__CMD_TYPE__CMD_DELETE
                                       ? &walk->scoped->deleted
                                       : &walk->scoped->updated;
        relation_set_add(set, target->relation, walk->arena);
        if (!walk_assignments(walk, target, clause->target_list, clause->n_target_list))
            return false;
        if (inserts && walk_is_scoped(walk, target->relation) &&
            !merge_insert(walk, clause, target, &cursor))
            return false;
    }
    return true;
}

bool
walk_merge(struct walk *walk, PgQuery__MergeStmt *merge)
{
    const struct cte *outer = walk->ctes;
    PgQuery__WithClause *with = merge->with_clause;
    PgQuery__RangeVar *name = merge->relation;
    struct target target;
    if (!walk_with(walk, with) || !walk_target(walk, name, "MERGE", &target))
        return false;

    merge->with_clause = NULL; /* these two are done */
    merge->relation = NULL;
    const bool walked = tree_children(&merge->base, walk_message, walk);
    merge->with_clause = with;
    merge->relation = name;
    walk->ctes = outer;
    const int when = first_when(walk, target.token);
    if (when < 0)
        return walk_lost(walk, "WHEN MATCHED");
    return walked && limit_join(walk, merge, &target, when) &&
           merge_clauses(walk, merge, &target, when);
}
