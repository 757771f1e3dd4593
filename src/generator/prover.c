#include "generator/prover.h"

#include <pg_query.h>
#include <stdint.h>
#include <string.h>

#include "generator/prover_shapes.h"

/* --- relations ------------------------------------------------------------------------------- */

/* A name in FROM that is not in a guard. */
static bool
prove_name(struct proof *proof, const PgQuery__RangeVar *name)
{
    if (!*name->schemaname) {
        for (size_t i = 0; i < proof->cte_count; i++) {
            if (strcmp(proof->ctes[i], name->relname) == 0)
                return true;
        }
        return prover_fails(
            proof, "an unqualified name is no WITH query that is seen there", name->location);
    }

    const struct relation *relation =
        *name->catalogname ? NULL : schema_relation(proof->schema, name->schemaname, name->relname);
    if (!relation || relation->class != CLASS_GLOBAL || relation->kind == 'm')
        return prover_fails(proof, "a relation is read without its organization", name->location);
    return true;
}

static const struct relation *
prove_target(struct proof *proof, const PgQuery__RangeVar *name)
{
    const struct relation *relation =
        name && *name->schemaname && !*name->catalogname
            ? schema_relation(proof->schema, name->schemaname, name->relname)
            : NULL;
    if (relation && relation->scope_column)
        return relation;

    prover_fails(
        proof, "a relation is written without its organization", name ? name->location : -1);
    return NULL;
}

static const char *
alias_of(const PgQuery__RangeVar *name)
{
    return name->alias ? name->alias->aliasname : name->relname;
}

static bool
assigns(PgQuery__Node *const *list, size_t count, const char *column)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i]->node_case != PG_QUERY__NODE__NODE_RES_TARGET ||
            strcmp(list[i]->res_target->name, column) == 0)
            return true;
    }
    return false;
}

static bool
prove_change(struct proof *proof, const PgQuery__RangeVar *name, const PgQuery__Node *condition,
    PgQuery__Node *const *list, size_t count)
{
    const struct relation *relation = prove_target(proof, name);
    if (!relation)
        return false;
    if (!prover_requires(proof, condition, alias_of(name), relation))
        return prover_fails(proof, "rows are changed without their organization", name->location);
    if (assigns(list, count, relation->scope_column))
        return prover_fails(proof, "the organization's column is assigned", name->location);
    return true;
}

/* --- INSERT ---------------------------------------------------------------------------------- */

static bool
columns_end_with_organization(
    PgQuery__Node *const *columns, size_t count, const struct relation *relation)
{
    if (count == 0 || assigns(columns, count - 1, relation->scope_column))
        return false;
    const PgQuery__ResTarget *last = columns[count - 1]->res_target;
    return last && last->n_indirection == 0 && strcmp(last->name, relation->scope_column) == 0;
}

static bool
values_end_with_organization(const struct proof *proof, const PgQuery__SelectStmt *select)
{
    if (!select)
        return false;
    if (select->op != PG_QUERY__SET_OPERATION__SETOP_NONE)
        return values_end_with_organization(proof, select->larg) &&
               values_end_with_organization(proof, select->rarg);
    for (size_t i = 0; i < select->n_values_lists; i++) {
        const PgQuery__List *row = select->values_lists[i]->list;
        if (row->n_items == 0 || !prover_is_organization(proof, row->items[row->n_items - 1]))
            return false;
    }
    if (select->n_values_lists > 0)
        return true;
    if (select->n_target_list == 0)
        return false;
    const PgQuery__Node *last = select->target_list[select->n_target_list - 1];
    return last->node_case == PG_QUERY__NODE__NODE_RES_TARGET &&
           prover_is_organization(proof, last->res_target->val);
}

static bool
infers_organization(const PgQuery__InferClause *infer, const struct relation *relation)
{
    for (size_t i = 0; i < infer->n_index_elems; i++) {
        const PgQuery__Node *element = infer->index_elems[i];
        if (element->node_case == PG_QUERY__NODE__NODE_INDEX_ELEM &&
            strcmp(element->index_elem->name, relation->scope_column) == 0)
            return true;
    }
    return false;
}

static bool
arbiters_hold_organization(const struct proof *proof, const PgQuery__OnConflictClause *conflict,
    const struct relation *relation)
{
    const PgQuery__InferClause *infer = conflict->infer;
    if (infer && infer->n_index_elems > 0)
        return infers_organization(infer, relation);

    for (int i = 0; i < proof->schema->index_count; i++) {
        const struct unique_index *index = &proof->schema->indexes[i];
        const bool is_meant = index->relation == relation->oid &&
                              (!infer || strcmp(index->name, infer->conname) == 0);
        if (is_meant && !name_list_has(&index->columns, relation->scope_column))
            return false;
    }
    return true;
}

/* OVERRIDING USER VALUE would put a number of the sequence in the organization's place. */
static bool
is_numbered(const struct relation *relation)
{
    const struct column *column = relation_column(relation, relation->scope_column);
    return !column || column->is_identity;
}

