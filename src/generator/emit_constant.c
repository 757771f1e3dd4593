#include <string.h>

#include "base/hash.h"
#include "generator/emit.h"

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

bool
emit_has_variants(const struct query *query)
{
    return query->optional.count > 0 || query->sort_count > 0;
}

static bool
types_equal(const struct compiled *compiled, int left, int right)
{
    return memcmp(compiled->variants[left].parameter_types,
               compiled->variants[right].parameter_types,
               (size_t)compiled->parameter_type_count * sizeof(uint32_t)) == 0;
}

/* The variant whose array of types this one uses: the whole query's, or the first alike. */
static int
types_owner(const struct compiled *compiled, int variant)
{
    int owner = 0;
    if (types_equal(compiled, variant, compiled->query->whole))
        return compiled->query->whole;
    while (!types_equal(compiled, variant, owner))
        owner++;
    return owner;
}

static const char *
types_name(const struct compiled *compiled, int variant, struct arena *arena)
{
    const int owner = types_owner(compiled, variant);
    return owner == compiled->query->whole
               ? arena_printf(arena, "types_%s", compiled->query->name)
               : arena_printf(arena, "types_%s_%d", compiled->query->name, owner);
}

static void
put_types(struct buffer *out, const struct compiled *compiled)
{
    for (int variant = 0; variant < compiled->query->variant_count; variant++) {
        if (compiled->parameter_type_count == 0 || types_owner(compiled, variant) != variant)
            continue;
        buffer_printf(
            out, "static const uint32_t %s[] = { ", types_name(compiled, variant, out->arena));
        for (int i = 0; i < compiled->parameter_type_count; i++)
            buffer_printf(
                out, "%s%u", i > 0 ? ", " : "", compiled->variants[variant].parameter_types[i]);
        BUFFER_LITERAL(out, " };\n");
    }
}

static void
put_members(struct buffer *out, const struct compiled *compiled, int variant, const char *indent)
{
    const struct query *query = compiled->query;
    const char *text = compiled->variants[variant].scoped.text;
    buffer_printf(out, "%s.name = \"%s\",\n%s.text =\n", indent, query->name, indent);
    emit_string(out, text, arena_printf(out->arena, "%s    ", indent));
    buffer_printf(out, ",\n%s.statement = \"tn_%016lx\",\n", indent,
        (unsigned long)hash_bytes(text, strlen(text)));
    if (compiled->parameter_type_count > 0)
        buffer_printf(out, "%s.parameter_types = %s,\n%s.parameter_count = %d,\n", indent,
            types_name(compiled, variant, out->arena), indent, compiled->parameter_type_count);
    buffer_printf(out, "%s.column_count = %d,\n", indent, compiled->column_count);
    if (compiled->writes)
        buffer_printf(out, "%s.writes = true,\n", indent);
    if (compiled->reads_clock)
        buffer_printf(out, "%s.reads_clock = true,\n", indent);
    if (query->is_slow)
        buffer_printf(out, "%s.slow = true,\n", indent);
    buffer_printf(out, "%s.tables_read = reads_%s,\n%s.tables_written = writes_%s,\n", indent,
        query->name, indent, query->name);
}

/* What is there and how it is sorted, for a reader of the table. */
static void
put_variant_comment(struct buffer *out, const struct query *query, int variant)
{
    const int sorts = query->sort_count > 0 ? query->sort_count : 1;
    const char *comma = "";
    BUFFER_LITERAL(out, "    { /* ");
    for (int i = 0; i < query->optional.count; i++) {
        if (variant / sorts & 1 << i) {
            buffer_printf(out, "%s%s", comma, query->optional.names[i]);
            comma = ", ";
        }
    }
    if (query->sort_count > 0)
        buffer_printf(out, "%sby %s", comma, query->sorts[variant % sorts].name);
    else if (!*comma)
        BUFFER_LITERAL(out, "without");
    BUFFER_LITERAL(out, " */\n");
}

void
emit_constant(struct buffer *out, const struct compiled *compiled)
{
    const struct query *query = compiled->query;
    put_types(out, compiled);
    put_tables(out, "reads", query->name, &compiled->tables_read);
    put_tables(out, "writes", query->name, &compiled->tables_written);
    if (!emit_has_variants(query)) {
        buffer_printf(out, "static const struct tn_query query_%s = {\n", query->name);
        put_members(out, compiled, 0, "    ");
        BUFFER_LITERAL(out, "};\n\n");
        return;
    }
    buffer_printf(
        out, "static const struct tn_query query_%s[%d] = {\n", query->name, query->variant_count);
    for (int variant = 0; variant < query->variant_count; variant++) {
        put_variant_comment(out, query, variant);
        put_members(out, compiled, variant, "        ");
        BUFFER_LITERAL(out, "    },\n");
    }
    BUFFER_LITERAL(out, "};\n\n");
}

/* An enum's labels, and what reads one from a request's address. `name` is the enum in C. */
static void
put_label_list(
    struct buffer *out, const char *raw, const char *name, const char *const *labels, int count)
{
    buffer_printf(
        out, "%sconst char *const %s%s_labels[%d] = {\n", *raw ? "static " : "", raw, name, count);
    for (int label = 0; label < count; label++) {
        emit_string(out, labels[label], "    ");
        BUFFER_LITERAL(out, ",\n");
    }
    BUFFER_LITERAL(out, "};\n\n");
}

static void
put_label_query(struct buffer *out, const char *name, int count)
{
    buffer_printf(out,
        "bool\n%s_query(\n    struct tn_request *request, const char *name, enum %s *value, "
        "struct tn_error *error)\n{\n"
        "    int index = (int)*value;\n"
        "    if (!tn_request_query_label(request, name, %s_labels, %d, &index, error))\n"
        "        return false;\n\n"
        "    *value = (enum %s)index;\n    return true;\n}\n\n",
        name, name, name, count, name);
}

void
emit_labels(struct buffer *out, const struct project *project, enum emit_part part)
{
    const char *raw = part == EMIT_RAW ? "raw_" : "";
    for (int i = 0; i < project->enum_count; i++) {
        const struct type *enumeration = project->enums[i];
        if (!emit_uses(project, part, enumeration))
            continue;
        const char *name = c_name(enumeration->name, out->arena);
        const int count = enumeration->labels.count;
        put_label_list(out, raw, name, enumeration->labels.names, count);
        buffer_printf(out,
            "const char *\n%s%s_label(enum %s value)\n{\n"
            "    return (unsigned)value < %du ? %s%s_labels[value] : NULL;\n}\n\n",
            raw, name, name, count, raw, name);
        if (part != EMIT_RAW && project->configuration->identity.count == 0)
            put_label_query(out, name, count);
    }
}

void
emit_sorts(struct buffer *out, const struct project *project, const struct compiled *compiled,
    enum emit_part part)
{
    const struct query *query = compiled->query;
    const char *name = arena_printf(out->arena, "%s_sort", query->name);
    const char **labels = ARENA_ARRAY(out->arena, query->sort_count, const char *);
    if (query->sort_count == 0 || part == EMIT_RAW || project->configuration->identity.count > 0)
        return;

    for (int i = 0; i < query->sort_count; i++)
        labels[i] = query->sorts[i].name;
    put_label_list(out, "", name, labels, query->sort_count);
    put_label_query(out, name, query->sort_count);
}
