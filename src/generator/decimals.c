#include "generator/decimals.h"

#include <string.h>

enum { NO_SCALE = -1 };

/* What is found of one parameter. */
struct evidence {
    int uses;
    int agreeing;
    int scale; /* NO_SCALE: none yet */
    bool differs;
};

struct search {
    const struct schema *schema;
    const struct relation **relations; /* that the statement names */
    int relation_count;
    struct evidence *parameters; /* by number, from 1 */
    int parameter_count;
};

static bool
collect_relations(ProtobufCMessage *message, void *context)
{
    struct search *search = context;
    if (message->descriptor == &pg_query__range_var__descriptor) {
        const PgQuery__RangeVar *name = (PgQuery__RangeVar *)message;
        const struct relation *relation =
            *name->schemaname ? schema_relation(search->schema, name->schemaname, name->relname)
                              : NULL;
        for (int i = 0; i < search->relation_count && relation; i++) {
            if (search->relations[i] == relation)
                relation = NULL;
        }
        if (relation)
            search->relations[search->relation_count++] = relation;
    }
    return tree_children(message, collect_relations, search);
}

/* Of a column by that name, whichever relation of the statement it is; NO_SCALE if they differ. */
static int
column_scale(const struct search *search, const char *name)
{
    int scale = NO_SCALE;
    if (!name)
        return NO_SCALE; /* t.*: a whole row */
    for (int i = 0; i < search->relation_count; i++) {
        const struct column *column = relation_column(search->relations[i], name);
        struct value_type type;
        if (!column)
            continue;
        if (!value_type_of(search->schema, column->type, column->modifier, false, &type) ||
            type.kind != VALUE_DECIMAL || (scale != NO_SCALE && scale != type.scale))
            return NO_SCALE;
        scale = type.scale;
    }
    return scale;
}

static void
note(struct search *search, const PgQuery__Node *value, int scale)
{
    if (!value || value->node_case != PG_QUERY__NODE__NODE_PARAM_REF || scale == NO_SCALE)
        return;
    struct evidence *evidence = &search->parameters[value->param_ref->number];
    evidence->differs |= evidence->scale != NO_SCALE && evidence->scale != scale;
    evidence->scale = scale;
    evidence->agreeing++;
}

/* `total >= $2`, `total = ANY($2)`, `total BETWEEN $2 AND $3` */
static void
note_pair(struct search *search, const PgQuery__Node *left, const PgQuery__Node *right)
{
    const PgQuery__Node *sides[] = { left, right };
    for (int side = 0; side < 2; side++) {
        const PgQuery__Node *column = sides[side];
        const PgQuery__Node *other = sides[1 - side];
        if (!column || !other || column->node_case != PG_QUERY__NODE__NODE_COLUMN_REF)
            continue;
        const int scale = column_scale(
            search, tree_last_string(column->column_ref->fields, column->column_ref->n_fields));
        note(search, other, scale);
        for (size_t i = 0;
             other->node_case == PG_QUERY__NODE__NODE_LIST && i < other->list->n_items; i++)
            note(search, other->list->items[i], scale);
    }
}

static bool
is_row(const PgQuery__Node *node)
{
    return node && node->node_case == PG_QUERY__NODE__NODE_ROW_EXPR;
}

/* Of rows each member beside its own: `(total, id) < ($2, $3)`. */
static void
note_comparison(struct search *search, const PgQuery__AExpr *expression)
{
    static const char *const operators[] = { "=", "<>", "!=", "<", ">", "<=", ">=", "BETWEEN",
        "NOT BETWEEN" };
    const char *name = tree_last_string(expression->name, expression->n_name);
    bool compares = false;
    for (size_t i = 0; i < COUNT_OF(operators) && name; i++)
        compares |= strcmp(operators[i], name) == 0;
    if (!compares)
        return;

    if (!is_row(expression->lexpr) || !is_row(expression->rexpr)) {
        note_pair(search, expression->lexpr, expression->rexpr);
        return;
    }
    const PgQuery__RowExpr *left = expression->lexpr->row_expr;
    const PgQuery__RowExpr *right = expression->rexpr->row_expr;
    for (size_t i = 0; i < left->n_args && i < right->n_args; i++)
        note_pair(search, left->args[i], right->args[i]);
}

static int
target_scale(const struct search *search, const PgQuery__RangeVar *name, const char *column_name)
{
    const struct relation *relation =
        schema_relation(search->schema, name->schemaname, name->relname);
    const struct column *column =
        relation && column_name ? relation_column(relation, column_name) : NULL;
    struct value_type type;
    return column && value_type_of(search->schema, column->type, column->modifier, false, &type) &&
                   type.kind == VALUE_DECIMAL
               ? type.scale
               : NO_SCALE;
}