static bool
prove_insert(struct proof *proof, const PgQuery__InsertStmt *insert)
{
    const PgQuery__OnConflictClause *conflict = insert->on_conflict_clause;
    const struct relation *relation = prove_target(proof, insert->relation);
    const int position = insert->relation->location;
    if (!relation)
        return false;
    if (relation->class == CLASS_ROOT)
        return prover_fails(proof, "an organization is inserted", position);
    if (!columns_end_with_organization(insert->cols, insert->n_cols, relation) ||
        !insert->select_stmt ||
        insert->select_stmt->node_case != PG_QUERY__NODE__NODE_SELECT_STMT ||
        !values_end_with_organization(proof, insert->select_stmt->select_stmt) ||
        (insert->override == PG_QUERY__OVERRIDING_KIND__OVERRIDING_USER_VALUE &&
            is_numbered(relation)))
        return prover_fails(proof, "rows are inserted without their organization", position);
    if (!conflict)
        return true;
    if (!arbiters_hold_organization(proof, conflict, relation))
        return prover_fails(proof, "a conflict can be with another organization's row", position);
    return conflict->action != PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE ||
           prove_change(proof, insert->relation, conflict->where_clause, conflict->target_list,
               conflict->n_target_list);
}

static bool
prove_merge(struct proof *proof, const PgQuery__MergeStmt *merge)
{
    const struct relation *relation = prove_target(proof, merge->relation);
    if (!relation || !prove_change(proof, merge->relation, merge->join_condition, NULL, 0))
        return false;
    if (relation->class == CLASS_ROOT)
        return prover_fails(proof, "organizations are merged", merge->relation->location);

    for (size_t i = 0; i < merge->n_merge_when_clauses; i++) {
        const PgQuery__MergeWhenClause *clause = merge->merge_when_clauses[i]->merge_when_clause;
        if (clause->command_type != PG_QUERY__CMD_TYPE__CMD_INSERT) {
            if (assigns(clause->target_list, clause->n_target_list, relation->scope_column))
                return prover_fails(
                    proof, "the organization's column is assigned", merge->relation->location);
        } else if (!columns_end_with_organization(
                       clause->target_list, clause->n_target_list, relation) ||
                   (clause->override == PG_QUERY__OVERRIDING_KIND__OVERRIDING_USER_VALUE &&
                       is_numbered(relation)) ||
                   clause->n_values == 0 ||
                   !prover_is_organization(proof, clause->values[clause->n_values - 1])) {
            return prover_fails(
                proof, "rows are inserted without their organization", merge->relation->location);
        }
    }
    return true;
}

/* --- the walk -------------------------------------------------------------------------------- */

static bool prove_message(struct proof *proof, const ProtobufCMessage *message);

static bool
is_present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    return field->type == PROTOBUF_C_TYPE_MESSAGE &&
           (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ||
               *(const uint32_t *)(base + field->quantifier_offset) == field->id);
}

/* All that lies below, except what was looked at with its statement: a DML statement's target, and
 * WITH. */
static bool
prove_below(
    struct proof *proof, const ProtobufCMessage *message, const void *target, const void *with)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const char *base = (const char *)message;
        if (!is_present(message, field))
            continue;

        if (field->label != PROTOBUF_C_LABEL_REPEATED) {
            const ProtobufCMessage *child = *(ProtobufCMessage *const *)(base + field->offset);
            if (child && child != target && child != with && !prove_message(proof, child))
                return false;
            continue;
        }
        const size_t count = *(const size_t *)(base + field->quantifier_offset);
        ProtobufCMessage *const *list = *(ProtobufCMessage *const *const *)(base + field->offset);
        for (size_t item = 0; item < count; item++) {
            if (!prove_message(proof, list[item]))
                return false;
        }
    }
    return true;
}

/* With RECURSIVE each query of WITH sees all of them, otherwise those before it. */
static bool
prove_with(struct proof *proof, const PgQuery__WithClause *with)
{
    for (size_t i = 0; with && with->recursive && i < with->n_ctes; i++)
        proof->ctes[proof->cte_count++] = with->ctes[i]->common_table_expr->ctename;
    for (size_t i = 0; with && i < with->n_ctes; i++) {
        const PgQuery__CommonTableExpr *cte = with->ctes[i]->common_table_expr;
        if (!prove_below(proof, &cte->base, NULL, NULL))
            return false;
        if (!with->recursive)
            proof->ctes[proof->cte_count++] = cte->ctename;
    }
    return true;
}

static bool
prove_statement(struct proof *proof, const ProtobufCMessage *message,
    const PgQuery__WithClause *with, const void *target)
{
    const size_t outside = proof->cte_count;
    const bool proved = prove_with(proof, with) && prove_below(proof, message, target, with);
    proof->cte_count = outside;
    return proved;
}

