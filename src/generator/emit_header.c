#include <string.h>

#include "generator/emit.h"

static void
put_includes(struct buffer *out, const struct project *project, enum emit_part part)
{
    if (part == EMIT_RAW) {
        BUFFER_LITERAL(out,
            "#ifdef TENANTRY_QUERIES_H\n"
            "#error \"queries of one organization and of all do not go into one file: "
            "include queries.h or raw.h\"\n"
            "#endif\n#define TENANTRY_RAW_H\n\n"
            "#include <tenantry/raw.h>\n");
        return;
    }
    BUFFER_LITERAL(out, "#ifdef TENANTRY_RAW_H\n"
                        "#error \"queries of one organization and of all do not go into one file: "
                        "include queries.h or raw.h\"\n"
                        "#endif\n#define TENANTRY_QUERIES_H\n\n");
    if (project->configuration->identity.count > 0)
        BUFFER_LITERAL(out, "#include \"tenant/identity.h\"\n");
    else
        BUFFER_LITERAL(out, "#include <tenantry/tenantry.h>\n");
    for (int q = 0; q < project->query_count; q++) {
        if (project->queries[q].query->mode == QUERY_STREAM &&
            emit_is_in(&project->queries[q], part)) {
            BUFFER_LITERAL(out, "#include <tenantry/query.h>\n");
            break;
        }
    }
}

/* --- enums ----------------------------------------------------------------------------------- */

bool
emit_uses(const struct project *project, enum emit_part part, const struct type *enumeration)
{
    for (int q = 0; q < project->query_count; q++) {
        const struct compiled *compiled = &project->queries[q];
        if (!emit_is_in(compiled, part))
            continue;
        for (int i = 0; i < compiled->parameter_count; i++) {
            if (compiled->parameters[i].type.enumeration == enumeration)
                return true;
        }
        for (int i = 0; i < compiled->column_count; i++) {
            if (compiled->columns[i].type.enumeration == enumeration)
                return true;
        }
    }
    return false;
}

/* How the queries of the part use the enum, besides plainly. */
struct enum_use {
    bool array;
    bool optional_array;
};

static void
note_use(struct enum_use *use, const struct value_type *type, const struct type *enumeration)
{
    use->array |= type->enumeration == enumeration && type->is_array;
    use->optional_array |= type->enumeration == enumeration && type->is_array && type->is_nullable;
}

static struct enum_use
enum_use_find(const struct project *project, enum emit_part part, const struct type *enumeration)
{
    struct enum_use use = { 0 };
    for (int q = 0; q < project->query_count; q++) {
        const struct compiled *compiled = &project->queries[q];
        for (int i = 0; i < compiled->parameter_count && emit_is_in(compiled, part); i++)
            note_use(&use, &compiled->parameters[i].type, enumeration);
        for (int i = 0; i < compiled->column_count && emit_is_in(compiled, part); i++)
            note_use(&use, &compiled->columns[i].type, enumeration);
    }
    return use;
}

/* `word`: "enum invoice_status" or "struct invoice_status_array". */
static void
put_optional(struct buffer *out, const char *name, const char *word)
{
    buffer_printf(out,
        "struct opt_%s {\n    bool is_null;\n    %s value_if_any;\n};\n\n"
        "static inline bool\nopt_%s_get(struct opt_%s optional, %s *ret_value)\n{\n"
        "    if (optional.is_null)\n        return false;\n"
        "    *ret_value = optional.value_if_any;\n    return true;\n}\n\n"
        "static inline struct opt_%s\nopt_%s_of(%s value)\n{\n"
        "    return (struct opt_%s){ .is_null = false, .value_if_any = value };\n}\n\n"
        "static inline struct opt_%s\nopt_%s_null(void)\n{\n"
        "    return (struct opt_%s){ .is_null = true };\n}\n\n",
        name, word, name, name, word, name, name, word, name, name, name, name);
}

static void
put_enum_structs(struct buffer *out, const char *name, struct enum_use use)
{
    const char *array = arena_printf(out->arena, "%s_array", name);
    put_optional(out, name, arena_printf(out->arena, "enum %s", name));
    if (use.array)
        buffer_printf(
            out, "struct %s {\n    size_t n;\n    const enum %s *v;\n};\n\n", array, name);
    if (use.optional_array)
        put_optional(out, array, arena_printf(out->arena, "struct %s", array));
}

