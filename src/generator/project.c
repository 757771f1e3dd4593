#include "generator/project.h"

#include <stdlib.h>
#include <string.h>

#include "generator/decimals.h"
#include "generator/dependencies.h"
#include "generator/effects.h"
#include "generator/lint.h"
#include "generator/nullness.h"
#include "generator/prover.h"
#include "generator/splice.h"

enum {
    MAXIMUM_PARAMETERS = 100, /* of the function that PostgreSQL makes of the text */
};

/* PostgreSQL's code for a function or an operator that it does not find, */
#define UNDEFINED_FUNCTION "42883"
/* and for ON CONFLICT with columns for which no index is there. */
#define INVALID_COLUMN_REFERENCE "42P10"
/* and for two relations of one FROM that are called the same. */
#define DUPLICATE_ALIAS "42712"

struct compiler {
    struct direct *direct;
    struct project *project;
    struct arena *arena;
    struct effects *effects;
    bool is_whole; /* C is to be written, so names and the runtime's functions matter */
};

/* --- PREPARE --------------------------------------------------------------------------------- */

static bool
search_path_set(struct compiler *compiler, bool is_authors, struct tn_error *error)
{
    const struct schema *schema = &compiler->project->schema;
    const char *extension = schema->configuration->extension_schema;
    struct buffer sql;
    buffer_init(&sql, compiler->arena, 64);
    BUFFER_LITERAL(&sql, "SET search_path = ");
    if (is_authors && schema->search_path.count > 0) {
        for (int i = 0; i < schema->search_path.count; i++) {
            buffer_text(&sql, i > 0 ? ", " : "");
            sql_identifier(&sql, schema->search_path.names[i]);
        }
    } else if (extension) {
        sql_identifier(&sql, extension);
    } else {
        BUFFER_LITERAL(&sql, "''");
    }
    return direct_run(compiler->direct, sql.data, error);
}

/* What the whole query says of its parameters, for its other variants: one that the text does not
 * use has no type by itself. */
struct declared {
    const uint32_t *types;
    int count;
};

/* PostgreSQL's own words, at the author's position where the text is the author's. */
static bool
describe(struct compiler *compiler, struct compiled *compiled, const char *text, bool is_authors,
    const struct declared *declared, struct direct_description *ret_description,
    struct tn_error *error)
{
    int position = 0;
    struct tn_error refused = { 0 };
    if (!search_path_set(compiler, is_authors, error))
        return false;
    if (direct_describe_typed(compiler->direct, text, declared->types, declared->count,
            compiler->arena, ret_description, &position, &refused))
        return true;
    if (!is_authors && strcmp(refused.sqlstate, UNDEFINED_FUNCTION) == 0) {
        /* An operator of an extension that lives in the author's path: it cannot be told by its
         * name alone which one is meant. No relation is: each that is not of WITH is qualified,
         * which is proved. */
        struct tn_error again = { 0 };
        if (!search_path_set(compiler, true, error))
            return false;
        if (direct_describe_typed(compiler->direct, text, declared->types, declared->count,
                compiler->arena, ret_description, &position, &again))
            return true;
    }

    if (!is_authors && strcmp(refused.sqlstate, DUPLICATE_ALIAS) == 0)
        return reject(&compiled->rejection, compiler->arena, "type-error", -1,
            "two relations of one FROM have one name, and the schema that tells them apart has to "
            "go: give them aliases");
    return reject(&compiled->rejection, compiler->arena, "type-error",
        is_authors ? source_byte_of_character(text, position) : -1, "%s%s", refused.detail,
        is_authors ? "" : " (in the scoped text)");
}

/* --- types ----------------------------------------------------------------------------------- */

static const char *
type_display(const struct schema *schema, uint32_t oid)
{
    const struct type *type = schema_type_by_oid(schema, oid);
    return type ? type->name : "unknown";
}

static bool
compile_parameters(struct compiler *compiler, struct compiled *compiled,
    const struct direct_description *description)
{
    const struct schema *schema = &compiler->project->schema;
    const struct query *query = compiled->query;
    compiled->parameter_type_count = description->parameter_count;
    compiled->parameters =
        ARENA_ARRAY(compiler->arena, query->parameter_count, struct parameter_value);
    for (int i = 0; i < query->parameter_count; i++) {
        const struct parameter *parameter = &query->parameters[i];
        const uint32_t type = description->parameter_types[query->first_parameter - 1 + i];
        struct parameter_value *value = &compiled->parameters[compiled->parameter_count++];
        value->name = parameter->name;
        if (!value_type_of(
                schema, type, -1, parameter->is_nullable || parameter->is_optional, &value->type))
            return reject(&compiled->rejection, compiler->arena, "unsupported-type",
                parameter->position,
                "parameter :%s has the type %s, which has no C type: cast it, e.g. `:%s::text`",
                parameter->name, type_display(schema, type), parameter->name);
    }
    return true;
}

