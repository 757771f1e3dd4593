#include <string.h>

#include "generator/scope_walk.h"

static const char *const ends_of_where[] = { "returning", NULL };

static bool
is_one_of(const struct tokens *tokens, int index, const char *const *words)
{
    for (; *words; words++) {
        if (token_is(tokens, index, *words))
            return true;
    }
    return false;
}

int
walk_find(const struct walk *walk, int from, const char *const *words)
{
    const struct tokens *tokens = &walk->tokens;
    if (from < 0)
        return -1;

    const int depth = tokens->list[from].depth;
    for (int i = from; i < tokens->count && tokens->list[i].depth >= depth; i++) {
        /* A column may be named like a keyword where it stands after AS or a dot. */
        if (tokens->list[i].depth == depth && is_one_of(tokens, i, words) &&
            !token_is(tokens, i - 1, "as") && !token_is(tokens, i - 1, "."))
            return i;
    }
    return -1;
}

int
walk_part_end(const struct walk *walk, int from, const char *const *words)
{
    const struct tokens *tokens = &walk->tokens;
    const int found = walk_find(walk, from, words);
    if (found >= 0)
        return found - 1;

    int last = from;
    while (last + 1 < tokens->count && tokens->list[last + 1].depth >= tokens->list[from].depth &&
           !token_is(tokens, last + 1, ";"))
        last++;
    return last;
}

/* --- targets --------------------------------------------------------------------------------- */

static bool
target_check(struct walk *walk, const struct relation *relation, const char *verb, int position)
{
    if (walk->scope == SCOPE_CROSS_ORG)
        return walk_reject(walk, "statement-kind", position, "a cross-org query is SELECT");
    if (relation->kind == 'v')
        return walk_reject(walk, "view-write", position,
            "\"%s\" is a view: write to the table behind it", relation->name);
    if (relation->class == CLASS_GLOBAL)
        return walk_reject(walk, "global-write", position,
            "\"%s\" belongs to every organization: a tenant cannot write it", relation->name);
    if (relation->class == CLASS_ROOT && walk->scope == SCOPE_TENANT && strcmp(verb, "UPDATE") != 0)
        return walk_reject(walk, "root-write", position,
            "%s on \"%s\" makes or ends an organization", verb, relation->name);
    return true;
}

bool
walk_target(struct walk *walk, PgQuery__RangeVar *name, const char *verb, struct target *ret_target)
{
    const bool is_plain = name->inh;
    int first = -1;
    int last;
    if (walk_is_cte(walk, name))
        return walk_reject(
            walk, "write-to-cte", name->location, "%s cannot write to a WITH query", verb);
    const struct relation *relation = walk_relation(walk, name);
    if (!relation || !target_check(walk, relation, verb, name->location))
        return false;
    if (!walk_name_tokens(walk, name->location, &first, &last))
        return walk_lost(walk, "a relation's name");
    if (!is_plain && token_is(&walk->tokens, first - 1, "("))
        first -= 2; /* ONLY (t): outside of the parenthesis again */

    ret_target->relation = relation;
    ret_target->alias =
        arena_strdup(walk->arena, name->alias ? name->alias->aliasname : name->relname);
    ret_target->token = first;
    walk->scoped->writes = true;
    return walk_qualify(walk, name, relation);
}

bool
walk_assignments(struct walk *walk, const struct target *target, PgQuery__Node **list, size_t count)
{
    for (size_t i = 0; i < count && walk_is_scoped(walk, target->relation); i++) {
        const PgQuery__ResTarget *assigned = list[i]->res_target;
        if (strcmp(assigned->name, target->relation->scope_column) == 0)
            return walk_reject(walk, "org-column-written", assigned->location,
                "%s.%s is set by tenantry", target->relation->name, assigned->name);
    }
    return true;
}