static bool
prove_message(struct proof *proof, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *kind = message->descriptor;
    if (kind == &pg_query__node__descriptor) {
        const PgQuery__Node *node = (const PgQuery__Node *)message;
        if (node->node_case == PG_QUERY__NODE__NODE_RANGE_VAR)
            return prove_name(proof, node->range_var);
    } else if (kind == &pg_query__range_subselect__descriptor) {
        if (prover_is_guard(proof, (const PgQuery__RangeSubselect *)message))
            return true;
    } else if (kind == &pg_query__range_var__descriptor) {
        return prover_fails(proof, "a relation stands where none may",
            ((const PgQuery__RangeVar *)message)->location);
    } else if (kind == &pg_query__locking_clause__descriptor) {
        return true; /* names aliases */
    } else if (kind == &pg_query__select_stmt__descriptor) {
        const PgQuery__SelectStmt *select = (const PgQuery__SelectStmt *)message;
        return prove_statement(proof, message, select->with_clause, NULL);
    } else if (kind == &pg_query__insert_stmt__descriptor) {
        const PgQuery__InsertStmt *insert = (const PgQuery__InsertStmt *)message;
        return prove_insert(proof, insert) &&
               prove_statement(proof, message, insert->with_clause, insert->relation);
    } else if (kind == &pg_query__update_stmt__descriptor) {
        const PgQuery__UpdateStmt *update = (const PgQuery__UpdateStmt *)message;
        return prove_change(proof, update->relation, update->where_clause, update->target_list,
                   update->n_target_list) &&
               prove_statement(proof, message, update->with_clause, update->relation);
    } else if (kind == &pg_query__delete_stmt__descriptor) {
        const PgQuery__DeleteStmt *delete = (const PgQuery__DeleteStmt *)message;
        return prove_change(proof, delete->relation, delete->where_clause, NULL, 0) &&
               prove_statement(proof, message, delete->with_clause, delete->relation);
    } else if (kind == &pg_query__merge_stmt__descriptor) {
        const PgQuery__MergeStmt *merge = (const PgQuery__MergeStmt *)message;
        return prove_merge(proof, merge) &&
               prove_statement(proof, message, merge->with_clause, merge->relation);
    }
    return prove_below(proof, message, NULL, NULL);
}

/* How many WITH names there are in all. */
static size_t
ctes_count(const ProtobufCMessage *message)
{
    size_t found = message->descriptor == &pg_query__common_table_expr__descriptor;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const char *base = (const char *)message;
        if (!is_present(message, field))
            continue;
        if (field->label != PROTOBUF_C_LABEL_REPEATED) {
            const ProtobufCMessage *child = *(ProtobufCMessage *const *)(base + field->offset);
            found += child ? ctes_count(child) : 0;
            continue;
        }
        const size_t count = *(const size_t *)(base + field->quantifier_offset);
        ProtobufCMessage *const *list = *(ProtobufCMessage *const *const *)(base + field->offset);
        for (size_t item = 0; item < count; item++)
            found += ctes_count(list[item]);
    }
    return found;
}

static bool
parse_and_prove(struct proof *proof, const PgQuery__ParseResult *parsed, struct arena *arena)
{
    if (!parsed || parsed->n_stmts != 1)
        return prover_fails(proof, "it is not one statement", 0);

    const PgQuery__Node *statement = parsed->stmts[0]->stmt;
    switch ((int)statement->node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_MERGE_STMT:
        proof->ctes = ARENA_ARRAY(arena, ctes_count(&statement->base) + 1, const char *);
        return prove_message(proof, &statement->base);
    default:
        return prover_fails(proof, "it is no query", 0);
    }
}

static PgQuery__ParseResult *
parsed_again(const char *text)
{
    PgQueryProtobufParseResult result = pg_query_parse_protobuf(text);
    PgQuery__ParseResult *parsed = result.error
                                       ? NULL
                                       : pg_query__parse_result__unpack(NULL, result.parse_tree.len,
                                             (const uint8_t *)result.parse_tree.data);
    pg_query_free_protobuf_parse_result(result);
    return parsed;
}

bool
prover_check(
    const struct schema *schema, const char *text, struct arena *arena, struct rejection *rejection)
{
    struct proof proof = { .schema = schema, .text = text };
    PgQuery__ParseResult *type =
        parsed_again(arena_printf(arena, "SELECT $1::%s", schema->scope_type));
    PgQuery__ParseResult *parsed = parsed_again(text);
    if (type)
        proof.type = type->stmts[0]
                         ->stmt->select_stmt->target_list[0]
                         ->res_target->val->type_cast->type_name;
    const bool proved = type && parse_and_prove(&proof, parsed, arena);
    if (!proved)
        reject(rejection, arena, "prover", -1,
            "%s (byte %d of the scoped text); this is a tenantry bug, and nothing was generated",
            proof.failure ? proof.failure : "the type of $1 cannot be parsed", proof.position);

    if (parsed)
        pg_query__parse_result__free_unpacked(parsed, NULL);
    if (type)
        pg_query__parse_result__free_unpacked(type, NULL);
    return proved;
}
