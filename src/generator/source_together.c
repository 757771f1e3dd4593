#include "generator/source_together.h"

#include <ctype.h>
#include <string.h>

#define WORD "abcdefghijklmnopqrstuvwxyz0123456789_"
#define FORM "write `-- together: NAME = QUERY, QUERY, …`"

static const char *
behind_blanks(const char *at)
{
    return at + strspn(at, " \t\r");
}

/* Behind the colon of `-- KEY:`; NULL if the line has another key. */
static const char *
behind_key(const char *line, const char *key)
{
    if (strncmp(line, "--", 2) != 0)
        return NULL;
    line = behind_blanks(line + 2);
    if (strncmp(line, key, strlen(key)) != 0)
        return NULL;
    line = behind_blanks(line + strlen(key));
    return *line == ':' ? line + 1 : NULL;
}

bool
begins_together(const char *line)
{
    return behind_key(line, "together") != NULL;
}

struct reader {
    struct together *together;
    struct arena *arena;
    const char *at;
};

static int
offset_of(const struct reader *reader, const char *at)
{
    return (int)(at - reader->together->file_text);
}

static void
refuse(struct reader *reader, const char *at, const char *message)
{
    (void)reject(&reader->together->rejection, reader->arena, "annotation", offset_of(reader, at),
        "%s", message);
}

/* NULL: there is none here. */
static const char *
word_read(struct reader *reader)
{
    const char *begin = reader->at;
    const size_t length = islower((unsigned char)*begin) ? strspn(begin, WORD) : 0;
    reader->at = behind_blanks(begin + length);
    return length > 0 ? arena_memdup(reader->arena, begin, length) : NULL;
}

/* To the next line's words, if this one ends here and the next one is a comment. */
static void
line_continue(struct reader *reader)
{
    if (*reader->at == '\n' && strncmp(reader->at + 1, "--", 2) == 0)
        reader->at = behind_blanks(reader->at + 3);
}

static void
queries_read(struct reader *reader)
{
    struct together *together = reader->together;
    const size_t most = strlen(reader->at) / 2 + 1;
    together->queries = ARENA_ARRAY(reader->arena, most, struct together_query);
    for (;;) {
        const char *begin = reader->at;
        const char *name = word_read(reader);
        if (!name) {
            refuse(reader, begin, FORM);
            return;
        }
        together->queries[together->query_count++] =
            (struct together_query){ name, offset_of(reader, begin) };
        if (*reader->at != ',')
            break;
        reader->at = behind_blanks(reader->at + 1);
        line_continue(reader);
    }
    if (*reader->at != '\n' && *reader->at != '\0')
        refuse(reader, reader->at, FORM);
}

static void
head_read(struct reader *reader)
{
    struct together *together = reader->together;
    reader->at = behind_blanks(behind_key(reader->at, "together"));
    together->file_offset = offset_of(reader, reader->at);
    const char *name = word_read(reader);
    together->name = name ? name : "";
    if (!name || *reader->at != '=') {
        refuse(reader, reader->at, FORM);
        return;
    }
    reader->at = behind_blanks(reader->at + 1);
    queries_read(reader);
}

static const char *
line_end(const char *at)
{
    const char *end = strchr(at, '\n');
    return end ? end : at + strlen(at);
}

static void
doc_read(struct reader *reader, const char *at)
{
    const char *begin = behind_blanks(at);
    const char *end = line_end(begin);
    while (end > begin && isspace((unsigned char)end[-1]))
        end--;
    const char *text = arena_memdup(reader->arena, begin, (size_t)(end - begin));
    struct together *together = reader->together;
    together->doc =
        together->doc ? arena_printf(reader->arena, "%s\n%s", together->doc, text) : text;
}

/* What stands between this one and the next query or together: first its `doc`, then comments. */
static void
rest_read(struct reader *reader)
{
    bool is_head = true;
    while (*reader->at && !behind_key(reader->at, "name") && !begins_together(reader->at)) {
        const char *at = behind_blanks(reader->at);
        const char *doc = behind_key(reader->at, "doc");
        is_head &= strncmp(at, "--", 2) == 0;
        if (is_head && doc)
            doc_read(reader, doc);
        else if (is_head)
            refuse(reader, at, "a line behind `together` is `-- doc: TEXT`, or empty");
        else if (*at && *at != '\n' && strncmp(at, "--", 2) != 0)
            refuse(reader, at, "`together` has no statement: it names queries that have");
        reader->at = line_end(at);
        reader->at += *reader->at == '\n';
    }
}

const char *
together_read(const char *at, int *line, struct together *together, struct arena *arena)
{
    struct reader reader = { .together = together, .arena = arena, .at = at };
    head_read(&reader);
    reader.at = line_end(reader.at);
    reader.at += *reader.at == '\n';
    rest_read(&reader);
    for (; at < reader.at; at++)
        *line += *at == '\n';
    return reader.at;
}
