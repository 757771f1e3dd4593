#include "generator/nullness.h"

#include <string.h>

struct found {
    const struct schema *schema;
    /* Relations on a side of an outer join that may have no row. */
    uint32_t *nullable;
    int nullable_count;
    bool has_grouping_sets;
    bool everything; /* in doubt: a WITH query stands there, or there are grouping sets */
};

static bool
is_on_nullable_side(const struct found *found, uint32_t relation)
{
    for (int i = 0; i < found->nullable_count; i++) {
        if (found->nullable[i] == relation)
            return true;
    }
    return found->everything;
}

/* Every relation below may come without a row. */
static bool
mark_nullable(ProtobufCMessage *message, void *context)
{
    struct found *found = context;
    if (message->descriptor == &pg_query__range_var__descriptor) {
        const PgQuery__RangeVar *name = (PgQuery__RangeVar *)message;
        const struct relation *relation =
            *name->schemaname ? schema_relation(found->schema, name->schemaname, name->relname)
                              : NULL;
        if (!relation)
            found->everything = true;
        else if (!is_on_nullable_side(found, relation->oid))
            found->nullable[found->nullable_count++] = relation->oid;
    }
    return tree_children(message, mark_nullable, context);
}

static bool
look_for_outer(ProtobufCMessage *message, void *context)
{
    struct found *found = context;
    if (message->descriptor == &pg_query__grouping_set__descriptor)
        found->everything = found->has_grouping_sets = true;
    if (message->descriptor == &pg_query__join_expr__descriptor) {
        PgQuery__JoinExpr *join = (PgQuery__JoinExpr *)message;
        if (join->jointype != PG_QUERY__JOIN_TYPE__JOIN_INNER &&
            join->jointype != PG_QUERY__JOIN_TYPE__JOIN_LEFT)
            mark_nullable(&join->larg->base, found);
        if (join->jointype != PG_QUERY__JOIN_TYPE__JOIN_INNER &&
            join->jointype != PG_QUERY__JOIN_TYPE__JOIN_RIGHT)
            mark_nullable(&join->rarg->base, found);
    }
    return tree_children(message, look_for_outer, context);
}

/* PostgreSQL's own, of which no other schema has a namesake that could be meant instead. */
static bool
is_one_of(const struct found *found, const PgQuery__FuncCall *call, const char *const *names)
{
    const char *name = tree_last_string(call->funcname, call->n_funcname);
    bool is_listed = false;
    for (; *names && name; names++)
        is_listed |= strcmp(*names, name) == 0;
    for (int i = 0; i < found->schema->function_count && is_listed; i++) {
        const struct function *function = &found->schema->functions[i];
        is_listed =
            strcmp(function->name, name) != 0 || strcmp(function->schema, "pg_catalog") == 0;
    }
    return is_listed;
}

/* A constant stays one in a type of PostgreSQL's; in one of the schema's its check may not. */
static bool
is_cast_of_constant(const struct found *found, const PgQuery__TypeCast *cast)
{
    const PgQuery__TypeName *name = cast->type_name;
    const struct type *type =
        schema_type(found->schema, name->n_names == 2 ? tree_string(name->names[0]) : NULL,
            tree_last_string(name->names, name->n_names));
    return cast->arg->node_case == PG_QUERY__NODE__NODE_A_CONST && !cast->arg->a_const->isnull &&
           type && (strcmp(type->schema, "pg_catalog") == 0 || type->kind == 'e');
}

/* By itself, whatever the rows are. */
static bool
expression_is_not_null(const struct found *found, const PgQuery__Node *node)
{
    static const char *const counts[] = { "count", "row_number", "rank", "dense_rank", NULL };
    static const char *const values[] = { "now", "gen_random_uuid", "clock_timestamp", NULL };
    const int kind = (int)(node ? node->node_case : PG_QUERY__NODE__NODE__NOT_SET);
    if (kind == PG_QUERY__NODE__NODE_FUNC_CALL && is_one_of(found, node->func_call, counts))
        return true;
    if (found->has_grouping_sets)
        return false; /* whatever else is NULL where its set is not grouped by it */

    switch (kind) {
    case PG_QUERY__NODE__NODE_A_CONST:
        return !node->a_const->isnull;
    case PG_QUERY__NODE__NODE_TYPE_CAST:
        return is_cast_of_constant(found, node->type_cast);
    case PG_QUERY__NODE__NODE_SUB_LINK:
        return node->sub_link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK ||
               node->sub_link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK;
    case PG_QUERY__NODE__NODE_NULL_TEST:
        return true;
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
        for (size_t i = 0; i < node->coalesce_expr->n_args; i++) {
            if (expression_is_not_null(found, node->coalesce_expr->args[i]))
                return true;
        }
        return false;
    case PG_QUERY__NODE__NODE_FUNC_CALL:
        return is_one_of(found, node->func_call, values);
    default:
        return false;
    }
}

