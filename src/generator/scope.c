#include <string.h>

#include "generator/scope_walk.h"

bool
walk_reject(struct walk *walk, const char *reason, int position, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = arena_vprintf(walk->arena, format, arguments);
    va_end(arguments);
    return reject(walk->rejection, walk->arena, reason, position, "%s", message);
}

bool
walk_lost(struct walk *walk, const char *what)
{
    return walk_reject(walk, "splice", -1,
        "the place of %s was not found; this is a tenantry bug, and nothing was generated", what);
}

void
walk_edit(struct walk *walk, int at, int remove, const char *text)
{
    if (walk->silent == 0)
        edits_add(&walk->edits, at, remove, text);
}

void
walk_insert_after(struct walk *walk, int token, const char *text)
{
    walk_edit(walk, walk->tokens.list[token].end, 0, text);
}

void
relation_set_add(struct relation_set *set, const struct relation *relation, struct arena *arena)
{
    for (int i = 0; i < set->count; i++) {
        if (set->list[i] == relation)
            return;
    }
    const struct relation **longer = ARENA_ARRAY(arena, set->count + 1, const struct relation *);
    if (set->count > 0)
        memcpy(longer, set->list, (size_t)set->count * sizeof *longer);
    longer[set->count++] = relation;
    set->list = longer;
}

/* --- the walk -------------------------------------------------------------------------------- */

bool
walk_node(struct walk *walk, PgQuery__Node *node)
{
    return !node || walk_message(&node->base, walk);
}

/* The names of WITH hide tables from here to the end of the statement; its caller restores them. */
bool
walk_with(struct walk *walk, PgQuery__WithClause *with)
{
    if (!with)
        return true;

    for (size_t i = 0; i < with->n_ctes && with->recursive; i++) {
        struct cte *cte = ARENA_NEW(walk->arena, struct cte);
        *cte = (struct cte){ with->ctes[i]->common_table_expr->ctename, walk->ctes };
        walk->ctes = cte;
    }
    for (size_t i = 0; i < with->n_ctes; i++) {
        PgQuery__CommonTableExpr *expression = with->ctes[i]->common_table_expr;
        if (!tree_children(&expression->base, walk_message, walk))
            return false;
        if (with->recursive)
            continue;

        struct cte *cte = ARENA_NEW(walk->arena, struct cte);
        *cte = (struct cte){ expression->ctename, walk->ctes };
        walk->ctes = cte;
    }
    return true;
}

/* `TABLE x` has no FROM that could take a sub-select. */
static bool
table_command(struct walk *walk, PgQuery__SelectStmt *select)
{
    if (select->n_from_clause != 1 ||
        select->from_clause[0]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR)
        return true;

    int first;
    int last;
    if (!walk_name_tokens(walk, select->from_clause[0]->range_var->location, &first, &last))
        return true;
    if (token_is(&walk->tokens, first - 1, "only"))
        first--;
    if (first > 0 && token_is(&walk->tokens, first - 1, "table")) {
        const struct token *table = &walk->tokens.list[first - 1];
        walk_edit(walk, table->start, table->end - table->start, "SELECT * FROM");
    }
    return true;
}

struct lock {
    struct walk *walk;
    const char *alias; /* NULL: every relation */
    int position;      /* of the view in whose text this is; -1: in none */
};

static bool lock_check(ProtobufCMessage *message, void *context);

/* A lock on a view's rows is one on those of the tables behind it. */
static bool
lock_view_check(const struct lock *lock, const struct relation *view, int position)
{
    struct lock all = { .walk = lock->walk, .position = position };
    const char *message;
    int ignored;
    PgQuery__ParseResult *parsed = tree_parse(view->view_text, all.walk->arena, &message, &ignored);
    if (!parsed || parsed->n_stmts != 1)
        return true; /* its body is refused */
    PgQuery__SelectStmt *select = parsed->stmts[0]->stmt->select_stmt;
    for (size_t i = 0; i < select->n_from_clause; i++) {
        if (!lock_check(&select->from_clause[i]->base, &all))
            return false;
    }
    return true;
}