static bool
column_name(struct compiler *compiler, struct compiled *compiled, int index, const char *sql_name,
    int place)
{
    char *stripped = arena_strdup(compiler->arena, sql_name);
    const size_t length = strlen(stripped);
    if (strcmp(sql_name, "?column?") == 0 && compiler->is_whole)
        return reject(&compiled->rejection, compiler->arena, "annotation", place,
            "column %d has no name: write `AS name`", index + 1);
    if (length > 1 && strchr("!?", stripped[length - 1]))
        stripped[length - 1] = '\0';

    compiled->columns[index].sql_name = stripped;
    compiled->columns[index].name = c_name(stripped, compiler->arena);
    for (int i = 0; i < index && compiler->is_whole; i++) {
        if (strcmp(compiled->columns[i].name, compiled->columns[index].name) == 0)
            return reject(&compiled->rejection, compiler->arena, "annotation", place,
                "two columns are called \"%s\": write `AS name`", stripped);
    }
    return true;
}

static bool
compile_columns(struct compiler *compiler, struct compiled *compiled,
    const struct direct_description *description)
{
    const struct schema *schema = &compiler->project->schema;
    bool *not_null = ARENA_ARRAY(compiler->arena, description->column_count, bool);
    nullness_infer(schema, compiled->scoped.tree, description, compiler->arena, not_null);
    compiled->columns =
        ARENA_ARRAY(compiler->arena, description->column_count, struct result_column);
    for (int i = 0; i < description->column_count; i++) {
        const struct direct_column *column = &description->columns[i];
        struct result_column *result = &compiled->columns[compiled->column_count];
        const int place = output_place(compiled->scoped.tree, description->column_count, i);
        if (!column_name(compiler, compiled, i, column->name, place))
            return false;
        compiled->column_count++;
        if (!value_type_of(schema, column->type, column->modifier, !not_null[i], &result->type))
            return reject(&compiled->rejection, compiler->arena, "unsupported-type", place,
                "column \"%s\" has the type %s, which has no C type: cast it, e.g. `::text`",
                result->sql_name, type_display(schema, column->type));
    }
    return true;
}

static bool
mode_check(struct compiler *compiler, struct compiled *compiled, int column_count)
{
    const enum query_mode mode = compiled->query->mode;
    const bool wants_rows = mode != QUERY_EXEC && mode != QUERY_EXECROWS;
    if (wants_rows && column_count == 0)
        return reject(&compiled->rejection, compiler->arena, "annotation", 0,
            "the statement answers no rows: its mode is :exec or :execrows");
    if (!wants_rows && column_count > 0)
        return reject(&compiled->rejection, compiler->arena, "annotation", 0,
            "the statement answers rows: its mode is :one, :maybe, :many or :stream");
    if (mode == QUERY_STREAM &&
        (compiled->scoped.tree->node_case != PG_QUERY__NODE__NODE_SELECT_STMT ||
            compiled->scoped.writes))
        return reject(&compiled->rejection, compiler->arena, "annotation", 0,
            "a stream is a SELECT that writes nothing: its mode is :many");
    return true;
}

/* --- relations ------------------------------------------------------------------------------- */

static int
relation_compare(const void *left, const void *right)
{
    const struct relation *a = *(const struct relation *const *)left;
    const struct relation *b = *(const struct relation *const *)right;
    const int schemas = strcmp(a->schema, b->schema);
    return schemas != 0 ? schemas : strcmp(a->name, b->name);
}

static void
set_sort(struct relation_set *set)
{
    if (set->count > 0)
        qsort(set->list, (size_t)set->count, sizeof *set->list, relation_compare);
}

static void
compile_relations(struct compiler *compiler, struct compiled *compiled, const struct scoped *scoped,
    bool answers_rows)
{
    for (int i = 0; i < scoped->read.count; i++)
        relation_set_add(&compiled->tables_read, scoped->read.list[i], compiler->arena);
    effects_add_written(compiler->effects, scoped, &compiled->tables_written, compiler->arena);
    set_sort(&compiled->tables_read);
    set_sort(&compiled->tables_written);
    compiled->writes |= scoped->writes || scoped->locks;
    compiled->reads_clock |= effects_read_clock(compiler->effects, scoped, answers_rows);
}

/* --- one query ------------------------------------------------------------------------------- */

#ifdef TENANTRY_MUTANT_NO_PREDICATE
static const bool is_proved =
    false; /* what the mutant writes cannot be proved; that is its point */
#else
static const bool is_proved = true;
#endif