static void
put_query_reader(struct buffer *out, const char *name)
{
    buffer_printf(out,
        "/* A parameter of the request's address; not sent: `*value` stays as it was. */\n"
        "__attribute__((warn_unused_result)) bool %s_query(\n"
        "    struct tn_request *request, const char *name, enum %s *value, struct tn_error "
        "*error);\n",
        name, name);
}

static void
put_enum(struct buffer *out, const struct project *project, enum emit_part part,
    const struct type *enumeration)
{
    const char *name = c_name(enumeration->name, out->arena);
    const char *upper = c_upper(enumeration->name, out->arena);
    buffer_printf(out, "enum %s {\n", name);
    for (int i = 0; i < enumeration->labels.count; i++)
        buffer_printf(
            out, "    %s_%s,\n", upper, c_upper(enumeration->labels.names[i], out->arena));
    BUFFER_LITERAL(out, "};\n\n");
    put_enum_structs(out, name, enum_use_find(project, part, enumeration));
    if (part == EMIT_RAW) {
        buffer_printf(out,
            "/* As the database writes it. */\nconst char *raw_%s_label(enum %s value);\n\n", name,
            name);
        return;
    }

    buffer_printf(out,
        "/* As the database writes them, in the order of the enum. */\n"
        "extern const char *const %s_labels[%d];\n"
        "const char *%s_label(enum %s value);\n",
        name, enumeration->labels.count, name, name);
    if (project->configuration->identity.count == 0)
        put_query_reader(out, name);
    buffer_character(out, '\n');
}

/* --- arguments ------------------------------------------------------------------------------- */

static bool
takes_parameter(
    const struct project *project, enum emit_part part, const struct parameter_value *value)
{
    for (int q = 0; q < project->query_count; q++) {
        const struct compiled *compiled = &project->queries[q];
        for (int i = 0; i < compiled->parameter_count && emit_is_in(compiled, part); i++) {
            if (strcmp(compiled->parameters[i].name, value->name) == 0 &&
                compiled->parameters[i].type.is_nullable == value->type.is_nullable)
                return true;
        }
    }
    return false;
}

static void
put_argument_type(struct buffer *out, const struct parameter_value *value)
{
    const char *name =
        arena_printf(out->arena, "arg_%s%s", value->type.is_nullable ? "opt_" : "", value->name);
    if (value->type.kind == VALUE_DECIMAL)
        buffer_printf(out, "#define %s_SCALE %d\n", c_upper(name, out->arena), value->type.scale);
    buffer_printf(out, "struct %s {\n    ", name);
    value_type_declare(out, &value->type);
    buffer_printf(out, "value;\n};\n\nstatic inline struct %s\n%s(", name, name);
    value_type_declare(out, &value->type);
    buffer_printf(out, "value)\n{\n    return (struct %s){ value };\n}\n\n", name);
}

/* --- queries --------------------------------------------------------------------------------- */

void
emit_comment(struct buffer *out, const char *text)
{
    BUFFER_LITERAL(out, "/* ");
    for (; *text; text++) {
        if (*text == '\n')
            BUFFER_LITERAL(out, "\n * ");
        else if (text[0] == '*' && text[1] == '/')
            BUFFER_LITERAL(out, "* ");
        else if (text[0] == '/' && text[1] == '*')
            BUFFER_LITERAL(out, "/ ");
        else
            buffer_character(out, *text);
    }
    BUFFER_LITERAL(out, " */\n");
}

static void
put_row(struct buffer *out, const struct compiled *compiled)
{
    const char *name = compiled->query->name;
    if (compiled->column_count == 0)
        return;

    for (int i = 0; i < compiled->column_count; i++) {
        const struct result_column *column = &compiled->columns[i];
        if (column->type.kind == VALUE_DECIMAL)
            buffer_printf(out, "#define %s_%s_SCALE %d\n", c_upper(name, out->arena),
                c_upper(column->name, out->arena), column->type.scale);
    }
    buffer_printf(out, "struct %s_row {\n", name);
    for (int i = 0; i < compiled->column_count; i++) {
        BUFFER_LITERAL(out, "    ");
        value_type_declare(out, &compiled->columns[i].type);
        buffer_printf(out, "%s;\n", compiled->columns[i].name);
    }
    BUFFER_LITERAL(out, "};\n\n");
    if (compiled->query->mode == QUERY_MANY)
        buffer_printf(out, "struct %s_rows {\n    size_t count;\n    struct %s_row *rows;\n};\n\n",
            name, name);
    if (compiled->query->mode == QUERY_MAYBE && compiled->is_together)
        put_optional(out, arena_printf(out->arena, "%s_row", name),
            arena_printf(out->arena, "struct %s_row", name));
}

