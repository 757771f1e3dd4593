#include "generator/pages_reader.h"

#include <string.h>

unsigned
pages_line(const struct pages_reader *reader, size_t offset)
{
    unsigned line = 1;
    for (size_t i = 0; i < offset; i++)
        line += reader->text[i] == '\n';
    return line;
}

static unsigned
column_of(const struct pages_reader *reader, size_t offset)
{
    size_t start = offset;
    while (start > 0 && reader->text[start - 1] != '\n')
        start--;

    /* Characters, not bytes: what an editor shows. */
    unsigned column = 1;
    for (size_t i = start; i < offset; i++)
        column += ((unsigned char)reader->text[i] & 0xC0) != 0x80;
    return column;
}

bool
pages_fail(struct pages_reader *reader, size_t offset, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *sentence = arena_vprintf(reader->arena, format, arguments);
    va_end(arguments);

    return error_set(reader->error, TN_GENERATOR, "%s:%u:%u: error: %s", reader->path,
        pages_line(reader, offset), column_of(reader, offset), sentence);
}

bool
pages_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool
pages_is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool
pages_is_name(char c)
{
    return pages_is_name_start(c) || (c >= '0' && c <= '9');
}

bool
pages_looking_at(const struct pages_reader *reader, const char *literal)
{
    return strncmp(reader->text + reader->at, literal, strlen(literal)) == 0;
}

bool
pages_accept(struct pages_reader *reader, const char *literal)
{
    if (!pages_looking_at(reader, literal))
        return false;

    reader->at += strlen(literal);
    return true;
}

void
pages_skip_blanks(struct pages_reader *reader)
{
    while (pages_is_blank(reader->text[reader->at]))
        reader->at++;
}

const char *
pages_read_name(struct pages_reader *reader)
{
    if (!pages_is_name_start(reader->text[reader->at]))
        return NULL;

    const size_t start = reader->at;
    while (pages_is_name(reader->text[reader->at]))
        reader->at++;
    return arena_memdup(reader->arena, reader->text + start, reader->at - start);
}

bool
pages_looking_at_word(const struct pages_reader *reader, const char *word)
{
    return pages_looking_at(reader, word) &&
           !pages_is_name(reader->text[reader->at + strlen(word)]);
}

bool
pages_read_string(struct pages_reader *reader, const char **ret_literal)
{
    const size_t start = reader->at;
    size_t end = start + 1;
    while (end < reader->bytes && reader->text[end] != '"' && reader->text[end] != '\n')
        end += reader->text[end] == '\\' && end + 1 < reader->bytes ? 2 : 1;
    if (end >= reader->bytes || reader->text[end] != '"')
        return pages_fail(reader, start, "this text has no end; close it with \" on the same line");

    reader->at = end + 1;
    *ret_literal = arena_memdup(reader->arena, reader->text + start, reader->at - start);
    return true;
}