/* A lock on a row that every organization reads would be noticed by the others. */
static bool
lock_check(ProtobufCMessage *message, void *context)
{
    struct lock *lock = context;
    if (message->descriptor == &pg_query__sub_link__descriptor)
        return true;
    if (message->descriptor == &pg_query__range_subselect__descriptor && lock->alias) {
        const PgQuery__Alias *alias = ((PgQuery__RangeSubselect *)message)->alias;
        struct lock all = { .walk = lock->walk, .position = lock->position };
        return !alias || strcmp(alias->aliasname, lock->alias) != 0 ||
               tree_children(message, lock_check, &all);
    }
    if (message->descriptor == &pg_query__range_var__descriptor) {
        const PgQuery__RangeVar *name = (PgQuery__RangeVar *)message;
        const char *alias = name->alias ? name->alias->aliasname : name->relname;
        const struct relation *relation =
            schema_relation(lock->walk->schema, name->schemaname, name->relname);
        const int position = lock->position < 0 ? name->location : lock->position;
        const bool is_locked =
            !walk_is_cte(lock->walk, name) && (!lock->alias || strcmp(lock->alias, alias) == 0);
        if (relation && relation->kind == 'v' && is_locked)
            return lock_view_check(lock, relation, position);
        if (relation && relation->class == CLASS_GLOBAL && is_locked)
            return walk_reject(lock->walk, "global-write", position,
                "\"%s\" belongs to every organization: a tenant cannot lock its rows",
                relation->name);
    }
    return tree_children(message, lock_check, context);
}

static bool
locks_check(struct walk *walk, const PgQuery__SelectStmt *select)
{
    for (size_t i = 0; i < select->n_locking_clause; i++) {
        const PgQuery__LockingClause *clause = select->locking_clause[i]->locking_clause;
        walk->scoped->locks = true;
        for (size_t name = 0; name < clause->n_locked_rels || name == 0; name++) {
            struct lock lock = { .walk = walk, .position = -1 };
            if (clause->n_locked_rels > 0)
                lock.alias = clause->locked_rels[name]->range_var->relname;
            for (size_t from = 0; from < select->n_from_clause; from++) {
                if (walk->scope == SCOPE_TENANT &&
                    !lock_check(&select->from_clause[from]->base, &lock))
                    return false;
            }
        }
    }
    return true;
}

static bool
walk_select(struct walk *walk, PgQuery__SelectStmt *select)
{
    const struct cte *outer = walk->ctes;
    if (select->into_clause)
        return walk_reject(walk, "select-into",
            select->into_clause->rel ? select->into_clause->rel->location : -1,
            "SELECT INTO creates a table");
    if (!walk_with(walk, select->with_clause) || !table_command(walk, select) ||
        !locks_check(walk, select))
        return false;
    walk_group(walk, select);

    PgQuery__WithClause *with = select->with_clause;
    select->with_clause = NULL; /* done */
    const bool walked = tree_children(&select->base, walk_message, walk);
    select->with_clause = with;
    walk->ctes = outer;
    return walked;
}

/* The source is in the tree once for each column, and in the text once. */
static bool
walk_multi_assign(struct walk *walk, PgQuery__MultiAssignRef *assign)
{
    walk->silent += assign->colno > 1;
    const bool walked = walk_node(walk, assign->source);
    walk->silent -= assign->colno > 1;
    return walked;
}

/* The parser keeps no place of it. */
static bool
current_of_reject(struct walk *walk)
{
    int at = 0;
    while (at + 1 < walk->tokens.count &&
           !(token_is(&walk->tokens, at, "current") && token_is(&walk->tokens, at + 1, "of")))
        at++;
    return walk_reject(walk, "current-of", walk->tokens.list[at].start,
        "WHERE CURRENT OF: there are no cursors in a tenant query");
}

bool
walk_message(ProtobufCMessage *message, void *context)
{
    struct walk *walk = context;
    const ProtobufCMessageDescriptor *kind = message->descriptor;
    if (kind == &pg_query__node__descriptor &&
        ((PgQuery__Node *)message)->node_case == PG_QUERY__NODE__NODE_RANGE_VAR)
        return walk_read(walk, (PgQuery__Node *)message);
    if (kind == &pg_query__range_var__descriptor)
        return walk_reject(walk, "statement-kind", ((PgQuery__RangeVar *)message)->location,
            "a relation cannot stand here in a tenant query");
    if (kind == &pg_query__select_stmt__descriptor)
        return walk_select(walk, (PgQuery__SelectStmt *)message);
    if (kind == &pg_query__insert_stmt__descriptor)
        return walk_insert(walk, (PgQuery__InsertStmt *)message);
    if (kind == &pg_query__update_stmt__descriptor)
        return walk_update(walk, (PgQuery__UpdateStmt *)message);
    if (kind == &pg_query__delete_stmt__descriptor)
        return walk_delete(walk, (PgQuery__DeleteStmt *)message);
    if (kind == &pg_query__merge_stmt__descriptor)
        return walk_merge(walk, (PgQuery__MergeStmt *)message);
    if (kind == &pg_query__locking_clause__descriptor)
        return true; /* names aliases */
    if (kind == &pg_query__multi_assign_ref__descriptor)
        return walk_multi_assign(walk, (PgQuery__MultiAssignRef *)message);
    if (kind == &pg_query__range_table_sample__descriptor)
        return walk_reject(walk, "tablesample", ((PgQuery__RangeTableSample *)message)->location,
            "TABLESAMPLE counts the rows of every organization");
    if (kind == &pg_query__current_of_expr__descriptor)
        return current_of_reject(walk);

    bool allowed = true;
    if (kind == &pg_query__func_call__descriptor)
        allowed = walk_function(walk, (PgQuery__FuncCall *)message);
    else if (kind == &pg_query__column_ref__descriptor)
        allowed = walk_column(walk, (PgQuery__ColumnRef *)message);
    else if (kind == &pg_query__type_name__descriptor)
        allowed = walk_type(walk, (PgQuery__TypeName *)message);
    else if (kind == &pg_query__a__indirection__descriptor)
        allowed = walk_indirection(walk, (PgQuery__AIndirection *)message);
    else if (kind == &pg_query__a__expr__descriptor)
        allowed = walk_comparison(walk, (PgQuery__AExpr *)message);
    else if (kind == &pg_query__case_expr__descriptor)
        allowed = walk_case(walk, (PgQuery__CaseExpr *)message);
    else if (kind == &pg_query__collate_clause__descriptor)
        allowed = walk_collation(walk, (PgQuery__CollateClause *)message);
    else if (kind == &pg_query__sqlvalue_function__descriptor)
        allowed = walk_value_function(walk, (PgQuery__SQLValueFunction *)message);
    return allowed && tree_children(message, walk_message, walk);
}

