#include <string.h>

#include "generator/emit.h"

/* --- reading --------------------------------------------------------------------------------- */

/* An array of labels is read and bound as the numbers that its enum is made of. */
static void
put_read_labels(
    struct buffer *out, const struct result_column *column, int index, const char *prefix)
{
    const struct value_type *type = &column->type;
    const char *name = c_name(type->enumeration->name, out->arena);
    buffer_printf(out,
        "    struct tn_index_array labels_%d;\n"
        "    if (!tn_column_label_array(\n"
        "            call, row, %d, %s%s_labels, %d, %s, &labels_%d, error))\n"
        "        return false;\n",
        index, index, prefix, name, type->enumeration->labels.count,
        type->is_nullable ? "true" : "false", index);
    const char *value = arena_printf(out->arena,
        "(struct %s_array){\n        labels_%d.n, (const enum %s *)labels_%d.v }", name, index,
        name, index);
    if (type->is_nullable)
        buffer_printf(out,
            "    ret_row->%s = opt_%s_array_null();\n"
            "    if (labels_%d.v)\n        ret_row->%s = opt_%s_array_of(%s);\n",
            column->name, name, index, column->name, name, value);
    else
        buffer_printf(out, "    ret_row->%s = %s;\n", column->name, value);
}

static void
put_read_label(
    struct buffer *out, const struct result_column *column, int index, const char *prefix)
{
    const char *name = c_name(column->type.enumeration->name, out->arena);
    const bool nullable = column->type.is_nullable;
    buffer_printf(out,
        "    int label_%d;\n"
        "    if (!tn_column_label(call, row, %d, %s%s_labels, %d, %s, &label_%d, error))\n"
        "        return false;\n",
        index, index, prefix, name, column->type.enumeration->labels.count,
        nullable ? "true" : "false", index);
    if (nullable)
        buffer_printf(out,
            "    ret_row->%s = label_%d < 0 ? opt_%s_null() : opt_%s_of((enum %s)label_%d);\n",
            column->name, index, name, name, name, index);
    else
        buffer_printf(out, "    ret_row->%s = (enum %s)label_%d;\n", column->name, name, index);
}

static void
put_reader(struct buffer *out, const struct compiled *compiled, const char *prefix)
{
    const char *name = compiled->query->name;
    buffer_printf(out,
        "static bool\nread_%s(const struct tn_call *call, size_t row, struct %s_row *ret_row,\n"
        "    struct tn_error *error)\n{\n",
        name, name);
    for (int i = 0; i < compiled->column_count; i++) {
        const struct result_column *column = &compiled->columns[i];
        const struct value_type *type = &column->type;
        if (type->kind == VALUE_ENUM) {
            (type->is_array ? put_read_labels : put_read_label)(out, column, i, prefix);
            continue;
        }
        buffer_printf(
            out, "    if (!tn_column_%s(call, row, %d, ", value_type_runtime(type, out->arena), i);
        if (type->kind == VALUE_DECIMAL)
            buffer_printf(out, "%d, ", type->scale);
        buffer_printf(out, "&ret_row->%s, error))\n        return false;\n", column->name);
    }
    BUFFER_LITERAL(out, "    return true;\n}\n\n");
}

/* --- calling --------------------------------------------------------------------------------- */

static void
put_bind_label(struct buffer *out, const struct value_type *type, const char *name,
    const char *prefix, const char *call)
{
    const char *enumeration = c_name(type->enumeration->name, out->arena);
    const char *labels = arena_printf(
        out->arena, "%s%s_labels, %d", prefix, enumeration, type->enumeration->labels.count);
    const char *value =
        arena_printf(out->arena, "%s.value%s", name, type->is_nullable ? ".value_if_any" : "");
    const char *indent = type->is_nullable ? "        " : "    ";
    if (type->is_nullable)
        buffer_printf(
            out, "    if (%s.value.is_null)\n        tn_call_null(%s);\n    else\n", name, call);
    if (type->is_array)
        buffer_printf(out,
            "%stn_call_label_array(%s, %s,\n%s    (struct tn_index_array){\n%s        %s.n,\n"
            "%s        (const unsigned *)%s.v });\n",
            indent, call, labels, indent, indent, value, indent, value);
    else
        buffer_printf(out, "%stn_call_label(%s, %s, %s);\n", indent, call, labels, value);
}

