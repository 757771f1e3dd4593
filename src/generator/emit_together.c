/* The functions that ask several queries in one flight. */
#include "generator/emit.h"

static const char *
names_of(const struct compiled_together *compiled, struct arena *arena)
{
    struct buffer names;
    buffer_init(&names, arena, 128);
    for (int i = 0; i < compiled->query_count; i++)
        buffer_printf(&names, "%s%s", i > 0 ? ", " : "", compiled->queries[i]->query->name);
    return names.data;
}

/* What the query answers, as a member. */
static const char *
answer_type(const struct query *query, struct arena *arena)
{
    return arena_printf(arena, "struct %s%s_%s", query->mode == QUERY_MAYBE ? "opt_" : "",
        query->name, query->mode == QUERY_MANY ? "rows" : "row");
}

void
emit_together_header(
    struct buffer *out, const struct project *project, const struct compiled_together *compiled)
{
    const struct together *together = compiled->together;
    buffer_printf(out, "struct %s_rows {\n", together->name);
    for (int i = 0; i < compiled->query_count; i++) {
        const struct query *query = compiled->queries[i]->query;
        buffer_printf(out, "    %s %s;\n", answer_type(query, out->arena), query->name);
    }
    BUFFER_LITERAL(out, "};\n\n");
    emit_comment(
        out, arena_printf(out->arena, "%s%sIn one flight: %s.", together->doc ? together->doc : "",
                 together->doc ? "\n" : "", names_of(compiled, out->arena)));
    BUFFER_LITERAL(out, "__attribute__((warn_unused_result))\n");
    emit_together_prototype(out, project, compiled, false);
    BUFFER_LITERAL(out, ";\n\n");
}

static void
put_ask(struct buffer *out, const struct project *project, const struct compiled_together *compiled,
    int index)
{
    const struct compiled *asked = compiled->queries[index];
    buffer_printf(out, "!ask_%s(&calls.list[%d], %s, ", asked->query->name, index,
        emit_handle(project, asked));
    for (int i = 0; i < asked->parameter_count; i++)
        buffer_printf(out, "%s, ", c_argument(asked->parameters[i].name, out->arena));
    if (asked->query->sort_count > 0)
        buffer_printf(out, "%s_sort, ", asked->query->name);
    BUFFER_LITERAL(out, "error)");
}

void
emit_together_source(
    struct buffer *out, const struct project *project, const struct compiled_together *compiled)
{
    const char *name = compiled->together->name;
    emit_together_prototype(out, project, compiled, true);
    buffer_printf(out, "\n{\n    TN_CALLS calls = { .name = \"%s\", .count = %d };\n    if (", name,
        compiled->query_count);
    for (int i = 0; i < compiled->query_count; i++) {
        buffer_text(out, i > 0 ? " ||\n        " : "");
        put_ask(out, project, compiled, i);
    }
    buffer_printf(out,
        ")\n        return false;\n\n"
        "    struct %s_rows rows;\n    if (!tn_calls_run(&calls, error)",
        name);
    for (int i = 0; i < compiled->query_count; i++) {
        const char *query = compiled->queries[i]->query->name;
        buffer_printf(
            out, " ||\n        !answer_%s(&calls.list[%d], &rows.%s, error)", query, i, query);
    }
    BUFFER_LITERAL(
        out, ")\n        return false;\n\n    *ret_rows = rows;\n    return true;\n}\n\n");
}