/* The columns that the statement itself writes down, if each is one column of the answer. */
static size_t
output_list(const PgQuery__Node *tree, PgQuery__Node ***ret_list)
{
    switch ((int)tree->node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
        if (tree->select_stmt->op != PG_QUERY__SET_OPERATION__SETOP_NONE)
            return 0;
        *ret_list = tree->select_stmt->target_list;
        return tree->select_stmt->n_target_list;
    case PG_QUERY__NODE__NODE_INSERT_STMT:
        *ret_list = tree->insert_stmt->returning_list;
        return tree->insert_stmt->n_returning_list;
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
        *ret_list = tree->update_stmt->returning_list;
        return tree->update_stmt->n_returning_list;
    case PG_QUERY__NODE__NODE_DELETE_STMT:
        *ret_list = tree->delete_stmt->returning_list;
        return tree->delete_stmt->n_returning_list;
    default:
        return 0;
    }
}

static bool
has_star(const PgQuery__Node *output)
{
    const PgQuery__Node *value = output->res_target->val;
    PgQuery__Node **last = NULL;
    if (value && value->node_case == PG_QUERY__NODE__NODE_COLUMN_REF)
        last = &value->column_ref->fields[value->column_ref->n_fields - 1];
    else if (value && value->node_case == PG_QUERY__NODE__NODE_A_INDIRECTION)
        last = &value->a_indirection->indirection[value->a_indirection->n_indirection - 1];
    return last && (*last)->node_case == PG_QUERY__NODE__NODE_A_STAR;
}

/* The columns of output_list, if none of them is a star, which is as many as it likes, or none. */
static size_t
plain_outputs(const PgQuery__Node *tree, PgQuery__Node ***ret_list)
{
    const size_t count = output_list(tree, ret_list);
    for (size_t i = 0; i < count; i++) {
        if (has_star((*ret_list)[i]))
            return 0;
    }
    return count;
}

int
output_place(const PgQuery__Node *tree, int column_count, int column)
{
    PgQuery__Node **outputs = NULL;
    return plain_outputs(tree, &outputs) == (size_t)column_count
               ? outputs[column]->res_target->location
               : -1;
}

/* A foreign table's NOT NULL is a hope of whoever declared it. */
static bool
origin_is_not_null(const struct schema *schema, const struct direct_column *column)
{
    const struct relation *relation = schema_relation_by_oid(schema, column->table);
    for (int i = 0; relation && relation->kind != 'f' && i < relation->column_count; i++) {
        if (relation->columns[i].number == column->table_column)
            return relation->columns[i].is_not_null;
    }
    return false;
}

void
nullness_infer(const struct schema *schema, const PgQuery__Node *tree,
    const struct direct_description *description, struct arena *arena, bool *ret_not_null)
{
    struct found found = { .schema = schema };
    PgQuery__Node **outputs = NULL;
    const size_t output_count = plain_outputs(tree, &outputs);
    found.nullable = ARENA_ARRAY(arena, schema->relation_count, uint32_t);
    look_for_outer((ProtobufCMessage *)&tree->base, &found);
    for (int i = 0; i < description->column_count; i++) {
        const struct direct_column *column = &description->columns[i];
        const size_t length = strlen(column->name);
        const char suffix = length > 0 ? column->name[length - 1] : '\0';
        bool not_null =
            !is_on_nullable_side(&found, column->table) && origin_is_not_null(schema, column);
        if (output_count == (size_t)description->column_count &&
            expression_is_not_null(&found, outputs[i]->res_target->val))
            not_null = true;
        if (suffix == '!' || suffix == '?')
            not_null = suffix == '!';
        ret_not_null[i] = not_null;
    }
}
