#include "generator/source.h"

#include <ctype.h>
#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
#include <string.h>

#include "base/buffer.h"
#include "generator/configuration.h"
#include "generator/tokens.h"

/* --- header ---------------------------------------------------------------------------------- */

static bool
is_c_name(const char *name)
{
    if (!islower((unsigned char)*name))
        return false;
    for (; *name; name++) {
        if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) && *name != '_')
            return false;
    }
    return true;
}

static bool
header_reject(struct query *query, struct arena *arena, int line, const char *message)
{
    if (!query->rejection.reason)
        query->header_line = line;
    return reject(&query->rejection, arena, "annotation", -1, "%s", message);
}

static bool
name_line(struct query *query, char *value, struct arena *arena, int line)
{
    static const struct {
        const char *word;
        enum query_mode mode;
    } modes[] = {
        { ":one", QUERY_ONE },
        { ":maybe", QUERY_MAYBE },
        { ":many", QUERY_MANY },
        { ":exec", QUERY_EXEC },
        { ":execrows", QUERY_EXECROWS },
    };

    char *mode = value + strcspn(value, " \t");
    if (*mode)
        *mode++ = '\0';
    mode += strspn(mode, " \t");
    query->name = value;
    if (!is_c_name(value))
        return header_reject(
            query, arena, line, "a query's name is lower case letters, digits and _");
    if (strcmp(mode, ":stream") == 0)
        return header_reject(query, arena, line, "`:stream` is not known to this version");

    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        if (strcmp(mode, modes[i].word) == 0) {
            query->mode = modes[i].mode;
            return true;
        }
    }
    return header_reject(
        query, arena, line, "the mode is one of :one, :maybe, :many, :exec, :execrows");
}

static bool
scope_line(struct query *query, const char *value, struct arena *arena, int line)
{
    if (strcmp(value, "cross-org") == 0)
        query->scope = SCOPE_CROSS_ORG;
    else if (strcmp(value, "identity") == 0)
        query->scope = SCOPE_IDENTITY;
    else
        return header_reject(query, arena, line, "the scope is cross-org or identity");
    return true;
}

static bool
header_line(struct query *query, char *text, struct arena *arena, int line)
{
    char *colon = strchr(text, ':');
    if (!colon)
        return header_reject(query, arena, line, "a header line is `-- key: value`");
    *colon = '\0';
    char *key = text + strspn(text, " \t");
    key[strcspn(key, " \t")] = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t length = strlen(value);
    while (length > 0 && isspace((unsigned char)value[length - 1]))
        value[--length] = '\0';

    if (strcmp(key, "name") == 0)
        return name_line(query, value, arena, line);
    if (strcmp(key, "doc") == 0) {
        query->doc = query->doc ? arena_printf(arena, "%s\n%s", query->doc, value) : value;
        return true;
    }
    if (strcmp(key, "scope") == 0)
        return scope_line(query, value, arena, line);
    if (strcmp(key, "lane") == 0) {
        query->is_slow = true;
        if (strcmp(value, "slow") != 0)
            return header_reject(query, arena, line, "the lane is slow, or not named");
        return true;
    }
    /* These are for tests. */
    if (strcmp(key, "expect") == 0 || strcmp(key, "args") == 0 || strcmp(key, "note") == 0)
        return true;
    if (strcmp(key, "optional") == 0 || strcmp(key, "sort") == 0)
        return header_reject(
            query, arena, line, "`optional` and `sort` are not known to this version");
    return header_reject(query, arena, line, "unknown key in the header");
}

/* --- parameters ------------------------------------------------------------------------------ */

static int
parameter_number(struct query *query, const char *name, int position)
{
    for (int i = 0; i < query->parameter_count; i++) {
        if (strcmp(query->parameters[i].name, name) == 0)
            return query->first_parameter + i;
    }
    query->parameters[query->parameter_count++] =
        (struct parameter){ .name = name, .position = position };
    return query->first_parameter + query->parameter_count - 1;
}

/* Is there `:name` at this token? */
static bool
is_parameter(const struct tokens *tokens, int index)
{
    const struct token *colon = &tokens->list[index];
    return colon->kind == PG_QUERY__TOKEN__ASCII_58 && index + 1 < tokens->count &&
           colon[1].start == colon->end && colon[1].is_word;
}

static bool
positions_check(struct query *query, const struct tokens *tokens, struct arena *arena)
{
    for (int i = 0; i < tokens->count; i++) {
        if (tokens->list[i].kind == PG_QUERY__TOKEN__PARAM)
            return reject(&query->rejection, arena, "positional-parameter", tokens->list[i].start,
                "write :name; $1 belongs to tenantry");
    }
    return true;
}

static bool
parameter_copy(struct query *query, const struct tokens *tokens, int index, struct buffer *out,
    int *ret_end, struct arena *arena)
{
    const struct token *word = &tokens->list[index + 1];
    const char *name =
        arena_memdup(arena, tokens->text + word->start, (size_t)(word->end - word->start));
    int end = word->end;
    if (!is_c_name(name))
        return reject(&query->rejection, arena, "annotation", (int)out->length,
            "a parameter's name is lower case letters, digits and _");

    const int number = parameter_number(query, name, (int)out->length);
    if (index + 2 < tokens->count && word[1].start == word->end && tokens->text[end] == '?') {
        if (word[1].end != word->end + 1)
            return reject(&query->rejection, arena, "annotation", (int)out->length,
                "write a space after :%s?", name);
        query->parameters[number - query->first_parameter].is_nullable = true;
        end++;
    }
    buffer_printf(out, "$%d", number);
    *ret_end = end;
    return true;
}

