#include "generator/schema.h"

#include <stdlib.h>
#include <string.h>

static const char *
text_at(const struct pg_result *result, size_t row, int column)
{
    size_t bytes;
    const char *value = result_value(result, row, column, &bytes);
    return value ? value : "";
}

static uint32_t
oid_at(const struct pg_result *result, size_t row, int column)
{
    return (uint32_t)strtoul(text_at(result, row, column), NULL, 10);
}

static int
number_at(const struct pg_result *result, size_t row, int column)
{
    return (int)strtol(text_at(result, row, column), NULL, 10);
}

static bool
true_at(const struct pg_result *result, size_t row, int column)
{
    return text_at(result, row, column)[0] == 't';
}

/* Names that PostgreSQL answered in one text, each ended by a newline. */
static struct name_list
names_at(const struct pg_result *result, size_t row, int column, struct arena *arena)
{
    char *rest = arena_strdup(arena, text_at(result, row, column));
    struct name_list list = { .names = ARENA_ARRAY(arena, strlen(rest) + 1, const char *) };
    for (char *name; (name = strsep(&rest, "\n")) != NULL;) {
        if (*name)
            list.names[list.count++] = name;
    }
    return list;
}

/* --- relations ------------------------------------------------------------------------------- */

static bool
is_configured(const struct name_list *list, const struct relation *relation, struct arena *arena)
{
    return name_list_has(list, relation->name) ||
           name_list_has(list, arena_printf(arena, "%s.%s", relation->schema, relation->name));
}

static bool
is_root(
    const struct configuration *configuration, const struct relation *relation, struct arena *arena)
{
    const char *root = configuration->root_table;
    return root &&
           (strcmp(root, relation->name) == 0 ||
               strcmp(root, arena_printf(arena, "%s.%s", relation->schema, relation->name)) == 0);
}

static bool
relation_classify(const struct configuration *configuration, struct relation *relation,
    struct arena *arena, struct tn_error *error)
{
    int classes = 0;
    if (is_root(configuration, relation, arena)) {
        relation->class = CLASS_ROOT;
        relation->scope_column = configuration->root_column;
        classes++;
    }
    if (is_configured(&configuration->global, relation, arena)) {
        relation->class = CLASS_GLOBAL;
        classes++;
    }
    if (is_configured(&configuration->cross_org, relation, arena)) {
        relation->class = CLASS_CROSS_ORG;
        classes++;
    }
    if (is_configured(&configuration->identity, relation, arena) && relation->class != CLASS_ROOT) {
        relation->class = CLASS_IDENTITY;
        if (relation_column(relation, configuration->identity_column))
            relation->scope_column = configuration->identity_column;
        classes++;
    }
    if (relation->class != CLASS_ROOT && relation_column(relation, configuration->tenant_column)) {
        relation->class = CLASS_TENANT;
        relation->scope_column = configuration->tenant_column;
        classes++;
    }
    if (classes > 1 && relation->kind != 'v')
        return error_set(error, TN_GENERATOR, "%s: relation %s.%s is in two classes",
            configuration->path, relation->schema, relation->name);
    return true;
}

static bool
columns_read(
    struct direct *direct, struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid,"
            /* A child may lack what its parent declares, and its rows are the parent's too. */
            " a.atttypmod, a.attnum, a.attnotnull AND NOT EXISTS (WITH RECURSIVE child AS ("
            "   SELECT inhrelid FROM pg_inherits WHERE inhparent = a.attrelid UNION"
            "   SELECT i.inhrelid FROM pg_inherits i JOIN child ON i.inhparent = child.inhrelid)"
            "  SELECT FROM child JOIN pg_attribute b ON b.attrelid = child.inhrelid"
            "   AND b.attname = a.attname JOIN pg_class f ON f.oid = child.inhrelid"
            "  WHERE NOT b.attnotnull OR f.relkind = 'f'), a.attidentity <> '', a.attgenerated <> "
            "''"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r','p','v','m','f')"
            " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
            " ORDER BY a.attrelid, a.attnum",
            0, NULL, &result, error))
        return false;

    struct relation *relation = NULL;
    const size_t rows = result_row_count(result);
    for (size_t row = 0; row < rows; row++) {
        const uint32_t oid = oid_at(result, row, 0);
        if (!relation || relation->oid != oid) {
            relation = (struct relation *)schema_relation_by_oid(schema, oid);
            relation->columns = ARENA_ARRAY(arena, rows - row, struct column);
        }
        relation->columns[relation->column_count++] =
            (struct column){ .name = result_text(result, row, 1, arena),
                .type_name = result_text(result, row, 2, arena),
                .type = oid_at(result, row, 3),
                .modifier = number_at(result, row, 4),
                .number = number_at(result, row, 5),
                .is_not_null = true_at(result, row, 6),
                .is_identity = true_at(result, row, 7),
                .is_generated = true_at(result, row, 8) };
    }
    result_free(result);
    return true;
}