static void
put_binding(
    struct buffer *out, const struct parameter_value *value, const char *prefix, const char *call)
{
    const struct value_type *type = &value->type;
    const char *name = c_argument(value->name, out->arena);
    if (type->kind == VALUE_ENUM) {
        put_bind_label(out, type, name, prefix, call);
        return;
    }
    buffer_printf(
        out, "    tn_call_%s(%s, %s.value", value_type_runtime(type, out->arena), call, name);
    if (type->kind == VALUE_DECIMAL)
        buffer_printf(out, ", %d", type->scale);
    BUFFER_LITERAL(out, ");\n");
}

static void
put_answer(struct buffer *out, const struct compiled *compiled, const char *call)
{
    const char *name = compiled->query->name;
    switch (compiled->query->mode) {
    case QUERY_ONE:
        buffer_printf(out,
            "    return tn_call_expect_one(%s, error) && read_%s(%s, 0, ret_row, error);\n", call,
            name, call);
        break;
    case QUERY_MAYBE:
        buffer_printf(out,
            "    bool found;\n"
            "    if (!tn_call_expect_maybe(%s, &found, error))\n        return false;\n"
            "    if (found && !read_%s(%s, 0, ret_row, error))\n        return false;\n\n"
            "    *ret_found = found;\n    return true;\n",
            call, name, call);
        break;
    case QUERY_MANY:
        buffer_printf(out,
            "    if (!tn_call_expect_many(%s, error))\n        return false;\n\n"
            "    struct %s_rows rows = { .count = tn_call_row_count(%s) };\n"
            "    rows.rows = tn_call_rows(%s, rows.count, sizeof *rows.rows);\n"
            "    for (size_t row = 0; row < rows.count; row++) {\n"
            "        if (!read_%s(%s, row, &rows.rows[row], error))\n"
            "            return false;\n    }\n"
            "    *ret_rows = rows;\n    return true;\n",
            call, name, call, call, name, call);
        break;
    case QUERY_EXECROWS:
        buffer_printf(out, "    *ret_count = tn_call_affected(%s);\n    return true;\n", call);
        break;
    case QUERY_EXEC:
        BUFFER_LITERAL(out, "    return true;\n");
        break;
    case QUERY_STREAM: /* put_stream */
        break;
    }
}

/* The function of the runtime that begins a call with such a handle. */
static const char *
begin_of(const struct project *project, const struct compiled *compiled, struct arena *arena)
{
    const char *handle = emit_handle(project, compiled);
    if (strcmp(handle, "raw") == 0)
        return "raw_call_begin";
    return strcmp(handle, "db") == 0 ? "tn_call_begin"
                                     : arena_printf(arena, "tn_call_begin_%s", handle);
}

/* Which of the texts: a bit for each optional argument that has a value, then the sort. */
static void
put_variant(struct buffer *out, const struct query *query)
{
    if (!emit_has_variants(query))
        return;

    BUFFER_LITERAL(out, "    unsigned variant = 0;\n");
    for (int i = 0; i < query->optional.count; i++)
        buffer_printf(out, "    variant += %s.value.is_null ? 0 : %uu;\n",
            c_argument(query->optional.names[i], out->arena), 1u << i);
    if (query->sort_count > 0)
        buffer_printf(out,
            "    if ((unsigned)sort >= %du)\n"
            "        return tn_error_set(error, TN_BAD_FIELD, \"query %s: there is no such "
            "sort\");\n"
            "    variant = variant * %du + (unsigned)sort;\n",
            query->sort_count, query->name, query->sort_count);
    BUFFER_LITERAL(out, "\n");
}

static void
put_stream(struct buffer *out, const struct compiled *compiled)
{
    const char *name = compiled->query->name;
    buffer_printf(out,
        "bool\n%s_next(\n    struct %s_stream *stream, struct %s_row *ret_row, bool *ret_found,\n"
        "    struct tn_error *error)\n{\n"
        "    bool found;\n"
        "    if (!tn_stream_next(&stream->stream, &found, error))\n        return false;\n"
        "    if (found &&\n"
        "        !read_%s(&stream->stream.call, stream->stream.row, ret_row, error))\n"
        "        return false;\n\n"
        "    *ret_found = found;\n    return true;\n}\n\n"
        "void\n%s_end(struct %s_stream *stream)\n{\n"
        "    tn_stream_end(&stream->stream);\n}\n\n",
        name, name, name, name, name, name);
}

/* The call begins, and gets its parameters. */
static void
put_call(struct buffer *out, const struct project *project, const struct compiled *compiled,
    const char *prefix, const char *call)
{
    const struct query *query = compiled->query;
    buffer_printf(out, "    if (!%s(%s, %s, &query_%s%s, error))\n        return false;\n\n",
        begin_of(project, compiled, out->arena), call, emit_handle(project, compiled), query->name,
        emit_has_variants(query) ? "[variant]" : "");
    for (int i = 0; i < compiled->parameter_count; i++)
        put_binding(out, &compiled->parameters[i], prefix, call);
}