/* Replace each :name by its number. */
static bool
parameters_number(struct query *query, struct arena *arena)
{
    struct tokens tokens;
    const char *message;
    int position;
    query->text = arena_strdup(arena, query->statement);
    query->pairs[query->pair_count++] = (struct position_pair){ 0, query->file_offset };
    if (!tokens_scan(query->statement, arena, &tokens, &message, &position))
        return reject(&query->rejection, arena, "syntax", position, "%s", message);
    if (!positions_check(query, &tokens, arena))
        return false;

    struct buffer out;
    int copied = 0;
    buffer_init(&out, arena, strlen(query->statement) + 64);
    query->parameters = ARENA_ARRAY(arena, tokens.count + 1, struct parameter);
    query->pairs = ARENA_ARRAY(arena, tokens.count + 1, struct position_pair);
    query->pairs[0] = (struct position_pair){ 0, query->file_offset };
    for (int i = 0; i < tokens.count; i++) {
        if (!is_parameter(&tokens, i))
            continue;

        buffer_append(&out, query->statement + copied, (size_t)(tokens.list[i].start - copied));
        query->pairs[query->pair_count++] =
            (struct position_pair){ (int)out.length, query->file_offset + tokens.list[i].start };
        const bool copied_well = parameter_copy(query, &tokens, i, &out, &copied, arena);
        query->text = out.data;
        if (!copied_well)
            return false;
        query->pairs[query->pair_count++] =
            (struct position_pair){ (int)out.length, query->file_offset + copied };
    }
    buffer_text(&out, query->statement + copied);
    query->text = out.data;
    return true;
}

/* --- the file -------------------------------------------------------------------------------- */

static bool
begins_query(const char *line)
{
    if (strncmp(line, "--", 2) != 0)
        return false;
    line += 2 + strspn(line + 2, " \t");
    return strncmp(line, "name", 4) == 0 && line[4 + strspn(line + 4, " \t")] == ':';
}

static const char *
next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

/* The statement without what follows it: blanks, comments, one semicolon. */
static char *
statement_trimmed(const char *text, size_t bytes, struct arena *arena)
{
    char *statement = arena_memdup(arena, text, bytes);
    struct tokens tokens;
    const char *message;
    int position;
    if (!tokens_scan(statement, arena, &tokens, &message, &position) || tokens.count == 0)
        return statement;

    int last = tokens.count - 1;
    if (last > 0 && token_is(&tokens, last, ";"))
        last--;
    statement[tokens.list[last].end] = '\0';
    return statement;
}

/* One query, whose header begins at `at`; answers where the next one begins. */
static const char *
query_read(const char *at, int *line, struct query *query, struct arena *arena)
{
    while (strncmp(at, "--", 2) == 0 && (!query->name || !begins_query(at))) {
        const char *end = next_line(at);
        const size_t bytes = (size_t)(end - at) - (end > at && end[-1] == '\n');
        header_line(query, arena_memdup(arena, at + 2, bytes - 2), arena, *line);
        at = end;
        ++*line;
    }

    const char *end = at;
    while (*end && !begins_query(end)) {
        end = next_line(end);
        ++*line;
    }
    while (at < end && isspace((unsigned char)*at))
        at++;
    query->file_offset = (int)(at - query->file_text);
    query->statement = statement_trimmed(at, (size_t)(end - at), arena);
    query->first_parameter = query->scope == SCOPE_TENANT ? 2 : 1;
    query->pairs = ARENA_ARRAY(arena, 1, struct position_pair);
    parameters_number(query, arena);
    return end;
}

bool
source_read(const char *path, struct arena *arena, struct query_list *list, struct tn_error *error)
{
    char *text;
    if (!file_read(path, arena, &text, error))
        return false;

    const char *at = text;
    int line = 1;
    int count = 0;
    for (; *at && !begins_query(at); line++) {
        if (strncmp(at, "--", 2) != 0 && at[strspn(at, " \t\r")] != '\n' && at[strspn(at, " \t\r")])
            return error_set(error, TN_GENERATOR,
                "%s:%d:1: a query begins with `-- name: NAME :MODE`", path, line);
        at = next_line(at);
    }

    for (const char *each = at; *each; each = next_line(each))
        count += begins_query(each);
    struct query *queries = ARENA_ARRAY(arena, list->count + count, struct query);
    if (list->count > 0)
        memcpy(queries, list->queries, (size_t)list->count * sizeof *queries);
    list->queries = queries;
    while (*at) {
        struct query *query = &list->queries[list->count++];
        query->file = arena_strdup(arena, path);
        query->file_text = text;
        at = query_read(at, &line, query, arena);
    }
    return true;
}

void
source_location(const struct query *query, int position, int *ret_line, int *ret_column)
{
    if (query->header_line > 0) {
        *ret_line = query->header_line;
        *ret_column = 1;
        return;
    }

    int offset = query->file_offset;
    for (int i = 0; i < query->pair_count && position >= query->pairs[i].text; i++)
        offset = query->pairs[i].file + position - query->pairs[i].text;
    *ret_line = 1;
    *ret_column = 1;
    for (int i = 0; i < offset && query->file_text[i]; i++) {
        if (query->file_text[i] == '\n') {
            ++*ret_line;
            *ret_column = 1;
        } else if (((unsigned char)query->file_text[i] & 0xC0) != 0x80) {
            ++*ret_column;
        }
    }
}

int
source_byte_of_character(const char *text, int character)
{
    int at = 0;
    if (character <= 0)
        return -1;

    for (; text[at] && character > 1; character--) {
        at++;
        while (((unsigned char)text[at] & 0xC0) == 0x80)
            at++;
    }
    return at;
}