static bool
relations_read(
    struct direct *direct, struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT c.oid, n.nspname, c.relname, c.relkind,"
            " CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) END"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r','p','v','m','f')"
            " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 2, 3",
            0, NULL, &result, error))
        return false;

    schema->relations = ARENA_ARRAY(arena, result_row_count(result), struct relation);
    for (size_t row = 0; row < result_row_count(result); row++) {
        schema->relations[schema->relation_count++] = (struct relation){
            .oid = oid_at(result, row, 0),
            .schema = result_text(result, row, 1, arena),
            .name = result_text(result, row, 2, arena),
            .kind = text_at(result, row, 3)[0],
            .view_text = result_text(result, row, 4, arena),
        };
    }
    result_free(result);
    if (!columns_read(direct, schema, arena, error))
        return false;

    for (int i = 0; i < schema->relation_count; i++) {
        if (!relation_classify(schema->configuration, &schema->relations[i], arena, error))
            return false;
    }
    return true;
}

/* A name in the configuration that nothing in the schema has is a slip that would leave a relation
 * without the class its author meant. */
static bool
configured_names_check(const struct schema *schema, struct arena *arena, struct tn_error *error)
{
    const struct configuration *configuration = schema->configuration;
    const struct name_list *lists[] = { &configuration->global, &configuration->cross_org,
        &configuration->identity };

    for (size_t list = 0; list < COUNT_OF(lists); list++) {
        for (int name = 0; name < lists[list]->count; name++) {
            bool found = false;
            const struct name_list one = { .names = &lists[list]->names[name], .count = 1 };
            for (int i = 0; i < schema->relation_count && !found; i++)
                found = is_configured(&one, &schema->relations[i], arena);
            if (!found)
                return error_set(error, TN_GENERATOR, "%s: relation %s is not in the schema",
                    configuration->path, one.names[0]);
        }
    }
    return true;
}

/* --- the rest of the catalogue --------------------------------------------------------------- */

static bool
indexes_read(
    struct direct *direct, struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT coalesce(above.relid::oid, x.indrelid), i.relname,"
            " (SELECT string_agg(a.attname, E'\\n' ORDER BY k.ordinality)"
            "  FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(number, ordinality)"
            "  JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number"
            "  WHERE k.ordinality <= x.indnkeyatts AND NOT EXISTS (SELECT FROM pg_constraint o"
            "   JOIN pg_operator e ON e.oid = o.conexclop[k.ordinality]"
            "   WHERE o.conindid = i.oid AND o.contype = 'x' AND e.oprname <> '=')),"
            " x.indexprs IS NOT NULL, EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.oid"
            "  AND o.contype IN ('p','u','x')), x.indisprimary,"
            " above.relid IS NOT NULL AND above.relid <> x.indrelid"
            " FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
            /* Who inserts into a partitioned table meets the indexes of its partitions. */
            " LEFT JOIN LATERAL pg_partition_ancestors(x.indrelid) above (relid)"
            "  ON NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.oid)"
            " JOIN pg_namespace n ON n.oid = i.relnamespace"
            " WHERE (x.indisunique OR x.indisexclusion)"
            " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2",
            0, NULL, &result, error))
        return false;

    schema->indexes = ARENA_ARRAY(arena, result_row_count(result), struct unique_index);
    for (size_t row = 0; row < result_row_count(result); row++) {
        schema->indexes[schema->index_count++] = (struct unique_index){
            .relation = oid_at(result, row, 0),
            .name = result_text(result, row, 1, arena),
            .columns = names_at(result, row, 2, arena),
            .has_expressions = true_at(result, row, 3),
            .is_constraint = true_at(result, row, 4),
            .is_primary = true_at(result, row, 5) && !true_at(result, row, 6),
            .is_of_partition = true_at(result, row, 6),
        };
    }
    result_free(result);
    return true;
}

