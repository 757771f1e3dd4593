#include "generator/nullness.h"

#include <string.h>

struct found {
    const struct schema *schema;
    /* Relations on a side of an outer join that may have no row. */
    uint32_t *nullable;
    int nullable_count;
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
        found->everything = true;
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

static bool
expression_is_not_null(const PgQuery__Node *node)
{
    static const char *const functions[] = { "count", "row_number", "rank", "dense_rank", "now",
        "gen_random_uuid", "clock_timestamp" };
    switch ((int)(node ? node->node_case : PG_QUERY__NODE__NODE__NOT_SET)) {
    case PG_QUERY__NODE__NODE_A_CONST:
        return !node->a_const->isnull;
    case PG_QUERY__NODE__NODE_TYPE_CAST:
        return node->type_cast->arg->node_case == PG_QUERY__NODE__NODE_A_CONST &&
               expression_is_not_null(node->type_cast->arg);
    case PG_QUERY__NODE__NODE_SUB_LINK:
        return node->sub_link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK ||
               node->sub_link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK;
    case PG_QUERY__NODE__NODE_NULL_TEST:
        return true;
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
        for (size_t i = 0; i < node->coalesce_expr->n_args; i++) {
            if (expression_is_not_null(node->coalesce_expr->args[i]))
                return true;
        }
        return false;
    case PG_QUERY__NODE__NODE_FUNC_CALL:
        for (size_t i = 0; i < COUNT_OF(functions); i++) {
            if (strcmp(functions[i],
                    tree_last_string(node->func_call->funcname, node->func_call->n_funcname)) == 0)
                return true;
        }
        return false;
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
origin_is_not_null(const struct schema *schema, const struct direct_column *column)
{
    const struct relation *relation = schema_relation_by_oid(schema, column->table);
    for (int i = 0; relation && i < relation->column_count; i++) {
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
    const size_t output_count = output_list(tree, &outputs);
    found.nullable = ARENA_ARRAY(arena, schema->relation_count, uint32_t);
    look_for_outer((ProtobufCMessage *)&tree->base, &found);
    for (int i = 0; i < description->column_count; i++) {
        const struct direct_column *column = &description->columns[i];
        const size_t length = strlen(column->name);
        const char suffix = length > 0 ? column->name[length - 1] : '\0';
        bool not_null =
            !is_on_nullable_side(&found, column->table) && origin_is_not_null(schema, column);
        if (output_count == (size_t)description->column_count &&
            expression_is_not_null(outputs[i]->res_target->val))
            not_null = true;
        if (suffix == '!' || suffix == '?')
            not_null = suffix == '!';
        ret_not_null[i] = not_null;
    }
}
