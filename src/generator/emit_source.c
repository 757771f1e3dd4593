#include <string.h>

#include "base/hash.h"
#include "generator/emit.h"

/* --- constants ------------------------------------------------------------------------------- */

static void
put_tables(struct buffer *out, const char *prefix, const char *name, const struct relation_set *set)
{
    buffer_printf(out, "static const char *const %s_%s[] = { ", prefix, name);
    for (int i = 0; i < set->count; i++) {
        emit_string(
            out, arena_printf(out->arena, "%s.%s", set->list[i]->schema, set->list[i]->name), "");
        BUFFER_LITERAL(out, ", ");
    }
    BUFFER_LITERAL(out, "NULL };\n");
}

static void
put_constant(struct buffer *out, const struct compiled *compiled)
{
    const struct query *query = compiled->query;
    const struct scoped *scoped = &compiled->scoped;
    if (compiled->parameter_type_count > 0) {
        buffer_printf(out, "static const uint32_t types_%s[] = { ", query->name);
        for (int i = 0; i < compiled->parameter_type_count; i++)
            buffer_printf(out, "%s%u", i > 0 ? ", " : "", compiled->parameter_types[i]);
        BUFFER_LITERAL(out, " };\n");
    }
    put_tables(out, "reads", query->name, &compiled->tables_read);
    put_tables(out, "writes", query->name, &compiled->tables_written);

    buffer_printf(out,
        "static const struct tn_query query_%s = {\n    .name = \"%s\",\n    .text =\n",
        query->name, query->name);
    emit_string(out, scoped->text, "        ");
    buffer_printf(out, ",\n    .statement = \"tn_%016lx\",\n",
        (unsigned long)hash_bytes(scoped->text, strlen(scoped->text)));
    if (compiled->parameter_type_count > 0)
        buffer_printf(out, "    .parameter_types = types_%s,\n    .parameter_count = %d,\n",
            query->name, compiled->parameter_type_count);
    buffer_printf(out, "    .column_count = %d,\n", compiled->column_count);
    if (scoped->writes || scoped->locks)
        BUFFER_LITERAL(out, "    .writes = true,\n");
    if (scoped->reads_clock)
        BUFFER_LITERAL(out, "    .reads_clock = true,\n");
    if (query->is_slow)
        BUFFER_LITERAL(out, "    .slow = true,\n");
    buffer_printf(out, "    .tables_read = reads_%s,\n    .tables_written = writes_%s,\n};\n\n",
        query->name, query->name);
}

static void
put_labels(struct buffer *out, const struct project *project, enum emit_part part)
{
    for (int i = 0; i < project->enum_count; i++) {
        const struct type *enumeration = project->enums[i];
        if (!emit_uses(project, part, enumeration))
            continue;
        const char *name = c_name(enumeration->name, out->arena);
        const int count = enumeration->labels.count;
        buffer_printf(out, "%sconst char *const %s%s_labels[%d] = {\n",
            part == EMIT_RAW ? "static " : "", part == EMIT_RAW ? "raw_" : "", name, count);
        for (int label = 0; label < count; label++) {
            emit_string(out, enumeration->labels.names[label], "    ");
            BUFFER_LITERAL(out, ",\n");
        }
        BUFFER_LITERAL(out, "};\n\n");
        const char *raw = part == EMIT_RAW ? "raw_" : "";
        buffer_printf(out,
            "const char *\n%s%s_label(enum %s value)\n{\n"
            "    return (unsigned)value < %du ? %s%s_labels[value] : NULL;\n}\n\n",
            raw, name, name, count, raw, name);
        if (part == EMIT_RAW || project->configuration->identity.count > 0)
            continue;
        buffer_printf(out,
            "bool\n%s_query(\n    struct tn_request *request, const char *name, enum %s *value, "
            "struct tn_error *error)\n{\n"
            "    int index = (int)*value;\n"
            "    if (!tn_request_query_label(request, name, %s_labels, %d, &index, error))\n"
            "        return false;\n\n"
            "    *value = (enum %s)index;\n    return true;\n}\n\n",
            name, name, name, count, name);
    }
}

/* --- reading --------------------------------------------------------------------------------- */

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
            put_read_label(out, column, i, prefix);
            continue;
        }
        buffer_printf(out, "    if (!tn_column_%s%s%s(call, row, %d, ",
            type->is_nullable ? "opt_" : "", type->name, type->kind == VALUE_ARRAY ? "_array" : "",
            i);
        if (type->kind == VALUE_DECIMAL)
            buffer_printf(out, "%d, ", type->scale);
        buffer_printf(out, "&ret_row->%s, error))\n        return false;\n", column->name);
    }
    BUFFER_LITERAL(out, "    return true;\n}\n\n");
}

