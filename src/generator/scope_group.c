/* GROUP BY a primary key: PostgreSQL lets the table's other columns stand beside it. Of the
 * sub-select in the table's place it does not know the key, so those columns are grouped by too.
 * That makes no other groups: the key decides them. */
#include <string.h>

#include "generator/scope_walk.h"

struct group {
    struct walk *walk;
    PgQuery__SelectStmt *select;
    const struct relation *relation;
    const char *alias;
    bool is_alone; /* in FROM: its columns need no alias before them */
    int last;      /* token of the author's last column */
    struct name_list wanted;
};

static bool
is_column_of(const struct group *group, const PgQuery__ColumnRef *column, const char *name)
{
    const char *last = tree_last_string(column->fields, column->n_fields);
    if (!last || strcmp(last, name) != 0)
        return false;
    return column->n_fields == 1 ||
           (column->n_fields == 2 && strcmp(tree_string(column->fields[0]), group->alias) == 0);
}

/* Without its alias a column may be the merged one of USING. */
static bool
is_grouped(const struct group *group, const char *name)
{
    for (size_t i = 0; i < group->select->n_group_clause; i++) {
        const PgQuery__Node *item = group->select->group_clause[i];
        if (item->node_case == PG_QUERY__NODE__NODE_COLUMN_REF &&
            (item->column_ref->n_fields == 2 || group->is_alone) &&
            is_column_of(group, item->column_ref, name))
            return true;
    }
    return false;
}

static bool
has_primary_key(const struct group *group)
{
    const struct schema *schema = group->walk->schema;
    for (int i = 0; i < schema->index_count; i++) {
        const struct unique_index *index = &schema->indexes[i];
        if (!index->is_primary || index->relation != group->relation->oid)
            continue;
        for (int key = 0; key < index->columns.count; key++) {
            if (!is_grouped(group, index->columns.names[key]))
                return false;
        }
        return true;
    }
    return false;
}

static bool
wanted_collect(ProtobufCMessage *message, void *context)
{
    struct group *group = context;
    if (message->descriptor == &pg_query__column_ref__descriptor) {
        const PgQuery__ColumnRef *column = (PgQuery__ColumnRef *)message;
        const bool is_star =
            column->fields[column->n_fields - 1]->node_case == PG_QUERY__NODE__NODE_A_STAR;
        for (int i = 0; i < group->relation->column_count; i++) {
            const struct column *own = &group->relation->columns[i];
            if ((is_star || is_column_of(group, column, own->name)) &&
                !is_grouped(group, own->name) && !name_list_has(&group->wanted, own->name))
                group->wanted.names[group->wanted.count++] = own->name;
        }
    }
    return tree_children(message, wanted_collect, group);
}

static void
add_columns(struct group *group)
{
    struct walk *walk = group->walk;
    for (int i = 0; i < group->wanted.count; i++) {
        struct buffer text;
        buffer_init(&text, walk->arena, 48);
        BUFFER_LITERAL(&text, ", ");
        sql_identifier(&text, group->alias);
        buffer_character(&text, '.');
        sql_identifier(&text, group->wanted.names[i]);
        walk_insert_after(walk, group->last, text.data);
        tree_append(&group->select->group_clause, &group->select->n_group_clause,
            walk_expression(walk, text.data + 2), walk->arena);
    }
}

static void
from_item(struct group *group, const PgQuery__Node *node)
{
    if (node->node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) {
        from_item(group, node->join_expr->larg);
        from_item(group, node->join_expr->rarg);
    }
    if (node->node_case != PG_QUERY__NODE__NODE_RANGE_VAR)
        return;

    const PgQuery__RangeVar *name = node->range_var;
    group->relation = walk_is_cte(group->walk, name)
                          ? NULL
                          : schema_relation(group->walk->schema, name->schemaname, name->relname);
    group->alias = name->alias ? name->alias->aliasname : name->relname;
    if (!group->relation || (name->alias && name->alias->n_colnames > 0) ||
        !walk_is_scoped(group->walk, group->relation) || !has_primary_key(group))
        return;

    group->wanted.names =
        ARENA_ARRAY(group->walk->arena, group->relation->column_count, const char *);
    group->wanted.count = 0;
    wanted_collect(&group->select->base, group);
    add_columns(group);
}

void
walk_group(struct walk *walk, PgQuery__SelectStmt *select)
{
    struct group group = { .walk = walk,
        .select = select,
        .is_alone = select->n_from_clause == 1 &&
                    select->from_clause[0]->node_case == PG_QUERY__NODE__NODE_RANGE_VAR };
    int first;
    for (size_t i = 0; i < select->n_group_clause; i++) {
        if (select->group_clause[i]->node_case == PG_QUERY__NODE__NODE_GROUPING_SET)
            return;
    }
    const PgQuery__Node *item =
        select->n_group_clause > 0 ? select->group_clause[select->n_group_clause - 1] : NULL;
    if (!item || item->node_case != PG_QUERY__NODE__NODE_COLUMN_REF ||
        !walk_name_tokens(walk, item->column_ref->location, &first, &group.last))
        return;
    for (size_t i = 0; i < select->n_from_clause; i++)
        from_item(&group, select->from_clause[i]);
}