char *
walk_column_text(struct walk *walk, const struct target *target)
{
    struct buffer out;
    buffer_init(&out, walk->arena, 48);
    BUFFER_LITERAL(&out, ", ");
    sql_identifier(&out, target->relation->scope_column);
    return out.data;
}

/* --- conditions ------------------------------------------------------------------------------ */

/* As the parser builds `(condition) AND predicate`: it flattens an AND on the left. */
static void
condition_and(struct walk *walk, PgQuery__Node **condition, const char *predicate)
{
    PgQuery__Node *both =
        walk_expression(walk, arena_printf(walk->arena, "true AND %s", predicate));
    PgQuery__BoolExpr *and = both->bool_expr;
    if ((*condition)->node_case == PG_QUERY__NODE__NODE_BOOL_EXPR &&
        (*condition)->bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR) {
        PgQuery__BoolExpr *old = (*condition)->bool_expr;
        tree_append(&old->args, &old->n_args, and->args[1], walk->arena);
        return;
    }
    and->args[0] = *condition;
    *condition = both;
}

bool
walk_limit_part(struct walk *walk, const struct target *target, PgQuery__Node **condition,
    int keyword, int last)
{
    if (!walk_is_scoped(walk, target->relation))
        return true;

    const char *predicate = walk_predicate(walk, target->relation, target->alias);
    condition_and(walk, condition, predicate);
    walk_insert_after(walk, keyword, " (");
    walk_insert_after(walk, last, arena_printf(walk->arena, ") AND %s", predicate));
    return true;
}

bool
walk_limit(struct walk *walk, const struct target *target, PgQuery__Node **condition,
    const char *keyword, int from, const char *const *ends)
{
    if (!walk_is_scoped(walk, target->relation))
        return true;

    if (!*condition) {
        const char *predicate = walk_predicate(walk, target->relation, target->alias);
        *condition = walk_expression(walk, predicate);
        walk_insert_after(walk, walk_part_end(walk, from, ends),
            arena_printf(walk->arena, " %s %s", keyword, predicate));
        return true;
    }

    const int word = walk_find(walk, from, (const char *const[]){ keyword, NULL });
    if (word < 0)
        return walk_lost(walk, "a condition");
    return walk_limit_part(walk, target, condition, word, walk_part_end(walk, word, ends));
}

/* --- statements ------------------------------------------------------------------------------ */

bool
walk_update(struct walk *walk, PgQuery__UpdateStmt *update)
{
    const struct cte *outer = walk->ctes;
    PgQuery__WithClause *with = update->with_clause;
    PgQuery__RangeVar *name = update->relation;
    struct target target;
    if (!walk_with(walk, with) || !walk_target(walk, name, "UPDATE", &target) ||
        !walk_assignments(walk, &target, update->target_list, update->n_target_list))
        return false;

    update->with_clause = NULL; /* these two are done */
    update->relation = NULL;
    const bool walked = tree_children(&update->base, walk_message, walk);
    update->with_clause = with;
    update->relation = name;
    walk->ctes = outer;
    relation_set_add(&walk->scoped->updated, target.relation, walk->arena);
    return walked &&
           walk_limit(walk, &target, &update->where_clause, "WHERE", target.token, ends_of_where);
}

bool
walk_delete(struct walk *walk, PgQuery__DeleteStmt *delete)
{
    const struct cte *outer = walk->ctes;
    PgQuery__WithClause *with = delete->with_clause;
    PgQuery__RangeVar *name = delete->relation;
    struct target target;
    if (!walk_with(walk, with) || !walk_target(walk, name, "DELETE", &target))
        return false;

    delete->with_clause = NULL; /* these two are done */
    delete->relation = NULL;
    const bool walked = tree_children(&delete->base, walk_message, walk);
    delete->with_clause = with;
    delete->relation = name;
    walk->ctes = outer;
    relation_set_add(&walk->scoped->deleted, target.relation, walk->arena);
    return walked &&
           walk_limit(walk, &target, &delete->where_clause, "WHERE", target.token, ends_of_where);
}