/* --- calling --------------------------------------------------------------------------------- */

static void
put_binding(struct buffer *out, const struct parameter_value *value, const char *prefix)
{
    const struct value_type *type = &value->type;
    const char *name = c_argument(value->name, out->arena);
    if (type->kind == VALUE_ENUM) {
        const char *enumeration = c_name(type->enumeration->name, out->arena);
        if (type->is_nullable)
            buffer_printf(out,
                "    tn_call_label(&call,\n        %s.value.is_null ? NULL : "
                "%s%s_label(%s.value.value_if_any));\n",
                name, prefix, enumeration, name);
        else
            buffer_printf(out, "    tn_call_label(&call, %s%s_label(%s.value));\n", prefix,
                enumeration, name);
        return;
    }
    buffer_printf(out, "    tn_call_%s%s%s(&call, %s.value", type->is_nullable ? "opt_" : "",
        type->name, type->kind == VALUE_ARRAY ? "_array" : "", name);
    if (type->kind == VALUE_DECIMAL)
        buffer_printf(out, ", %d", type->scale);
    BUFFER_LITERAL(out, ");\n");
}

static void
put_answer(struct buffer *out, const struct compiled *compiled)
{
    const char *name = compiled->query->name;
    switch (compiled->query->mode) {
    case QUERY_ONE:
        buffer_printf(out,
            "    return tn_call_expect_one(&call, error) && read_%s(&call, 0, ret_row, error);\n",
            name);
        break;
    case QUERY_MAYBE:
        buffer_printf(out,
            "    bool found;\n"
            "    if (!tn_call_expect_maybe(&call, &found, error))\n        return false;\n"
            "    if (found && !read_%s(&call, 0, ret_row, error))\n        return false;\n\n"
            "    *ret_found = found;\n    return true;\n",
            name);
        break;
    case QUERY_MANY:
        buffer_printf(out,
            "    if (!tn_call_expect_many(&call, error))\n        return false;\n\n"
            "    struct %s_rows rows = { .count = tn_call_row_count(&call) };\n"
            "    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);\n"
            "    for (size_t row = 0; row < rows.count; row++) {\n"
            "        if (!read_%s(&call, row, &rows.rows[row], error))\n"
            "            return false;\n    }\n"
            "    *ret_rows = rows;\n    return true;\n",
            name, name);
        break;
    case QUERY_EXECROWS:
        BUFFER_LITERAL(out, "    *ret_count = tn_call_affected(&call);\n    return true;\n");
        break;
    case QUERY_EXEC:
        BUFFER_LITERAL(out, "    return true;\n");
        break;
    }
}

static const char *
begin_of(const struct project *project, const struct compiled *compiled)
{
    switch (compiled->query->scope) {
    case SCOPE_CROSS_ORG:
        return "raw_call_begin(&call, raw";
    case SCOPE_IDENTITY:
        return "tn_call_begin_identity(&call, identity";
    case SCOPE_TENANT:
        break;
    }
    return project->configuration->identity.count > 0 ? "tn_call_begin_membership(&call, membership"
                                                      : "tn_call_begin(&call, db";
}

static void
put_function(struct buffer *out, const struct project *project, const struct compiled *compiled,
    const char *prefix)
{
    put_constant(out, compiled);
    if (compiled->column_count > 0)
        put_reader(out, compiled, prefix);
    emit_prototype(out, project, compiled, true);
    buffer_printf(out,
        "\n{\n    TN_CALL call;\n    if (!%s, &query_%s, error))\n        return false;\n\n",
        begin_of(project, compiled), compiled->query->name);
    for (int i = 0; i < compiled->parameter_count; i++)
        put_binding(out, &compiled->parameters[i], prefix);
    BUFFER_LITERAL(out, "    if (!tn_call_run(&call, error))\n        return false;\n\n");
    put_answer(out, compiled);
    BUFFER_LITERAL(out, "}\n\n");
}

void
emit_source(struct buffer *out, const struct project *project, enum emit_part part)
{
    const char *prefix = part == EMIT_RAW ? "raw_" : "";
    emit_notice(out, project);
    buffer_printf(out,
        "#include \"%s.h\"\n\n#include <tenantry/query.h>\n\n/* clang-format off */\n\n",
        part == EMIT_RAW ? "raw" : "queries");
    put_labels(out, project, part);
    for (int q = 0; q < project->query_count; q++) {
        if (emit_is_in(&project->queries[q], part))
            put_function(out, project, &project->queries[q], prefix);
    }
    buffer_truncate(out, out->length - 1);
}
