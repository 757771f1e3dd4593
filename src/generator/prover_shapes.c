#include "generator/prover_shapes.h"

#include <string.h>

bool
prover_fails(struct proof *proof, const char *why, int position)
{
    if (!proof->failure) {
        proof->failure = why;
        proof->position = position;
    }
    return false;
}

static bool
is_string(const PgQuery__Node *node, const char *text)
{
    return node->node_case == PG_QUERY__NODE__NODE_STRING && strcmp(node->string->sval, text) == 0;
}

/* $1::T */
bool
prover_is_organization(const struct proof *proof, const PgQuery__Node *node)
{
    if (!node || node->node_case != PG_QUERY__NODE__NODE_TYPE_CAST)
        return false;
    const PgQuery__TypeCast *cast = node->type_cast;
    if (cast->arg->node_case != PG_QUERY__NODE__NODE_PARAM_REF || cast->arg->param_ref->number != 1)
        return false;

    const PgQuery__TypeName *type = cast->type_name;
    if (type->n_names != proof->type->n_names || type->n_array_bounds > 0 || type->setof ||
        type->n_typmods != proof->type->n_typmods)
        return false;
    for (size_t i = 0; i < type->n_names; i++) {
        if (!is_string(type->names[i], proof->type->names[i]->string->sval))
            return false;
    }
    return true;
}

/* "alias"."column" = $1::T */
static bool
is_predicate(const struct proof *proof, const PgQuery__Node *node, const char *alias,
    const struct relation *relation)
{
    if (!node || node->node_case != PG_QUERY__NODE__NODE_A_EXPR)
        return false;
    const PgQuery__AExpr *equals = node->a_expr;
    if (equals->kind != PG_QUERY__A__EXPR__KIND__AEXPR_OP || equals->n_name != 1 ||
        !is_string(equals->name[0], "=") || !equals->lexpr ||
        equals->lexpr->node_case != PG_QUERY__NODE__NODE_COLUMN_REF)
        return false;

    const PgQuery__ColumnRef *column = equals->lexpr->column_ref;
    return column->n_fields == 2 && is_string(column->fields[0], alias) &&
           is_string(column->fields[1], relation->scope_column) &&
           prover_is_organization(proof, equals->rexpr);
}

/* The predicate, alone or as one of those that must all hold. */
bool
prover_requires(const struct proof *proof, const PgQuery__Node *condition, const char *alias,
    const struct relation *relation)
{
    if (condition && condition->node_case == PG_QUERY__NODE__NODE_BOOL_EXPR &&
        condition->bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR) {
        for (size_t i = 0; i < condition->bool_expr->n_args; i++) {
            if (is_predicate(proof, condition->bool_expr->args[i], alias, relation))
                return true;
        }
        return false;
    }
    return is_predicate(proof, condition, alias, relation);
}

static bool
is_star(const PgQuery__Node *node)
{
    if (node->node_case != PG_QUERY__NODE__NODE_RES_TARGET || *node->res_target->name ||
        node->res_target->n_indirection > 0 || !node->res_target->val ||
        node->res_target->val->node_case != PG_QUERY__NODE__NODE_COLUMN_REF)
        return false;
    const PgQuery__ColumnRef *column = node->res_target->val->column_ref;
    return column->n_fields == 1 && column->fields[0]->node_case == PG_QUERY__NODE__NODE_A_STAR;
}

/* `SELECT * FROM schema.table WHERE P(table)` and not one clause more. */
bool
prover_is_guard(const struct proof *proof, const PgQuery__RangeSubselect *range)
{
    if (!range->subquery || range->subquery->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
        return false;
    const PgQuery__SelectStmt *select = range->subquery->select_stmt;
    if (select->n_distinct_clause || select->into_clause || select->n_group_clause ||
        select->group_distinct || select->having_clause || select->n_window_clause ||
        select->n_values_lists || select->n_sort_clause || select->limit_offset ||
        select->limit_count || select->n_locking_clause || select->with_clause || select->larg ||
        select->rarg || select->all || select->op != PG_QUERY__SET_OPERATION__SETOP_NONE)
        return false;
    if (select->n_target_list != 1 || !is_star(select->target_list[0]) ||
        select->n_from_clause != 1 ||
        select->from_clause[0]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR)
        return false;

    const PgQuery__RangeVar *name = select->from_clause[0]->range_var;
    if (name->alias || *name->catalogname || !*name->schemaname)
        return false;
    const struct relation *relation =
        schema_relation(proof->schema, name->schemaname, name->relname);
    return relation && relation->scope_column && relation->class != CLASS_CROSS_ORG &&
           is_predicate(proof, select->where_clause, name->relname, relation);
}