static bool
prove(struct compiler *compiler, struct compiled *compiled, const struct scoped *scoped)
{
    return !is_proved || compiled->query->scope != SCOPE_TENANT ||
           prover_check(
               &compiler->project->schema, scoped->text, compiler->arena, &compiled->rejection);
}

/* What each variant declares: types are the same in all, but one that the schema made has no
 * number that every database shares, and can be left to be inferred only where it is used. */
static uint32_t *
variant_types(const struct compiler *compiler, const struct query *query,
    const struct query_variant *variant, const struct direct_description *description)
{
    enum { OID_TEXT = 25 };
    uint32_t *types = ARENA_ARRAY(compiler->arena, description->parameter_count, uint32_t);
    for (int i = 0; i < description->parameter_count; i++) {
        const int parameter = i + 1 - query->first_parameter;
        types[i] = description->parameter_types[i];
        if (!type_is_built_in(&compiler->project->schema, types[i]))
            types[i] = parameter < 0 || variant->uses[parameter] ? 0 : OID_TEXT;
    }
    return types;
}

/* With an empty path an operator of PostgreSQL's is found where the author's path, in which the
 * query runs, has one of the project's or an extension's that fits better. What runs decides. */
static bool
as_run(struct compiler *compiler, struct compiled *compiled, const struct scoped *scoped,
    const struct declared *declared, struct direct_description *ret_description,
    struct tn_error *error)
{
    struct tn_error refused = { 0 };
    int position = 0;
    if (!compiler->project->schema.path_has_operators)
        return true;
    if (!search_path_set(compiler, true, error))
        return false;
    if (!direct_describe_typed(compiler->direct, scoped->text, declared->types, declared->count,
            compiler->arena, ret_description, &position, &refused))
        return reject(&compiled->rejection, compiler->arena, "type-error", -1,
            "%s (in the scoped text)", refused.detail);
    return dependencies_check(compiler->direct, &compiler->project->schema, compiler->effects,
        scoped, ret_description, compiler->arena, &compiled->rejection);
}

/* Which index ON CONFLICT goes by is found when a plan is made: expressions, the predicate of a
 * partial index and whether a constraint is deferrable count too. */
static bool
arbiter_check(struct compiler *compiler, struct compiled *compiled, const struct scoped *scoped,
    const struct direct_description *description)
{
    struct tn_error refused = { 0 };
    if (scoped->arbiters_at < 0 ||
        direct_plan(compiler->direct, scoped->text, description, compiler->arena, &refused) ||
        strcmp(refused.sqlstate, INVALID_COLUMN_REFERENCE) != 0)
        return true;
    return reject(&compiled->rejection, compiler->arena, "conflict-arbiter", scoped->arbiters_at,
        "%s", refused.detail);
}

/* false: rejected, or failed with `error` filled. */
static bool
compile_variant(struct compiler *compiler, struct compiled *compiled, int index,
    const struct declared *declared, struct direct_description *ret_description,
    struct tn_error *error)
{
    const struct query *query = compiled->query;
    const struct schema *schema = &compiler->project->schema;
    struct compiled_variant *variant = &compiled->variants[index];
    struct direct_description authors;
    variant->original = query->variants[index].text;
    compiled->rejected_variant = index;
    if (!scope_text(schema, query->scope, variant->original, compiler->arena, &variant->scoped,
            &compiled->rejection) ||
        !effects_allow(
            compiler->effects, &variant->scoped, compiler->arena, &compiled->rejection) ||
        !describe(compiler, compiled, variant->original, true, declared, &authors, error) ||
        !prove(compiler, compiled, &variant->scoped) ||
        !describe(
            compiler, compiled, variant->scoped.text, false, declared, ret_description, error) ||
        !dependencies_check(compiler->direct, schema, compiler->effects, &variant->scoped,
            ret_description, compiler->arena, &compiled->rejection) ||
        !as_run(compiler, compiled, &variant->scoped, declared, ret_description, error) ||
        !arbiter_check(compiler, compiled, &variant->scoped, ret_description))
        return false;

    variant->parameter_types =
        variant_types(compiler, query, &query->variants[index], ret_description);
    compile_relations(compiler, compiled, &variant->scoped, ret_description->column_count > 0);
    return true;
}

/* The optional parts may change which rows come, and in which order, and nothing else. */
static bool
columns_agree(struct compiler *compiler, struct compiled *compiled,
    const struct compiled_variant *variant, const struct direct_description *whole,
    const struct direct_description *description)
{
    bool agree = whole->column_count == description->column_count;
    bool *not_null = ARENA_ARRAY(compiler->arena, description->column_count, bool);
    nullness_infer(
        &compiler->project->schema, variant->scoped.tree, description, compiler->arena, not_null);
    for (int i = 0; agree && i < whole->column_count; i++) {
        agree = whole->columns[i].type == description->columns[i].type &&
                whole->columns[i].modifier == description->columns[i].modifier &&
                strcmp(whole->columns[i].name, description->columns[i].name) == 0;
        compiled->columns[i].type.is_nullable |= agree && !not_null[i];
    }
    return agree || reject(&compiled->rejection, compiler->arena, "annotation", 0,
                        "an optional part changes the columns: it may only change the rows");
}