static void
note_insert(struct search *search, const PgQuery__InsertStmt *insert)
{
    const PgQuery__SelectStmt *source =
        insert->select_stmt && insert->select_stmt->node_case == PG_QUERY__NODE__NODE_SELECT_STMT
            ? insert->select_stmt->select_stmt
            : NULL;
    for (size_t i = 0; source && i < insert->n_cols; i++) {
        const int scale = target_scale(search, insert->relation, insert->cols[i]->res_target->name);
        for (size_t row = 0; row < source->n_values_lists; row++) {
            const PgQuery__List *values = source->values_lists[row]->list;
            if (i < values->n_items)
                note(search, values->items[i], scale);
        }
        if (source->n_values_lists == 0 && i < source->n_target_list)
            note(search, source->target_list[i]->res_target->val, scale);
    }
}

static bool
collect_evidence(ProtobufCMessage *message, void *context)
{
    struct search *search = context;
    if (message->descriptor == &pg_query__param_ref__descriptor) {
        search->parameters[((PgQuery__ParamRef *)message)->number].uses++;
    } else if (message->descriptor == &pg_query__a__expr__descriptor) {
        note_comparison(search, (PgQuery__AExpr *)message);
    } else if (message->descriptor == &pg_query__insert_stmt__descriptor) {
        note_insert(search, (PgQuery__InsertStmt *)message);
    } else if (message->descriptor == &pg_query__update_stmt__descriptor) {
        const PgQuery__UpdateStmt *update = (PgQuery__UpdateStmt *)message;
        for (size_t i = 0; i < update->n_target_list; i++)
            note(search, update->target_list[i]->res_target->val,
                target_scale(search, update->relation, update->target_list[i]->res_target->name));
    } else if (message->descriptor == &pg_query__type_cast__descriptor) {
        const PgQuery__TypeCast *cast = (PgQuery__TypeCast *)message;
        const PgQuery__TypeName *type = cast->type_name;
        const char *name = tree_last_string(type->names, type->n_names);
        if (name && strcmp(name, "numeric") == 0 && type->n_typmods == 2 &&
            type->typmods[0]->node_case == PG_QUERY__NODE__NODE_A_CONST &&
            type->typmods[0]->a_const->ival &&
            type->typmods[1]->node_case == PG_QUERY__NODE__NODE_A_CONST &&
            type->typmods[1]->a_const->ival && type->typmods[0]->a_const->ival->ival <= 18)
            note(search, cast->arg, type->typmods[1]->a_const->ival->ival);
    }
    return tree_children(message, collect_evidence, search);
}

void
decimals_infer(const struct schema *schema, struct compiled *compiled, struct arena *arena)
{
    const struct query *query = compiled->query;
    struct search search = { .schema = schema,
        .relations = ARENA_ARRAY(arena, schema->relation_count, const struct relation *),
        .parameter_count = compiled->parameter_type_count };
    ProtobufCMessage *tree = (ProtobufCMessage *)&compiled->scoped.tree->base;
    search.parameters = ARENA_ARRAY(arena, search.parameter_count + 2, struct evidence);
    for (int i = 0; i < search.parameter_count + 2; i++)
        search.parameters[i].scale = NO_SCALE;
    collect_relations(tree, &search);
    collect_evidence(tree, &search);
    for (int i = 0; i < compiled->parameter_count; i++) {
        struct value_type *type = &compiled->parameters[i].type;
        const struct evidence *evidence = &search.parameters[query->first_parameter + i];
        if (type->kind != VALUE_PLAIN || strcmp(type->name, "numeric") != 0 || evidence->differs ||
            evidence->scale == NO_SCALE || evidence->agreeing != evidence->uses)
            continue;
        type->kind = VALUE_DECIMAL;
        type->name = "decimal";
        type->scale = evidence->scale;
        type->is_inferred = true;
    }
}

/* --- among queries --------------------------------------------------------------------------- */

static bool
is_numeric(const struct value_type *type)
{
    return type->is_inferred || strcmp(type->name, "numeric") == 0;
}

static void
make_numeric(struct project *project, const char *name)
{
    for (int q = 0; q < project->query_count; q++) {
        struct compiled *compiled = &project->queries[q];
        for (int i = 0; i < compiled->parameter_count; i++) {
            struct value_type *type = &compiled->parameters[i].type;
            if (strcmp(compiled->parameters[i].name, name) == 0 && type->is_inferred) {
                type->kind = VALUE_PLAIN;
                type->name = "numeric";
                type->scale = 0;
                type->is_inferred = false;
            }
        }
    }
}

static void
agree(struct project *project, const struct parameter_value *value)
{
    for (int q = 0; q < project->query_count && value->type.is_inferred; q++) {
        const struct compiled *compiled = &project->queries[q];
        for (int i = 0; i < compiled->parameter_count; i++) {
            const struct parameter_value *other = &compiled->parameters[i];
            if (strcmp(other->name, value->name) == 0 && is_numeric(&other->type) &&
                !value_type_equal(&other->type, &value->type))
                make_numeric(project, value->name);
        }
    }
}

void
decimals_agree(struct project *project)
{
    for (int q = 0; q < project->query_count; q++) {
        for (int i = 0; i < project->queries[q].parameter_count; i++)
            agree(project, &project->queries[q].parameters[i]);
    }
}