enum {
    MAXIMUM_NESTING = 4000, /* what the parser's and our recursion bear with a stack of 8 MB */
};

/* --- entry ----------------------------------------------------------------------------------- */

static bool
statement_kind_check(struct walk *walk, const PgQuery__Node *statement)
{
    switch ((int)statement->node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
        return true;
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_MERGE_STMT:
        if (walk->scope != SCOPE_CROSS_ORG)
            return true;
        return walk_reject(walk, "statement-kind", 0, "a cross-org query is SELECT");
    default:
        return walk_reject(
            walk, "statement-kind", 0, "a tenant query is SELECT, INSERT, UPDATE, DELETE or MERGE");
    }
}

/* The scanner splits U&"…" in three, and the parser then reads another name than PostgreSQL. */
static bool
escapes_check(struct walk *walk)
{
    for (int i = 0; i < walk->tokens.count; i++) {
        if (token_is_escaped(&walk->tokens, i))
            return walk_reject(walk, "syntax", walk->tokens.list[i].start,
                "U& escapes are not taken: write the character itself");
    }
    return true;
}

/* The edited text must say exactly what the changed tree says. */
static bool
splice_check(struct walk *walk, PgQuery__Node *statement, const char *text)
{
    const char *message;
    int position;
    PgQuery__ParseResult *again = text ? tree_parse(text, walk->arena, &message, &position) : NULL;
    if (!again || again->n_stmts != 1 ||
        !tree_equal(&again->stmts[0]->stmt->base, &statement->base))
        return walk_reject(walk, "splice", -1,
            "the scoped text is not what was meant; this is a tenantry bug, and nothing was "
            "generated");
    return true;
}

/* Where the first token at or behind a place begins. */
static int
tokens_from(const struct tokens *tokens, int position)
{
    for (int i = 0; i < tokens->count; i++) {
        if (tokens->list[i].start >= position)
            return tokens->list[i].start;
    }
    return 0;
}

bool
scope_text(const struct schema *schema, enum query_scope scope, const char *text,
    struct arena *arena, struct scoped *scoped, struct rejection *rejection)
{
    struct walk walk = { .schema = schema,
        .scope = scope,
        .arena = arena,
        .edits = { .arena = arena },
        .scoped = scoped,
        .rejection = rejection };
    const char *message = "";
    int position = 0;
    scoped->arbiters_at = -1;
    if (!tokens_scan(text, arena, &walk.tokens, &message, &position))
        return walk_reject(&walk, "syntax", position, "%s", message);
    if (tokens_nest_deeper_than(&walk.tokens, MAXIMUM_NESTING, arena))
        return walk_reject(&walk, "syntax", 0,
            "the statement is nested too deeply: a long chain of operators is a tree as high");
    if (!escapes_check(&walk))
        return false;
    PgQuery__ParseResult *result = tree_parse(text, arena, &message, &position);
    if (!result)
        return walk_reject(&walk, "syntax", position, "%s", message);
    if (result->n_stmts != 1)
        return walk_reject(&walk, "multiple-statements",
            result->n_stmts > 1 ? tokens_from(&walk.tokens, result->stmts[1]->stmt_location) : 0,
            "one query, one statement");

    PgQuery__Node *statement = result->stmts[0]->stmt;
    if (!statement_kind_check(&walk, statement) || !walk_node(&walk, statement))
        return false;

    scoped->text = edits_apply(&walk.edits, text, arena);
    scoped->tree = statement;
    return splice_check(&walk, statement, scoped->text);
}