/* What does not stand in the whole query's text. */
static bool
header_check(struct compiler *compiler, struct compiled *compiled)
{
    const struct query *query = compiled->query;
    if (query->first_parameter - 1 + query->parameter_count > MAXIMUM_PARAMETERS)
        return reject(&compiled->rejection, compiler->arena, "annotation", 0,
            "more than %d parameters: pass lists as arrays, `= ANY(:ids)`, `unnest(:ids::int[])`",
            MAXIMUM_PARAMETERS - 1);
    if (query->scope == SCOPE_IDENTITY &&
        compiler->project->schema.configuration->identity.count == 0)
        return reject(&compiled->rejection, compiler->arena, "annotation", 0,
            "`scope: identity` is for the identity plane; an application has none");
    return true;
}

/* false: rejected, or failed with `error` filled. */
static bool
compile(struct compiler *compiler, struct compiled *compiled, struct tn_error *error)
{
    const struct query *query = compiled->query;
    const uint32_t scope_type[] = { compiler->project->schema.scope_type_oid };
    struct declared declared = { scope_type, query->scope == SCOPE_TENANT };
    struct direct_description whole;
    compiled->rejected_variant = query->whole;
    if (query->rejection.reason || !header_check(compiler, compiled))
        return false;

    compiled->variants =
        ARENA_ARRAY(compiler->arena, query->variant_count, struct compiled_variant);
    if (!compile_variant(compiler, compiled, query->whole, &declared, &whole, error))
        return false;
    compiled->scoped = compiled->variants[query->whole].scoped;
    if (!mode_check(compiler, compiled, whole.column_count) ||
        !compile_parameters(compiler, compiled, &whole) ||
        !compile_columns(compiler, compiled, &whole))
        return false;
    decimals_infer(&compiler->project->schema, compiled, compiler->arena);

    declared = (struct declared){ whole.parameter_types, whole.parameter_count };
    for (int i = 0; i < query->variant_count; i++) {
        struct direct_description description;
        if (i != query->whole &&
            (!compile_variant(compiler, compiled, i, &declared, &description, error) ||
                !columns_agree(compiler, compiled, &compiled->variants[i], &whole, &description)))
            return false;
    }
    return true;
}

/* --- the project ------------------------------------------------------------------------------ */

/* What rewriting cannot mend. A report tells it, and goes on: each query has its own verdict. */
static bool
schema_check(struct compiler *compiler, struct tn_error *error)
{
    struct project *project = compiler->project;
    struct tn_error told = { 0 };
    const bool good = lint_check(compiler->direct, &project->schema, compiler->arena, &told) &&
                      effects_check(compiler->effects, &told);
    project->warnings = lint_warnings(&project->schema, compiler->arena);
    if (good)
        return true;
    if (told.code != TN_GENERATOR || compiler->is_whole) {
        *error = told;
        return false;
    }
    project->warnings.names[project->warnings.count++] =
        arena_printf(compiler->arena, "nothing can be generated for this schema: %s", told.detail);
    return true;
}

bool
project_compile(struct direct *direct, const struct configuration *configuration,
    const struct query_list *queries, bool is_whole, struct arena *arena,
    struct project *ret_project, struct tn_error *error)
{
    struct project *project = ret_project;
    struct compiler compiler = {
        .direct = direct, .project = project, .arena = arena, .is_whole = is_whole
    };
    *project = (struct project){
        .configuration = configuration,
        .sources = queries,
        .files = project->files,
        .file_count = project->file_count,
    };
    if (!schema_read(direct, configuration, arena, &project->schema, error) ||
        !shape_read(direct, NULL, arena, &project->shapes, &project->shape_count, error) ||
        !effects_read(direct, &project->schema, arena, &compiler.effects, error) ||
        !schema_check(&compiler, error) || !dependencies_prepare(direct, error))
        return false;

    project->queries = ARENA_ARRAY(arena, queries->count, struct compiled);
    for (int i = 0; i < queries->count; i++) {
        struct compiled *compiled = &project->queries[project->query_count++];
        compiled->query = &queries->queries[i];
        compiled->original = compiled->query->text;
        compiled->rejection = compiled->query->rejection;
        (void)!compile(&compiler, compiled, error);
        if (error->code != TN_NO_ERROR)
            return false;
    }
    return true;
}
