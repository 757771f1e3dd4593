#include "generator/pages_emit.h"

#include <stdbool.h>
#include <string.h>

/* Longer string literals than this need not be understood by a C compiler. */
enum { LITERAL_MAX = 4000 };

void
pages_emitter_init(struct pages_emitter *emitter, struct buffer *out, struct arena *arena)
{
    *emitter = (struct pages_emitter){ .out = out };
    buffer_init(&emitter->markup, arena, 256);
}

void
pages_emit_markup(struct pages_emitter *emitter, const char *text, size_t bytes)
{
    buffer_append(&emitter->markup, text, bytes);
}

static void
indent(struct pages_emitter *emitter, int depth)
{
    for (int i = 0; i < depth; i++)
        BUFFER_LITERAL(emitter->out, "    ");
}

void
pages_emit_literal(struct buffer *out, const char *text, size_t bytes)
{
    buffer_character(out, '"');
    for (size_t i = 0; i < bytes; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            buffer_printf(out, "\\%c", c);
        else if (c == '\n')
            BUFFER_LITERAL(out, "\\n");
        else if (c == '?' && i > 0 && text[i - 1] == '?')
            BUFFER_LITERAL(out, "\\?"); /* no trigraphs */
        else if (c < ' ' || c == 127)
            buffer_printf(out, "\\%03o", c);
        else
            buffer_character(out, (char)c);
    }
    buffer_character(out, '"');
}

/* One call, a line of C for each line of markup. */
static void
write_markup(struct pages_emitter *emitter, const char *text, size_t bytes)
{
    indent(emitter, emitter->depth);
    const char *newline = memchr(text, '\n', bytes);
    const bool one_line = (!newline || newline == text + bytes - 1) && bytes < 60;
    BUFFER_LITERAL(emitter->out, "tn_page_markup(page,");
    for (size_t start = 0; start < bytes;) {
        const char *end = memchr(text + start, '\n', bytes - start);
        const size_t length = end ? (size_t)(end - text) + 1 - start : bytes - start;
        if (one_line) {
            buffer_character(emitter->out, ' ');
        } else {
            buffer_character(emitter->out, '\n');
            indent(emitter, emitter->depth + 1);
        }
        pages_emit_literal(emitter->out, text + start, length);
        start += length;
    }
    buffer_printf(emitter->out, ", %zu);\n", bytes);
}

void
pages_emit_flush(struct pages_emitter *emitter)
{
    const char *text = emitter->markup.data;
    size_t rest = emitter->markup.length;
    while (rest > 0) {
        size_t bytes = rest > LITERAL_MAX ? LITERAL_MAX : rest;
        /* Never in the middle of a character. */
        while (bytes < rest && ((unsigned char)text[bytes] & 0xC0) == 0x80)
            bytes--;
        write_markup(emitter, text, bytes);
        text += bytes;
        rest -= bytes;
    }
    buffer_truncate(&emitter->markup, 0);
}

void
pages_emit_line(struct pages_emitter *emitter, const char *origin, const char *format, ...)
{
    pages_emit_flush(emitter);
    va_list arguments;
    va_start(arguments, format);
    const char *line = arena_vprintf(emitter->markup.arena, format, arguments);
    va_end(arguments);

    if (line[0] == '}')
        emitter->depth--;
    indent(emitter, emitter->depth);
    buffer_text(emitter->out, line);
    if (origin)
        buffer_printf(emitter->out, " /* %s */", origin);
    buffer_character(emitter->out, '\n');
    if (line[0] != '\0' && line[strlen(line) - 1] == '{')
        emitter->depth++;
}
