#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "comparison/difference.h"
#include "comparison/write.h"

enum { NAME_BYTES_MAX = 63 };

const char *
name_with(struct arena *arena, const char *name, const char *suffix)
{
    const bool is_quoted = *name == '"';
    size_t length = strlen(name) - (is_quoted ? 2 : 0);
    const char *start = name + is_quoted;
    /* Doubled quotes make this a little shorter than it must be. */
    if (length + strlen(suffix) > NAME_BYTES_MAX)
        length = NAME_BYTES_MAX - strlen(suffix);
    while (length && ((unsigned char)start[length] & 0xc0) == 0x80)
        length--;
    return is_quoted ? arena_printf(arena, "\"%.*s%s\"", (int)length, start, suffix)
                     : arena_printf(arena, "%.*s%s", (int)length, start, suffix);
}

const char *
relation_of(const struct object *object)
{
    return object_relation(object)->identity;
}

const char *
spoken(const char *identity)
{
    return strncmp(identity, "public.", 7) == 0 ? identity + 7 : identity;
}

const char *
schema_of(struct arena *arena, const char *identity)
{
    const char *at = identity;
    for (bool is_quoted = false; *at && (is_quoted || *at != '.'); at++)
        is_quoted ^= *at == '"';
    return arena_memdup(arena, identity, (size_t)(at - identity));
}

void
column_text(struct buffer *out, const struct object *column, const char *default_expression,
    bool with_not_null)
{
    buffer_printf(out, "%s %s", column->name, column->fields[COLUMN_TYPE]);
    if (column->fields[COLUMN_COLLATION])
        buffer_printf(out, " COLLATE %s", column->fields[COLUMN_COLLATION]);
    if (column->fields[COLUMN_NOT_NULL] && with_not_null)
        BUFFER_LITERAL(out, " NOT NULL");
    if (default_expression)
        buffer_printf(out, " DEFAULT %s", default_expression);
    if (column->fields[COLUMN_GENERATED])
        buffer_printf(out, " GENERATED ALWAYS AS (%s) STORED", column->fields[COLUMN_GENERATED]);
    if (column->fields[COLUMN_IDENTITY]) {
        const char *kind = column->fields[COLUMN_IDENTITY];
        const char *options = strchr(kind, '(');
        const int length = (int)(options ? options - kind - 1 : (long)strlen(kind));
        buffer_printf(out, " GENERATED %.*s AS IDENTITY%s%s", length, kind, options ? " " : "",
            options ? options : "");
    }
}

const char *
sql_literal(struct arena *arena, const char *text)
{
    struct buffer out;
    buffer_init(&out, arena, strlen(text) + 8);
    if (strchr(text, '\\'))
        BUFFER_LITERAL(&out, "E");
    buffer_character(&out, '\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            buffer_character(&out, *text);
        buffer_character(&out, *text);
    }
    buffer_character(&out, '\'');
    return out.data;
}

const char *
unquoted(struct arena *arena, const char *name)
{
    if (*name != '"')
        return name;

    struct buffer out;
    buffer_init(&out, arena, strlen(name));
    for (const char *at = name + 1; at[0] && at[1]; at++) {
        buffer_character(&out, *at);
        at += at[0] == '"' && at[1] == '"';
    }
    return out.data;
}