static bool
types_read(
    struct direct *direct, struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT t.oid, n.nspname, t.typname, t.typtype, t.typbasetype, t.typtypmod,"
            " CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END,"
            " (SELECT CASE WHEN bool_and(e.enumlabel ~ '^[^\\n]+$') THEN"
            "   string_agg(e.enumlabel, E'\\n' ORDER BY e.enumsortorder) END"
            "  FROM pg_enum e WHERE e.enumtypid = t.oid)"
            " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace ORDER BY 1",
            0, NULL, &result, error))
        return false;

    schema->types = ARENA_ARRAY(arena, result_row_count(result), struct type);
    for (size_t row = 0; row < result_row_count(result); row++) {
        schema->types[schema->type_count++] = (struct type){
            .oid = oid_at(result, row, 0),
            .schema = result_text(result, row, 1, arena),
            .name = result_text(result, row, 2, arena),
            .kind = text_at(result, row, 3)[0],
            .base = oid_at(result, row, 4),
            .base_modifier = number_at(result, row, 5),
            .element = oid_at(result, row, 6),
            .labels = names_at(result, row, 7, arena),
        };
    }
    result_free(result);
    return true;
}

/* Which functions cannot reach a table by a name that they are given: see the rules in the manual.
 * `table_to_xml` is the trap: a stable built-in that reads any table. */
static bool
functions_read(
    struct direct *direct, struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT n.nspname, p.proname, bool_and(CASE WHEN n.nspname = 'pg_catalog' THEN"
            "  CASE p.provolatile WHEN 'i' THEN true"
            "   WHEN 's' THEN p.proname !~ '(_to_xml|privilege$|^pg_|^reg|^to_reg|^txid|^inet_"
            "|^current_schema|^has_)' AND p.proname NOT IN ('current_setting',"
            "    'row_security_active', 'current_database', 'current_query', 'ts_stat')"
            "   ELSE p.proname IN ('random', 'gen_random_uuid', 'clock_timestamp',"
            "    'statement_timestamp') END"
            "  ELSE p.provolatile = 'i' AND EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid"
            "   AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e') END)"
            " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " GROUP BY 1, 2 ORDER BY 2, 1",
            0, NULL, &result, error))
        return false;

    const struct name_list *vouched = &schema->configuration->functions;
    schema->functions = ARENA_ARRAY(arena, result_row_count(result), struct function);
    for (size_t row = 0; row < result_row_count(result); row++) {
        struct function *function = &schema->functions[schema->function_count++];
        function->schema = result_text(result, row, 0, arena);
        function->name = result_text(result, row, 1, arena);
        function->is_allowed = true_at(result, row, 2);
        if (strcmp(function->schema, "pg_catalog") != 0 &&
            (name_list_has(vouched, function->name) ||
                name_list_has(
                    vouched, arena_printf(arena, "%s.%s", function->schema, function->name))))
            function->is_allowed = true;
    }
    result_free(result);
    return true;
}

static bool
cascades_read(
    struct direct *direct, struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT confrelid, conrelid, bool_or(confdeltype IN ('c','n','d')),"
            " bool_or(confupdtype IN ('c','n','d')) FROM pg_constraint"
            " WHERE contype = 'f' GROUP BY 1, 2 ORDER BY 1, 2",
            0, NULL, &result, error))
        return false;

    schema->cascades = ARENA_ARRAY(arena, result_row_count(result), struct cascade);
    for (size_t row = 0; row < result_row_count(result); row++) {
        schema->cascades[schema->cascade_count++] =
            (struct cascade){ .referenced = oid_at(result, row, 0),
                .referencing = oid_at(result, row, 1),
                .on_delete = true_at(result, row, 2),
                .on_update = true_at(result, row, 3) };
    }
    result_free(result);
    return true;
}

