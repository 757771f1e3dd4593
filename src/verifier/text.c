#include "verifier/text.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>

#include "base/buffer.h"
#include "base/compiler.h"

/* Patterns are constants of few modules: compiled once, by their address. */
static const regex_t *
compiled(const char *pattern)
{
    static struct {
        const char *pattern;
        regex_t regex;
    } cache[256];
    static size_t count;
    for (size_t i = 0; i < count; i++)
        if (cache[i].pattern == pattern)
            return &cache[i].regex;
    if (count == COUNT_OF(cache) ||
        regcomp(&cache[count].regex, pattern, REG_EXTENDED | REG_ICASE) != 0)
        return NULL;
    cache[count].pattern = pattern;
    return &cache[count++].regex;
}

bool
text_matches(const char *text, const char *pattern)
{
    const regex_t *regex = compiled(pattern);
    return text && regex && regexec(regex, text, 0, NULL, 0) == 0;
}

const char *
text_next(const char **at, const char *pattern, struct arena *arena)
{
    const regex_t *regex = compiled(pattern);
    regmatch_t groups[2];
    if (!*at || !regex || regexec(regex, *at, 2, groups, 0) != 0 || groups[1].rm_so < 0)
        return NULL;

    const char *found =
        arena_memdup(arena, *at + groups[1].rm_so, (size_t)(groups[1].rm_eo - groups[1].rm_so));
    *at += groups[0].rm_eo > 0 ? groups[0].rm_eo : 1;
    return found;
}

const char *
text_next_quoted(const char **at, struct arena *arena)
{
    struct buffer out;
    const char *open = *at ? strchr(*at, '\'') : NULL;
    if (!open)
        return NULL;

    buffer_init(&out, arena, 32);
    const char *end = open + 1;
    while (*end && !(*end == '\'' && end[1] != '\'')) {
        end += *end == '\'';
        buffer_character(&out, *end++);
    }
    *at = *end ? end + 1 : end;
    return out.data;
}

static bool
is_word(char character)
{
    return isalnum((unsigned char)character) || character == '_' || character == '$';
}

bool
text_has_word(const char *text, const char *word)
{
    const size_t length = strlen(word);
    if (!text || length == 0)
        return false;
    for (const char *at = strcasestr(text, word); at; at = strcasestr(at + 1, word))
        if ((at == text || !is_word(at[-1])) && !is_word(at[length]))
            return true;
    return false;
}

/* `at` is where a name begins; quotes may be around the schema's as well. */
static bool
is_behind(const char *text, const char *at, const char *schema)
{
    const size_t length = strlen(schema);
    const char *end = at - (at > text && at[-1] == '"');
    if (end == text || end[-1] != '.')
        return true;

    end -= 1 + (end - 1 > text && end[-2] == '"');
    if (end == text || !is_word(end[-1]))
        return true;
    const char *start = end - length;
    if (start >= text && strncasecmp(start, schema, length) == 0 &&
        (start == text || !is_word(start[-1])))
        return true;
    /* format('%I.settings') */
    return end - text >= 2 && end[-2] == '%';
}

bool
text_names(const char *text, const char *schema, const char *name)
{
    const size_t length = strlen(name);
    if (!text || length == 0)
        return false;
    for (const char *at = strcasestr(text, name); at; at = strcasestr(at + 1, name))
        if ((at == text || !is_word(at[-1])) && !is_word(at[length]) && is_behind(text, at, schema))
            return true;
    return false;
}

const char *
text_without_comments(const char *sql, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, strlen(sql) + 1);
    while (*sql) {
        if (strncmp(sql, "--", 2) == 0) {
            sql += strcspn(sql, "\n");
        } else if (strncmp(sql, "/*", 2) == 0) {
            const char *end = strstr(sql + 2, "*/");
            sql = end ? end + 2 : sql + strlen(sql);
            buffer_character(&out, ' ');
        } else if (*sql == '\'') {
            const char *end = strchr(sql + 1, '\'');
            const size_t length = end ? (size_t)(end - sql) + 1 : strlen(sql);
            buffer_append(&out, sql, length);
            sql += length;
        } else {
            buffer_character(&out, *sql++);
        }
    }
    return out.data;
}

const char *
text_tail(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');
    return dot ? dot + 1 : dotted;
}

static const char *
quote(const char *text, char mark, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, strlen(text) + 3);
    if (mark == '\'' && strchr(text, '\\'))
        buffer_text(&out, " E");
    buffer_character(&out, mark);
    for (; *text; text++) {
        if (*text == mark || (mark == '\'' && *text == '\\'))
            buffer_character(&out, *text);
        buffer_character(&out, *text);
    }
    buffer_character(&out, mark);
    return out.data;
}

const char *
text_literal(const char *text, struct arena *arena)
{
    return quote(text, '\'', arena);
}

const char *
text_identifier(const char *name, struct arena *arena)
{
    return quote(name, '"', arena);
}
