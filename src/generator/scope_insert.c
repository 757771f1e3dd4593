#include <string.h>

#include "generator/scope_leaf.h"
#include "generator/scope_walk.h"

/* --- the organization's column and value ----------------------------------------------------- */

static PgQuery__SelectStmt *
organization_select(struct walk *walk)
{
    return tree_of(
        arena_printf(walk->arena, "SELECT $1::%s", walk->schema->scope_type), walk->arena)
        ->select_stmt;
}

static char *
value_text(struct walk *walk)
{
    return arena_printf(walk->arena, ", $1::%s", walk->schema->scope_type);
}

/* VALUES (…), (…): each row gets the organization at its end. */
static bool
values_leaf(struct walk *walk, PgQuery__SelectStmt *select, const struct leaf *leaf)
{
    int open = leaf->first + 1;
    for (size_t i = 0; i < select->n_values_lists; i++) {
        const int close = tokens_close(&walk->tokens, open);
        if (close < 0 || close >= leaf->end || !token_is(&walk->tokens, open, "("))
            return walk_lost(walk, "a row of VALUES");
        PgQuery__List *row = select->values_lists[i]->list;
        tree_append(&row->items, &row->n_items,
            organization_select(walk)->target_list[0]->res_target->val, walk->arena);
        walk_insert_after(walk, close - 1, value_text(walk));
        open = close + 2; /* behind a comma, if there is one */
    }
    return true;
}

/* `TABLE x` has become `SELECT * FROM x` already. */
static bool
table_leaf(struct walk *walk, const struct leaf *leaf)
{
    for (int i = 0; i < walk->edits.count; i++) {
        if (walk->edits.list[i].at == walk->tokens.list[leaf->first].start) {
            walk->edits.list[i].text =
                arena_printf(walk->arena, "SELECT *%s FROM", value_text(walk));
            return true;
        }
    }
    return walk_lost(walk, "TABLE");
}

static bool
select_leaf(struct walk *walk, PgQuery__SelectStmt *select, const struct leaf *leaf)
{
    static const char *const ends[] = { "from", "where", "group", "having", "window", "order",
        "limit", "offset", "fetch", "for", NULL };
    tree_append(&select->target_list, &select->n_target_list,
        organization_select(walk)->target_list[0], walk->arena);
    if (token_is(&walk->tokens, leaf->first, "table"))
        return table_leaf(walk, leaf);

    const int first = tokens_at(&walk->tokens, select->target_list[0]->res_target->location);
    if (first <= leaf->first || first >= leaf->end)
        return walk_lost(walk, "the columns of SELECT");

    /* `IS DISTINCT FROM` and `WITHIN GROUP` belong to the expression. */
    int last = walk_part_end(walk, first, ends);
    while (
        (token_is(&walk->tokens, last, "distinct") && token_is(&walk->tokens, last + 1, "from")) ||
        (token_is(&walk->tokens, last, "within") && token_is(&walk->tokens, last + 1, "group")))
        last = walk_part_end(walk, last + 2, ends);
    walk_insert_after(walk, last < leaf->end ? last : leaf->end - 1, value_text(walk));
    return true;
}

/* Each arm of a set operation is a leaf, in the order of the text. */
static bool
add_values(struct walk *walk, PgQuery__SelectStmt *select, const struct leaf_list *leaves, int *at)
{
    if (select->op != PG_QUERY__SET_OPERATION__SETOP_NONE)
        return add_values(walk, select->larg, leaves, at) &&
               add_values(walk, select->rarg, leaves, at);
    if (*at >= leaves->count)
        return walk_lost(walk, "a part of what is inserted");

    const struct leaf *leaf = &leaves->list[(*at)++];
    return select->n_values_lists > 0 ? values_leaf(walk, select, leaf)
                                      : select_leaf(walk, select, leaf);
}

static bool
default_values(struct walk *walk, PgQuery__InsertStmt *insert, const struct target *target)
{
    static const char *const words[] = { "default", NULL };
    const int word = walk_find(walk, target->token, words);
    if (word < 0)
        return walk_lost(walk, "DEFAULT VALUES");

    const char *text = arena_printf(walk->arena, "(%s) VALUES ($1::%s)",
        walk_column_text(walk, target) + 2, walk->schema->scope_type);
    const int start = walk->tokens.list[word].start;
    walk_edit(walk, start, walk->tokens.list[word + 1].end - start, text);
    const PgQuery__InsertStmt *written =
        tree_of(arena_printf(walk->arena, "INSERT INTO a %s", text), walk->arena)->insert_stmt;
    insert->cols = written->cols;
    insert->n_cols = written->n_cols;
    insert->select_stmt = written->select_stmt;
    return true;
}