static bool
collations_read(
    struct direct *direct, struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT n.nspname, c.collname FROM pg_collation c"
            " JOIN pg_namespace n ON n.oid = c.collnamespace WHERE n.nspname <> 'pg_catalog'"
            " ORDER BY 1, 2",
            0, NULL, &result, error))
        return false;

    schema->collations = ARENA_ARRAY(arena, result_row_count(result), struct collation);
    for (size_t row = 0; row < result_row_count(result); row++)
        schema->collations[schema->collation_count++] =
            (struct collation){ result_text(result, row, 0, arena),
                result_text(result, row, 1, arena) };
    result_free(result);
    return true;
}

static bool
search_path_read(
    struct direct *direct, struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT array_to_string(current_schemas(false), E'\\n'), EXISTS (SELECT FROM "
            "pg_operator"
            "  WHERE oprnamespace = ANY (SELECT oid FROM pg_namespace WHERE nspname = ANY "
            "(current_schemas(false))))",
            0, NULL, &result, error))
        return false;
    schema->search_path = names_at(result, 0, 0, arena);
    schema->path_has_operators = true_at(result, 0, 1);
    result_free(result);
    const char *extension = schema->configuration->extension_schema;
    if (extension && !name_list_has(&schema->search_path, extension)) {
        struct name_list longer = { .names = ARENA_ARRAY(
                                        arena, schema->search_path.count + 1, const char *) };
        for (; longer.count < schema->search_path.count; longer.count++)
            longer.names[longer.count] = schema->search_path.names[longer.count];
        longer.names[longer.count++] = extension;
        schema->search_path = longer;
    }

    /* Views, types and defaults are to be written with their schemas from here on. */
    return direct_run(direct, "SET search_path = ''", error);
}

/* The type of $1: what the configuration says, else the type of the root's column. */
static bool
scope_type_find(
    struct direct *direct, struct schema *schema, struct arena *arena, struct tn_error *error)
{
    const struct configuration *configuration = schema->configuration;
    const char *type = configuration->tenant_type;
    for (int i = 0; i < schema->relation_count && !type; i++) {
        const struct relation *relation = &schema->relations[i];
        if (relation->class != CLASS_ROOT)
            continue;
        const struct column *column = relation_column(relation, configuration->root_column);
        if (!column)
            return error_set(error, TN_GENERATOR, "%s: %s has no column %s", configuration->path,
                relation->name, configuration->root_column);
        type = column->type_name;
    }
    if (!type)
        return error_set(error, TN_GENERATOR,
            "%s: tenant_type or a tenant_root that is in the "
            "schema is needed",
            configuration->path);

    struct pg_result *result = NULL;
    if (!direct_query(direct, "SELECT format_type($1::regtype, NULL), $1::regtype::oid", 1, &type,
            &result, error)) {
        error_prefix(error, "%s: tenant_type", configuration->path);
        return false;
    }
    schema->scope_type = result_text(result, 0, 0, arena);
    schema->scope_type_oid = oid_at(result, 0, 1);
    result_free(result);
    return true;
}

bool
schema_read(struct direct *direct, const struct configuration *configuration, struct arena *arena,
    struct schema *ret_schema, struct tn_error *error)
{
    struct schema schema = { .configuration = configuration };
    const bool read = search_path_read(direct, &schema, arena, error) &&
                      relations_read(direct, &schema, arena, error) &&
                      configured_names_check(&schema, arena, error) &&
                      scope_type_find(direct, &schema, arena, error) &&
                      indexes_read(direct, &schema, arena, error) &&
                      types_read(direct, &schema, arena, error) &&
                      functions_read(direct, &schema, arena, error) &&
                      cascades_read(direct, &schema, arena, error) &&
                      collations_read(direct, &schema, arena, error);
    if (read)
        *ret_schema = schema;
    return read;
}