/* What the query's own function and those that ask it together with others are made of. */
static void
put_halves(struct buffer *out, const struct project *project, const struct compiled *compiled)
{
    emit_ask_prototype(out, project, compiled);
    BUFFER_LITERAL(out, "\n{\n");
    put_variant(out, compiled->query);
    put_call(out, project, compiled, "", "call");
    BUFFER_LITERAL(out, "    return true;\n}\n\n");
    emit_answer_prototype(out, compiled);
    BUFFER_LITERAL(out, "\n{\n");
    if (compiled->query->mode == QUERY_MAYBE)
        buffer_printf(out,
            "    bool found;\n    struct %s_row row = { 0 };\n"
            "    if (!tn_call_expect_maybe(call, &found, error))\n        return false;\n"
            "    if (found && !read_%s(call, 0, &row, error))\n        return false;\n\n"
            "    *ret_row = found ? opt_%s_row_of(row) : opt_%s_row_null();\n"
            "    return true;\n",
            compiled->query->name, compiled->query->name, compiled->query->name,
            compiled->query->name);
    else
        put_answer(out, compiled, "call");
    BUFFER_LITERAL(out, "}\n\n");
}

static void
put_of_halves(struct buffer *out, const struct project *project, const struct compiled *compiled)
{
    const struct query *query = compiled->query;
    const char *name = query->name;
    emit_prototype(out, project, compiled, true);
    buffer_printf(out, "\n{\n    TN_CALL call = { 0 };\n    if (!ask_%s(&call, %s, ", name,
        emit_handle(project, compiled));
    for (int i = 0; i < compiled->parameter_count; i++)
        buffer_printf(out, "%s, ", c_argument(compiled->parameters[i].name, out->arena));
    buffer_printf(out, "%serror) || !tn_call_run(&call, error))\n        return false;\n\n",
        query->sort_count > 0 ? "sort, " : "");
    if (query->mode == QUERY_MAYBE)
        buffer_printf(out,
            "    struct opt_%s_row row;\n"
            "    if (!answer_%s(&call, &row, error))\n        return false;\n\n"
            "    *ret_found = opt_%s_row_get(row, ret_row);\n    return true;\n}\n\n",
            name, name, name);
    else
        buffer_printf(out, "    return answer_%s(&call, %s, error);\n}\n\n", name,
            query->mode == QUERY_ONE ? "ret_row" : "ret_rows");
}

static void
put_function(struct buffer *out, const struct project *project, const struct compiled *compiled,
    enum emit_part part)
{
    const char *prefix = part == EMIT_RAW ? "raw_" : "";
    const struct query *query = compiled->query;
    emit_constant(out, compiled);
    emit_sorts(out, project, compiled, part);
    if (compiled->column_count > 0)
        put_reader(out, compiled, prefix);
    if (compiled->is_together) {
        put_halves(out, project, compiled);
        put_of_halves(out, project, compiled);
        return;
    }
    emit_prototype(out, project, compiled, true);
    BUFFER_LITERAL(out, "\n{\n");
    if (query->mode == QUERY_STREAM)
        buffer_printf(out, "    *ret_stream = (struct %s_stream){ 0 };\n", query->name);
    put_variant(out, query);
    BUFFER_LITERAL(out, "    TN_CALL call;\n");
    put_call(out, project, compiled, prefix, "&call");
    if (query->mode == QUERY_STREAM) {
        BUFFER_LITERAL(
            out, "    return tn_stream_begin(&call, &ret_stream->stream, error);\n}\n\n");
        put_stream(out, compiled);
        return;
    }
    BUFFER_LITERAL(out, "    if (!tn_call_run(&call, error))\n        return false;\n\n");
    put_answer(out, compiled, "&call");
    BUFFER_LITERAL(out, "}\n\n");
}

void
emit_source(struct buffer *out, const struct project *project, enum emit_part part)
{
    emit_notice(out, project);
    buffer_printf(out,
        "#include \"%s.h\"\n\n#include <tenantry/query.h>\n\n/* clang-format off */\n\n",
        part == EMIT_RAW ? "raw" : "queries");
    emit_labels(out, project, part);
    for (int q = 0; q < project->query_count; q++) {
        if (emit_is_in(&project->queries[q], part))
            put_function(out, project, &project->queries[q], part);
    }
    for (int i = 0; i < project->together_count && part == EMIT_QUERIES; i++)
        emit_together_source(out, project, &project->togethers[i]);
    buffer_truncate(out, out->length - 1);
}