/* What is inserted begins at that token, behind the columns. */
static bool
add_all_values(struct walk *walk, PgQuery__SelectStmt *select, int first)
{
    const struct tokens *tokens = &walk->tokens;
    struct leaf_list leaves = { 0 };
    int at = 0;
    if (token_is(tokens, first, "overriding"))
        first += 3;
    if (first >= tokens->count)
        return walk_lost(walk, "what is inserted");

    const int depth = tokens->list[first].depth;
    int end = first;
    while (end < tokens->count && tokens->list[end].depth >= depth &&
           !(tokens->list[end].depth == depth &&
               ((token_is(tokens, end, "on") && token_is(tokens, end + 1, "conflict")) ||
                   token_is(tokens, end, "returning") || token_is(tokens, end, ";"))))
        end++;
    leaves_find(tokens, first, end, walk->arena, &leaves);
    return add_values(walk, select, &leaves, &at) &&
           (at == leaves.count || walk_lost(walk, "a part of what is inserted"));
}

static bool
add_organization(struct walk *walk, PgQuery__InsertStmt *insert, const struct target *target)
{
    static const char *const words[] = { "(", NULL };
    if (!insert->select_stmt)
        return default_values(walk, insert, target);

    const int open = walk_find(walk, target->token, words);
    const int close = open < 0 ? -1 : tokens_close(&walk->tokens, open);
    if (close < 0)
        return walk_lost(walk, "the list of columns");
    const PgQuery__InsertStmt *written =
        tree_of(arena_printf(walk->arena, "INSERT INTO a (%s) VALUES (1)",
                    walk_column_text(walk, target) + 2),
            walk->arena)
            ->insert_stmt;
    tree_append(&insert->cols, &insert->n_cols, written->cols[0], walk->arena);
    walk_insert_after(walk, close - 1, walk_column_text(walk, target));
    return add_all_values(walk, insert->select_stmt->select_stmt, close + 1);
}

/* --- ON CONFLICT ----------------------------------------------------------------------------- */

static bool
index_spans_organizations(const struct unique_index *index, const struct target *target)
{
    return index->relation == target->relation->oid &&
           !name_list_has(&index->columns, target->relation->scope_column);
}

/* `index` is NULL where there is none that the columns could mean. */
static bool
refuse_arbiter(struct walk *walk, const char *index, int position)
{
    if (!index)
        return walk_reject(walk, "conflict-arbiter", position,
            "no unique index has exactly these columns and the tenant column");
    return walk_reject(walk, "conflict-arbiter", position,
        "unique index \"%s\" spans organizations: this could reach another organization's row",
        index);
}

/* No target, or a constraint's name: whatever can be meant must contain the organization. */
static bool
arbiters_check(struct walk *walk, const struct target *target, const char *constraint, int position)
{
    for (int i = 0; i < walk->schema->index_count; i++) {
        const struct unique_index *index = &walk->schema->indexes[i];
        if (index_spans_organizations(index, target) &&
            (!*constraint || strcmp(index->name, constraint) == 0))
            return refuse_arbiter(walk, index->name, position);
    }
    return true;
}

static bool
infers_column(const PgQuery__InferClause *infer, const char *name)
{
    for (size_t i = 0; i < infer->n_index_elems; i++) {
        if (strcmp(infer->index_elems[i]->index_elem->name, name) == 0)
            return true;
    }
    return false;
}

/* The columns of the index are those that are named, besides the organization's. */
static bool
infers_index(
    const PgQuery__InferClause *infer, const struct unique_index *index, const char *scope_column)
{
    if (index->has_expressions)
        return true; /* PostgreSQL compares expressions when a plan is made */

    for (size_t i = 0; i < infer->n_index_elems; i++) {
        const char *name = infer->index_elems[i]->index_elem->name;
        if (!*name || !name_list_has(&index->columns, name))
            return false;
    }
    for (int i = 0; i < index->columns.count; i++) {
        const char *name = index->columns.names[i];
        if (strcmp(name, scope_column) != 0 && !infers_column(infer, name))
            return false;
    }
    return true;
}

