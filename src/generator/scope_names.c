/* Names inside expressions: functions, types, columns. */
#include <string.h>

#include "generator/scope_walk.h"

/* --- system columns -------------------------------------------------------------------------- */

static bool
is_system_column(const char *name)
{
    static const char *const names[] = { "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid" };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool
refuse_system_column(struct walk *walk, const char *name, int position)
{
    return walk_reject(walk, "system-column", position,
        "%s tells about the table, and not about the organization's rows", name);
}

/* --- functions ------------------------------------------------------------------------------- */

static bool
tells_time(const char *name)
{
    static const char *const names[] = { "now", "clock_timestamp", "statement_timestamp",
        "transaction_timestamp", "timeofday", "age", "random", "gen_random_uuid" };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool
refuse_function(struct walk *walk, const char *name, int position)
{
    return walk_reject(walk, "function-not-allowed", position,
        "function %s is not known to be free of table access", name);
}

bool
walk_function(struct walk *walk, PgQuery__FuncCall *call)
{
    const char *name = tree_last_string(call->funcname, call->n_funcname);
    const char *schema_name = call->n_funcname == 2 ? tree_string(call->funcname[0]) : NULL;
    if (!name || call->n_funcname > 2)
        return refuse_function(walk, "of another database", call->location);
    if (is_system_column(name)) /* ctid(t) is t.ctid */
        return refuse_system_column(walk, name, call->location);

    const char *found = NULL;
    switch (schema_function(walk->schema, schema_name, name, &found)) {
    case FUNCTION_UNKNOWN: /* PostgreSQL says it better */
    case FUNCTION_ALLOWED:
        break;
    case FUNCTION_REFUSED:
        return refuse_function(walk, name, call->location);
    case FUNCTION_OF_PROJECT:
        if (schema_name)
            break;
        PgQuery__Node *written = walk_expression(
            walk, arena_printf(walk->arena, "%s()", sql_qualified(found, name, walk->arena)));
        call->funcname = written->func_call->funcname;
        call->n_funcname = written->func_call->n_funcname;
        struct buffer prefix;
        buffer_init(&prefix, walk->arena, 32);
        sql_identifier(&prefix, found);
        buffer_character(&prefix, '.');
        walk_edit(walk, call->location, 0, prefix.data);
        break;
    }
    walk->scoped->reads_clock |= tells_time(name);
    return true;
}

/* `value.name` calls the function `name` where there is no such column: ('SELECT …'::text).ts_stat
 * reads any table, and so does x.ts_stat where x is a function in FROM. */
static bool
attribute_check(struct walk *walk, const char *name, int position)
{
    const char *found;
    const char *extension = walk->schema->configuration->extension_schema;
    if (schema_function(walk->schema, "pg_catalog", name, &found) == FUNCTION_REFUSED ||
        (extension && schema_function(walk->schema, extension, name, &found) == FUNCTION_REFUSED))
        return refuse_function(walk, name, position);
    return true;
}

/* The parser keeps no place of `.name` behind a parenthesis: its first such place. */
static int
attribute_place(const struct walk *walk, const char *name)
{
    for (int i = 2; i < walk->tokens.count; i++) {
        if (token_is(&walk->tokens, i, name) && token_is(&walk->tokens, i - 1, ".") &&
            (token_is(&walk->tokens, i - 2, ")") || token_is(&walk->tokens, i - 2, "]")))
            return walk->tokens.list[i].start;
    }
    return -1;
}

bool
walk_indirection(struct walk *walk, PgQuery__AIndirection *indirection)
{
    for (size_t i = 0; i < indirection->n_indirection; i++) {
        const char *name = tree_string(indirection->indirection[i]);
        if (name && is_system_column(name)) /* (t).ctid */
            return refuse_system_column(walk, name, attribute_place(walk, name));
        if (name && !attribute_check(walk, name, attribute_place(walk, name)))
            return false;
    }
    return true;
}

bool
walk_value_function(struct walk *walk, PgQuery__SQLValueFunction *function)
{
    switch ((int)function->op) {
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_CATALOG:
        return refuse_function(walk, "current_catalog", function->location);
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_SCHEMA:
        return refuse_function(walk, "current_schema", function->location);
    default:
        walk->scoped->reads_clock = true;
        return true;
    }
}

/* --- columns --------------------------------------------------------------------------------- */

struct namesakes {
    const char *name;
    int count;
};

static bool
count_namesakes(ProtobufCMessage *message, void *context)
{
    struct namesakes *namesakes = context;
    const char *name = NULL;
    if (message->descriptor == &pg_query__alias__descriptor)
        name = ((PgQuery__Alias *)message)->aliasname;
    else if (message->descriptor == &pg_query__range_var__descriptor &&
             !((PgQuery__RangeVar *)message)->alias)
        name = ((PgQuery__RangeVar *)message)->relname;
    namesakes->count += name && strcmp(name, namesakes->name) == 0;
    return tree_children(message, count_namesakes, context);
}

/* Without its schema `public.t.id` would mean the innermost t of the query: there may be one. */
static bool
is_only_one(struct walk *walk, const PgQuery__ColumnRef *column)
{
    struct namesakes namesakes = { .name = tree_string(column->fields[column->n_fields - 2]) };
    if (!namesakes.name)
        return true;

    PgQuery__Node *authors = tree_of(walk->tokens.text, walk->arena);
    count_namesakes(&authors->base, &namesakes);
    return namesakes.count < 2 || walk_reject(walk, "type-error", column->location,
                                      "two relations of this query are called \"%s\", and the "
                                      "schema that tells them apart "
                                      "has to go: give them aliases",
                                      namesakes.name);
}

/* schema.table.column: the sub-select in the table's place has no schema. */
static bool
drop_schema(struct walk *walk, PgQuery__ColumnRef *column)
{
    if (!is_only_one(walk, column))
        return false;

    const size_t extra = column->n_fields - 2;
    const int first = tokens_at(&walk->tokens, column->location);
    const int kept = first + 2 * (int)extra;
    if (walk->silent == 0) {
        if (first < 0 || kept >= walk->tokens.count)
            return walk_lost(walk, "a column's name");
        const int start = walk->tokens.list[first].start;
        walk_edit(walk, start, walk->tokens.list[kept].start - start, "");
    }
    column->fields += extra;
    column->n_fields = 2;
    return true;
}

bool
walk_column(struct walk *walk, PgQuery__ColumnRef *column)
{
    const char *name = tree_last_string(column->fields, column->n_fields);
    if (name && is_system_column(name))
        return refuse_system_column(walk, name, column->location);
    if (name && column->n_fields > 1 && !attribute_check(walk, name, column->location))
        return false;

    return column->n_fields < 3 || drop_schema(walk, column);
}

static bool
is_scope_column(const struct walk *walk, const PgQuery__Node *node)
{
    while (node && node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST)
        node = node->type_cast->arg;
    if (!node || node->node_case != PG_QUERY__NODE__NODE_COLUMN_REF)
        return false;

    const struct configuration *configuration = walk->schema->configuration;
    const char *name = tree_last_string(node->column_ref->fields, node->column_ref->n_fields);
    return name && (strcmp(name, configuration->tenant_column) == 0 ||
                       (configuration->identity_column &&
                           strcmp(name, configuration->identity_column) == 0));
}

struct mentions {
    bool parameter;
    bool column;
};

static bool
mentions_find(ProtobufCMessage *message, void *context)
{
    struct mentions *mentions = context;
    mentions->parameter |= message->descriptor == &pg_query__param_ref__descriptor;
    mentions->column |= message->descriptor == &pg_query__column_ref__descriptor ||
                        message->descriptor == &pg_query__sub_link__descriptor;
    return tree_children(message, mentions_find, context);
}

/* A value that the caller decides: a parameter, or a list or an expression of some. */
static bool
is_parameter(PgQuery__Node *node)
{
    struct mentions mentions = { 0 };
    if (node)
        mentions_find(&node->base, &mentions);
    return mentions.parameter && !mentions.column;
}

/* What a row is compared with, at the same place: a row, or a list of rows. */
static bool
is_parameter_at(PgQuery__Node *node, size_t place)
{
    if (!node)
        return false;
    if (node->node_case == PG_QUERY__NODE__NODE_ROW_EXPR)
        return place < node->row_expr->n_args && is_parameter(node->row_expr->args[place]);
    for (size_t i = 0; node->node_case == PG_QUERY__NODE__NODE_LIST && i < node->list->n_items;
         i++) {
        if (is_parameter_at(node->list->items[i], place))
            return true;
    }
    return false;
}

static bool
compares(const struct walk *walk, const PgQuery__Node *left, PgQuery__Node *right)
{
    if (!left || left->node_case != PG_QUERY__NODE__NODE_ROW_EXPR)
        return is_scope_column(walk, left) && is_parameter(right);
    for (size_t i = 0; i < left->row_expr->n_args; i++) {
        if (is_scope_column(walk, left->row_expr->args[i]) && is_parameter_at(right, i))
            return true;
    }
    return false;
}

static bool
refuse_comparison(struct walk *walk, int position)
{
    return walk_reject(walk, "org-parameter", position,
        "the organization comes from the handle; drop this condition");
}

bool
walk_comparison(struct walk *walk, PgQuery__AExpr *expression)
{
    if (walk->scope == SCOPE_TENANT && (compares(walk, expression->lexpr, expression->rexpr) ||
                                           compares(walk, expression->rexpr, expression->lexpr)))
        return refuse_comparison(walk, expression->location);
    return true;
}

bool
walk_case(struct walk *walk, PgQuery__CaseExpr *expression)
{
    for (size_t i = 0; walk->scope == SCOPE_TENANT && i < expression->n_args; i++) {
        PgQuery__Node *value = expression->args[i]->case_when->expr;
        if (expression->arg &&
            (compares(walk, expression->arg, value) || compares(walk, value, expression->arg)))
            return refuse_comparison(walk, expression->location);
    }
    return true;
}

/* --- types ----------------------------------------------------------------------------------- */

/* The type of a table's rows is no access to its rows; that the table exists is told only to whom
 * it may be told. */
static bool
row_type_check(struct walk *walk, const struct type *type, int position)
{
    if (type->element != 0)
        type = schema_type_by_oid(walk->schema, type->element);
    if (!type || type->kind != 'c')
        return true;

    PgQuery__RangeVar name = PG_QUERY__RANGE_VAR__INIT;
    name.schemaname = (char *)type->schema;
    name.relname = (char *)type->name;
    name.location = position;
    /* PostgreSQL has no composite types of its own but its catalogues' rows. */
    const bool is_catalogue =
        strcmp(type->schema, "pg_catalog") == 0 || strcmp(type->schema, "information_schema") == 0;
    if (!is_catalogue && !schema_relation(walk->schema, type->schema, type->name))
        return true;
    const struct relation *relation = walk_relation(walk, &name);
    if (relation)
        relation_set_add(&walk->scoped->typed, relation, walk->arena);
    return relation != NULL;
}

/* Names of the catalogue that a value becomes: as to_regclass() would tell them. Those of text
 * search are configuration. */
static bool
is_catalogue_type(const char *name)
{
    static const char *const names[] = { "regclass", "regproc", "regprocedure", "regoper",
        "regoperator", "regtype", "regrole", "regnamespace", "regcollation" };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

bool
walk_type(struct walk *walk, PgQuery__TypeName *name)
{
    const char *last = tree_last_string(name->names, name->n_names);
    if (last && is_catalogue_type(last))
        return walk_reject(walk, "function-not-allowed", name->location,
            "a cast to %s looks a name up in the catalogue", last);

    const struct type *type = schema_type(
        walk->schema, name->n_names == 2 ? tree_string(name->names[0]) : NULL, last ? last : "");
    if (!type || name->n_names > 2)
        return true;
    if (!row_type_check(walk, type, name->location))
        return false;
    if (name->n_names != 1 || strcmp(type->schema, "pg_catalog") == 0)
        return true;

    PgQuery__Node *written =
        walk_expression(walk, arena_printf(walk->arena, "NULL::%s",
                                  sql_qualified(type->schema, type->name, walk->arena)));
    name->names = written->type_cast->type_name->names;
    name->n_names = written->type_cast->type_name->n_names;
    struct buffer prefix;
    buffer_init(&prefix, walk->arena, 32);
    sql_identifier(&prefix, type->schema);
    buffer_character(&prefix, '.');
    walk_edit(walk, name->location, 0, prefix.data);
    return true;
}

/* --- collations ------------------------------------------------------------------------------ */

bool
walk_collation(struct walk *walk, PgQuery__CollateClause *clause)
{
    const char *name = clause->n_collname == 1 ? tree_string(clause->collname[0]) : NULL;
    const char *schema_name = name ? schema_of_collation(walk->schema, name) : NULL;
    if (!schema_name)
        return true;

    PgQuery__Node *written = walk_expression(walk,
        arena_printf(walk->arena, "a COLLATE %s", sql_qualified(schema_name, name, walk->arena)));
    clause->collname = written->collate_clause->collname;
    clause->n_collname = written->collate_clause->n_collname;
    const int word = tokens_at(&walk->tokens, clause->location);
    if (word < 0)
        return walk_lost(walk, "a collation");
    struct buffer prefix;
    buffer_init(&prefix, walk->arena, 32);
    BUFFER_LITERAL(&prefix, " ");
    sql_identifier(&prefix, schema_name);
    buffer_character(&prefix, '.');
    walk_insert_after(walk, word, prefix.data);
    return true;
}
