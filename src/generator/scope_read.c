#include <string.h>

#include "generator/scope_walk.h"

bool
walk_is_cte(const struct walk *walk, const PgQuery__RangeVar *name)
{
    if (*name->schemaname || *name->catalogname)
        return false;

    for (const struct cte *cte = walk->ctes; cte; cte = cte->outer) {
        if (strcmp(cte->name, name->relname) == 0)
            return true;
    }
    return false;
}

static bool
is_catalog(const PgQuery__RangeVar *name)
{
    return strcmp(name->schemaname, "information_schema") == 0 ||
           strncmp(name->schemaname, "pg_", 3) == 0 ||
           (!*name->schemaname && strncmp(name->relname, "pg_", 3) == 0);
}

static bool
class_check(struct walk *walk, const struct relation *relation, int position)
{
    const enum relation_class class = relation->class;
    const char *name = relation->name;
    if (class == CLASS_NONE)
        return walk_reject(walk, "unclassified-relation", position,
            "relation \"%s\" has no tenant column: say in %s whether it is global or cross_org",
            name, walk->schema->configuration->path);
    if (class == CLASS_CROSS_ORG && walk->scope != SCOPE_CROSS_ORG)
        return walk_reject(walk, "cross-org-relation", position,
            "relation \"%s\" holds data of all organizations: mark the query `-- scope: cross-org`",
            name);
    if (class == CLASS_IDENTITY && !relation->scope_column && walk->scope == SCOPE_TENANT)
        return walk_reject(walk, "cross-org-relation", position,
            "relation \"%s\" carries no organization: mark the query `-- scope: identity`", name);
    if (class == CLASS_TENANT && walk->scope == SCOPE_IDENTITY)
        return walk_reject(walk, "cross-org-relation", position,
            "relation \"%s\" is a tenant's own: an identity query cannot reach it", name);
    return true;
}

const struct relation *
walk_relation(struct walk *walk, const PgQuery__RangeVar *name)
{
    const struct relation *relation =
        *name->catalogname ? NULL : schema_relation(walk->schema, name->schemaname, name->relname);
    if (is_catalog(name))
        walk_reject(walk, "catalog-relation", name->location,
            "system catalogs show other organizations (pg_stats holds column values)");
    else if (!relation)
        walk_reject(walk, "unknown-relation", name->location,
            "relation \"%s\" is not in the schema", name->relname);
    else if (relation->kind == 'm')
        walk_reject(walk, "materialized-view", name->location,
            "the rows of \"%s\" were computed across organizations", name->relname);
    else if ((relation->kind == 'v' && relation->class != CLASS_CROSS_ORG) ||
             class_check(walk, relation, name->location))
        return relation;
    return NULL;
}

bool
walk_is_scoped(const struct walk *walk, const struct relation *relation)
{
    return walk->scope == SCOPE_TENANT && relation->scope_column;
}

char *
walk_predicate(struct walk *walk, const struct relation *relation, const char *alias)
{
    struct buffer out;
    buffer_init(&out, walk->arena, 96);
#ifdef TENANTRY_MUTANT_NO_PREDICATE
    /* For the test that row-level security alone still holds; never part of tenantry. */
    (void)relation;
    (void)alias;
    buffer_printf(&out, "$1::%s IS NOT NULL", walk->schema->scope_type);
#else
    sql_identifier(&out, alias);
    buffer_character(&out, '.');
    sql_identifier(&out, relation->scope_column);
    buffer_printf(&out, " = $1::%s", walk->schema->scope_type);
#endif
    return out.data;
}

PgQuery__Node *
walk_expression(struct walk *walk, const char *text)
{
    PgQuery__Node *select = tree_of(arena_printf(walk->arena, "SELECT %s", text), walk->arena);
    return select->select_stmt->target_list[0]->res_target->val;
}

bool
walk_name_tokens(struct walk *walk, int location, int *ret_first, int *ret_last)
{
    const struct tokens *tokens = &walk->tokens;
    const int first = tokens_at(tokens, location);
    if (first < 0)
        return false;

    int last = first;
    while (token_is(tokens, last + 1, ".") && last + 2 < tokens->count)
        last += 2;
    *ret_first = first;
    *ret_last = last;
    return true;
}

