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

static const char *
handle_declaration(const struct project *project, const struct compiled *compiled)
{
    switch (compiled->query->scope) {
    case SCOPE_CROSS_ORG:
        return "struct raw_db raw";
    case SCOPE_IDENTITY:
        return "struct tn_identity identity";
    case SCOPE_TENANT:
        break;
    }
    return project->configuration->identity.count > 0 ? "struct tn_membership membership"
                                                      : "struct tn_db db";
}

void
emit_prototype(struct buffer *out, const struct project *project, const struct compiled *compiled,
    bool own_line)
{
    const char *name = compiled->query->name;
    struct arena *arena = out->arena;
    buffer_text(out, own_line ? "bool\n" : "");
    struct line line = { out, out->length };
    buffer_printf(out, "%s%s(", own_line ? "" : "bool ", name);
    put_argument(&line, handle_declaration(project, compiled), false);
    for (int i = 0; i < compiled->parameter_count; i++) {
        const struct parameter_value *value = &compiled->parameters[i];
        put_argument(&line,
            arena_printf(arena, "struct arg_%s%s %s", value->type.is_nullable ? "opt_" : "",
                value->name, c_argument(value->name, arena)),
            false);
    }
    if (compiled->query->sort_count > 0)
        put_argument(&line, arena_printf(arena, "enum %s_sort sort", name), false);

    switch (compiled->query->mode) {
    case QUERY_ONE:
        put_argument(&line, arena_printf(arena, "struct %s_row *ret_row", name), false);
        break;
    case QUERY_MAYBE:
        put_argument(&line, arena_printf(arena, "struct %s_row *ret_row", name), false);
        put_argument(&line, "bool *ret_found", false);
        break;
    case QUERY_MANY:
        put_argument(&line, arena_printf(arena, "struct %s_rows *ret_rows", name), false);
        break;
    case QUERY_STREAM:
        put_argument(&line, arena_printf(arena, "struct %s_stream *ret_stream", name), false);
        break;
    case QUERY_EXECROWS:
        put_argument(&line, "int64_t *ret_count", false);
        break;
    case QUERY_EXEC:
        break;
    }
    put_argument(&line, "struct tn_error *error", true);
}
