#include "generator/emit.h"

#include <string.h>

bool
emit_is_in(const struct compiled *compiled, enum emit_part part)
{
    return (compiled->query->scope == SCOPE_CROSS_ORG) == (part == EMIT_RAW);
}

static const char *
file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void
emit_notice(struct buffer *out, const struct project *project)
{
    size_t begin = out->length;
    BUFFER_LITERAL(out, "/* Made by `tenantry generate` from");
    for (int i = 0; i < project->file_count; i++) {
        const char *name = file_name(project->files[i]);
        if (out->length - begin + strlen(name) > 95) {
            BUFFER_LITERAL(out, "\n *");
            begin = out->length;
        }
        buffer_printf(out, " %s%s", name, i + 1 < project->file_count ? "," : ".");
    }
    BUFFER_LITERAL(out, "\n * Change that, not this. */\n");
}

void
emit_string(struct buffer *out, const char *text, const char *indent)
{
    const char *at = text;
    do {
        buffer_printf(out, "%s\"", indent);
        for (; *at; at++) {
            const unsigned char character = (unsigned char)*at;
            if (character == '"' || character == '\\')
                buffer_character(out, '\\');
            if (character == '\n') {
                BUFFER_LITERAL(out, "\\n");
                at++;
                break;
            }
            if (character == '?' && at[1] == '?')
                BUFFER_LITERAL(out, "\\?"); /* no trigraph */
            else if (character < ' ')
                buffer_printf(out, "\\%03o", character);
            else
                buffer_character(out, *at);
        }
        buffer_text(out, *at ? "\"\n" : "\"");
    } while (*at);
}

/* --- prototypes ------------------------------------------------------------------------------ */

struct line {
    struct buffer *out;
    size_t begin; /* of the current line, in `out` */
};

/* One more argument, on a new line if this one is full. */
static void
put_argument(struct line *line, const char *text, bool is_last)
{
    const size_t width = line->out->length - line->begin + strlen(text) + (is_last ? 2 : 1);
    if (width > 99) {
        if (line->out->data[line->out->length - 1] == ' ')
            buffer_truncate(line->out, line->out->length - 1);
        buffer_character(line->out, '\n');
        line->begin = line->out->length;
        BUFFER_LITERAL(line->out, "    ");
    }
    buffer_text(line->out, text);
    buffer_text(line->out, is_last ? ")" : ", ");
}

const char *
emit_handle(const struct project *project, const struct compiled *compiled)
{
    switch (compiled->query->scope) {
    case SCOPE_CROSS_ORG:
        return "raw";
    case SCOPE_IDENTITY:
        return "identity";
    case SCOPE_TENANT:
        break;
    }
    return project->configuration->identity.count > 0 ? "membership" : "db";
}

static void
put_handle(struct line *line, const struct project *project, const struct compiled *compiled)
{
    const char *name = emit_handle(project, compiled);
    const bool is_ours = strcmp(name, "identity") == 0 || strcmp(name, "membership") == 0;
    const char *type = is_ours                    ? arena_printf(line->out->arena, "tn_%s", name)
                       : strcmp(name, "raw") == 0 ? "raw_db"
                                                  : "tn_db";
    put_argument(line, arena_printf(line->out->arena, "struct %s %s", type, name), false);
}

static void
put_parameter(struct line *line, const struct parameter_value *value)
{
    struct arena *arena = line->out->arena;
    put_argument(line,
        arena_printf(arena, "struct arg_%s%s %s", value->type.is_nullable ? "opt_" : "",
            value->name, c_argument(value->name, arena)),
        false);
}

static void
put_parameters(struct line *line, const struct compiled *compiled)
{
    for (int i = 0; i < compiled->parameter_count; i++)
        put_parameter(line, &compiled->parameters[i]);
    if (compiled->query->sort_count > 0)
        put_argument(line,
            arena_printf(line->out->arena, "enum %s_sort sort", compiled->query->name), false);
}

static void
put_answers(struct line *line, const struct compiled *compiled)
{
    struct arena *arena = line->out->arena;
    const char *name = compiled->query->name;
    switch (compiled->query->mode) {
    case QUERY_ONE:
        put_argument(line, arena_printf(arena, "struct %s_row *ret_row", name), false);
        break;
    case QUERY_MAYBE:
        put_argument(line, arena_printf(arena, "struct %s_row *ret_row", name), false);
        put_argument(line, "bool *ret_found", false);
        break;
    case QUERY_MANY:
        put_argument(line, arena_printf(arena, "struct %s_rows *ret_rows", name), false);
        break;
    case QUERY_STREAM:
        put_argument(line, arena_printf(arena, "struct %s_stream *ret_stream", name), false);
        break;
    case QUERY_EXECROWS:
        put_argument(line, "int64_t *ret_count", false);
        break;
    case QUERY_EXEC:
        break;
    }
    put_argument(line, "struct tn_error *error", true);
}

static struct line
line_begin(struct buffer *out, const char *name, const char *prefix, bool own_line)
{
    buffer_text(out, own_line ? "bool\n" : "");
    const struct line line = { out, out->length };
    buffer_printf(out, "%s%s%s(", own_line ? "" : "bool ", prefix, name);
    return line;
}

void
emit_prototype(struct buffer *out, const struct project *project, const struct compiled *compiled,
    bool own_line)
{
    struct line line = line_begin(out, compiled->query->name, "", own_line);
    put_handle(&line, project, compiled);
    put_parameters(&line, compiled);
    put_answers(&line, compiled);
}

void
emit_ask_prototype(
    struct buffer *out, const struct project *project, const struct compiled *compiled)
{
    BUFFER_LITERAL(out, "static ");
    struct line line = line_begin(out, compiled->query->name, "ask_", true);
    put_argument(&line, "struct tn_call *call", false);
    put_handle(&line, project, compiled);
    put_parameters(&line, compiled);
    put_argument(&line, "struct tn_error *error", true);
}

void
emit_answer_prototype(struct buffer *out, const struct compiled *compiled)
{
    static const char *const formats[] = {
        [QUERY_ONE] = "struct %s_row *ret_row",
        [QUERY_MAYBE] = "struct opt_%s_row *ret_row",
        [QUERY_MANY] = "struct %s_rows *ret_rows",
    };
    const char *format = formats[compiled->query->mode];
    const char *mark = strchr(format, '%');
    BUFFER_LITERAL(out, "static ");
    struct line line = line_begin(out, compiled->query->name, "answer_", true);
    put_argument(&line, "const struct tn_call *call", false);
    put_argument(&line,
        arena_printf(
            out->arena, "%.*s%s%s", (int)(mark - format), format, compiled->query->name, mark + 2),
        false);
    put_argument(&line, "struct tn_error *error", true);
}

void
emit_together_prototype(struct buffer *out, const struct project *project,
    const struct compiled_together *compiled, bool own_line)
{
    struct arena *arena = out->arena;
    const char *name = compiled->together->name;
    struct line line = line_begin(out, name, "", own_line);
    put_handle(&line, project, compiled->queries[0]);
    for (int i = 0; i < compiled->parameter_count; i++)
        put_parameter(&line, compiled->parameters[i]);
    for (int i = 0; i < compiled->query_count; i++) {
        const struct query *query = compiled->queries[i]->query;
        if (query->sort_count > 0)
            put_argument(&line,
                arena_printf(arena, "enum %s_sort %s_sort", query->name, query->name), false);
    }
    put_argument(&line, arena_printf(arena, "struct %s_rows *ret_rows", name), false);
    put_argument(&line, "struct tn_error *error", true);
}