/* With the organization's column in the list, only indexes that have it can be inferred. */
static bool
add_to_inferred(struct walk *walk, const struct target *target, PgQuery__InferClause *infer)
{
    const char *scope_column = target->relation->scope_column;
    const char *spanning = NULL;
    bool found = false;
    if (infers_column(infer, scope_column))
        return true;
    for (int i = 0; i < walk->schema->index_count; i++) {
        const struct unique_index *index = &walk->schema->indexes[i];
        if (index->relation != target->relation->oid)
            continue;
        if (index_spans_organizations(index, target)) {
            if (infers_index(infer, index, scope_column))
                spanning = index->name;
        } else {
            found |= infers_index(infer, index, scope_column);
        }
    }
    if (!found)
        return refuse_arbiter(walk, spanning, infer->location);

    const int open = tokens_at(&walk->tokens, infer->location);
    const int close = open < 0 ? -1 : tokens_close(&walk->tokens, open);
    if (close < 0)
        return walk_lost(walk, "the target of ON CONFLICT");
    const PgQuery__InsertStmt *written =
        tree_of(arena_printf(walk->arena, "INSERT INTO a VALUES (1) ON CONFLICT (%s) DO NOTHING",
                    walk_column_text(walk, target) + 2),
            walk->arena)
            ->insert_stmt;
    tree_append(&infer->index_elems, &infer->n_index_elems,
        written->on_conflict_clause->infer->index_elems[0], walk->arena);
    walk_insert_after(walk, close - 1, walk_column_text(walk, target));
    return true;
}

bool
walk_conflict(struct walk *walk, const struct target *target, PgQuery__OnConflictClause *conflict)
{
    static const char *const ends_of_where[] = { "returning", NULL };
    static const char *const words[] = { "do", NULL };
    if (!conflict)
        return true;

    const bool updates = conflict->action == PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE;
    if (updates)
        relation_set_add(&walk->scoped->updated, target->relation, walk->arena);
    if (!walk_is_scoped(walk, target->relation))
        return true;

    PgQuery__InferClause *infer = conflict->infer;
    if (infer && infer->n_index_elems > 0)
        walk->scoped->arbiters_at = infer->location;
    const bool inferred =
        infer && infer->n_index_elems > 0
            ? add_to_inferred(walk, target, infer)
            : arbiters_check(walk, target, infer ? infer->conname : "", conflict->location);
    if (!inferred ||
        !walk_assignments(walk, target, conflict->target_list, conflict->n_target_list))
        return false;
    if (!updates)
        return true;

    const int at = walk_find(walk, tokens_at(&walk->tokens, conflict->location), words);
    if (at < 0)
        return walk_lost(walk, "DO UPDATE");
    return walk_limit(walk, target, &conflict->where_clause, "WHERE", at, ends_of_where);
}

/* --- the statement --------------------------------------------------------------------------- */

bool
walk_insert(struct walk *walk, PgQuery__InsertStmt *insert)
{
    const struct cte *outer = walk->ctes;
    PgQuery__WithClause *with = insert->with_clause;
    PgQuery__RangeVar *name = insert->relation;
    struct target target;
    if (!walk_with(walk, with) || !walk_target(walk, name, "INSERT", &target) ||
        !walk_assignments(walk, &target, insert->cols, insert->n_cols))
        return false;
    const bool is_scoped = walk_is_scoped(walk, target.relation);
    if (is_scoped && insert->n_cols == 0 && insert->select_stmt)
        return walk_reject(walk, "insert-no-column-list", name->location, "name the columns");

    insert->with_clause = NULL; /* these two are done */
    insert->relation = NULL;
    const bool walked = tree_children(&insert->base, walk_message, walk);
    insert->with_clause = with;
    insert->relation = name;
    walk->ctes = outer;
    relation_set_add(&walk->scoped->inserted, target.relation, walk->arena);
    if (!walked || (is_scoped && !add_organization(walk, insert, &target)))
        return false;
    return walk_conflict(walk, &target, insert->on_conflict_clause);
}