/* Put `text` where the name stands, with its ONLY and its `*`. */
static bool
replace_name(struct walk *walk, const PgQuery__RangeVar *name, const char *text)
{
    const struct tokens *tokens = &walk->tokens;
    int first;
    int last;
    if (walk->silent > 0)
        return true;
    if (!walk_name_tokens(walk, name->location, &first, &last))
        return walk_lost(walk, "a relation's name");

    if (!name->inh && token_is(tokens, first - 1, "only")) {
        first--;
    } else if (!name->inh && token_is(tokens, first - 1, "(") &&
               token_is(tokens, first - 2, "only")) {
        first -= 2;
        last++;
    } else if (token_is(tokens, last + 1, "*")) {
        last++;
    }
    const int start = tokens->list[first].start;
    walk_edit(walk, start, tokens->list[last].end - start, text);
    return true;
}

/* A sub-select in the place of the name; the author's alias stays where it is. */
static bool
replace_by_select(struct walk *walk, PgQuery__Node *node, const char *select)
{
    PgQuery__RangeVar *name = node->range_var;
    struct buffer text;
    buffer_init(&text, walk->arena, 256);
    buffer_printf(&text, "(%s)", select);
    if (!name->alias) {
        BUFFER_LITERAL(&text, " AS ");
        sql_identifier(&text, name->relname);
    }
    if (!replace_name(walk, name, text.data))
        return false;

    PgQuery__Node *statement = tree_of(
        arena_printf(walk->arena, "SELECT * FROM %s%s", text.data, name->alias ? " AS a" : ""),
        walk->arena);
    PgQuery__Node *from = statement->select_stmt->from_clause[0];
    if (name->alias)
        from->range_subselect->alias = name->alias;
    *node = *from;
    return true;
}

static bool
read_scoped(struct walk *walk, PgQuery__Node *node, const struct relation *relation)
{
    struct buffer select;
    buffer_init(&select, walk->arena, 128);
    buffer_printf(&select, "SELECT * FROM %s%s WHERE %s", node->range_var->inh ? "" : "ONLY ",
        sql_qualified(relation->schema, relation->name, walk->arena),
        walk_predicate(walk, relation, relation->name));
    return replace_by_select(walk, node, select.data);
}

/* A filter outside of a view would be wrong: its windows and aggregates have already seen everyone.
 * So its body is scoped like the query itself. */
static bool
read_view(struct walk *walk, PgQuery__Node *node, const struct relation *view)
{
    char *body = arena_strdup(walk->arena, view->view_text);
    const size_t length = strlen(body);
    if (length > 0 && body[length - 1] == ';')
        body[length - 1] = '\0';

    const int position = node->range_var->location;
    struct scoped scoped = { .read = walk->scoped->read };
    struct rejection rejection = { 0 };
    if (!scope_text(walk->schema, walk->scope, body, walk->arena, &scoped, &rejection))
        return walk_reject(
            walk, rejection.reason, position, "view \"%s\": %s", view->name, rejection.message);

    walk->scoped->read = scoped.read;
    walk->scoped->reads_clock |= scoped.reads_clock;
    return replace_by_select(walk, node, scoped.text);
}

/* A name without alias goes by its last part, so writing its schema changes nothing else. */
bool
walk_qualify(struct walk *walk, PgQuery__RangeVar *name, const struct relation *relation)
{
    const char *only = name->inh ? "" : "ONLY ";
    name->schemaname = arena_strdup(walk->arena, relation->schema);
    return replace_name(walk, name,
        arena_printf(walk->arena, "%s%s", only,
            sql_qualified(relation->schema, relation->name, walk->arena)));
}

bool
walk_read(struct walk *walk, PgQuery__Node *node)
{
    if (walk_is_cte(walk, node->range_var))
        return true;

    const struct relation *relation = walk_relation(walk, node->range_var);
    if (!relation)
        return false;
    if (relation->kind == 'v')
        return read_view(walk, node, relation);

    relation_set_add(&walk->scoped->read, relation, walk->arena);
    return walk_is_scoped(walk, relation) ? read_scoped(walk, node, relation)
                                          : walk_qualify(walk, node->range_var, relation);
}