static void
put_sort(struct buffer *out, const struct project *project, const struct compiled *compiled,
    enum emit_part part)
{
    const struct query *query = compiled->query;
    if (query->sort_count == 0)
        return;

    const char *upper = c_upper(query->name, out->arena);
    buffer_printf(out, "enum %s_sort {\n", query->name);
    for (int i = 0; i < query->sort_count; i++)
        buffer_printf(out, "    %s_SORT_%s,\n", upper, c_upper(query->sorts[i].name, out->arena));
    BUFFER_LITERAL(out, "};\n\n");
    if (part == EMIT_RAW || project->configuration->identity.count > 0)
        return;
    buffer_printf(out,
        "/* As the query's header names them, in the order of the enum. */\n"
        "extern const char *const %s_sort_labels[%d];\n",
        query->name, query->sort_count);
    put_query_reader(out, arena_printf(out->arena, "%s_sort", query->name));
    buffer_character(out, '\n');
}

static void
put_stream(struct buffer *out, const struct compiled *compiled)
{
    const char *name = compiled->query->name;
    if (compiled->query->mode != QUERY_STREAM)
        return;
    buffer_printf(out,
        "/* Rows one at a time, on a connection of its own until the last row was given, a call\n"
        " * failed, or %s_end: `TN_STREAM(%s) stream = { 0 };` ends it in each way out. */\n"
        "struct %s_stream {\n    struct tn_stream stream;\n};\n\n"
        "/* `*ret_found` false: there are no more. What a row points at lasts until the next call. "
        "*/\n"
        "__attribute__((warn_unused_result))\n"
        "bool %s_next(struct %s_stream *stream, struct %s_row *ret_row, bool *ret_found,\n"
        "    struct tn_error *error);\n"
        "void %s_end(struct %s_stream *stream);\n\n",
        name, name, name, name, name, name, name, name);
}

static void
put_query(struct buffer *out, const struct project *project, const struct compiled *compiled,
    enum emit_part part)
{
    put_row(out, compiled);
    put_sort(out, project, compiled, part);
    put_stream(out, compiled);
    if (compiled->query->doc)
        emit_comment(out, compiled->query->doc);
    BUFFER_LITERAL(out, "__attribute__((warn_unused_result))\n");
    emit_prototype(out, project, compiled, false);
    BUFFER_LITERAL(out, ";\n\n");
}

/* In C a call of an unknown function may be only a warning; this makes it an error that tells why.
 */
static void
put_poison(struct buffer *out, const struct project *project)
{
    bool any = false;
    for (int q = 0; q < project->query_count; q++) {
        if (!emit_is_in(&project->queries[q], EMIT_RAW))
            continue;
        if (!any)
            BUFFER_LITERAL(out, "/* Queries of all organizations: for scripts, in raw.h. */\n");
        any = true;
        buffer_printf(out,
            "extern const struct tn_cross_org_query_not_available_in_the_request_path %s;\n",
            project->queries[q].query->name);
    }
    buffer_text(out, any ? "\n" : "");
}

void
emit_header(struct buffer *out, const struct project *project, enum emit_part part)
{
    emit_notice(out, project);
    BUFFER_LITERAL(out, "#pragma once\n\n");
    put_includes(out, project, part);
    BUFFER_LITERAL(out, "\n/* clang-format off */\n\n");
    for (int i = 0; i < project->enum_count; i++) {
        if (emit_uses(project, part, project->enums[i]))
            put_enum(out, project, part, project->enums[i]);
    }
    for (int i = 0; i < project->parameter_count; i++) {
        if (takes_parameter(project, part, &project->parameters[i]))
            put_argument_type(out, &project->parameters[i]);
    }
    if (part == EMIT_QUERIES)
        put_poison(out, project);
    for (int q = 0; q < project->query_count; q++) {
        if (emit_is_in(&project->queries[q], part))
            put_query(out, project, &project->queries[q], part);
    }
    for (int i = 0; i < project->together_count && part == EMIT_QUERIES; i++)
        emit_together_header(out, project, &project->togethers[i]);
    buffer_truncate(out, out->length - 1);
}
