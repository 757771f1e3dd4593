#include "generator/source.h"

#include <ctype.h>
#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
#include <string.h>

#include "base/buffer.h"
#include "generator/source_together.h"
#include "generator/source_variant.h"
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
        { ":stream", QUERY_STREAM },
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

    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        if (strcmp(mode, modes[i].word) == 0) {
            query->mode = modes[i].mode;
            return true;
        }
    }
    return header_reject(
        query, arena, line, "the mode is one of :one, :maybe, :many, :stream, :exec, :execrows");
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

/* `offset` is where `text` begins in the file. */
static bool
header_line(struct query *query, char *text, int offset, struct arena *arena, int line)
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
    const char *wrong = "unknown key in the header";
    if (strcmp(key, "optional") == 0)
        wrong = optional_line(query, value, arena);
    else if (strcmp(key, "sort") == 0)
        wrong = sort_line(query, value, offset + (int)(value - text), arena);
    return !wrong || header_reject(query, arena, line, wrong);
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

/* An optional parameter says whether its parts are there: outside of them it would have no value.
 */
static bool
optional_check(struct query *query, int parameter, const struct expansion *expansion, int position,
    int numbered, struct arena *arena)
{
    struct parameter *known = &query->parameters[parameter];
    for (int i = 0; i < query->optional.count; i++) {
        if (strcmp(query->optional.names[i], known->name) != 0)
            continue;
        known->is_optional = true;
        for (int part = 0; part < expansion->part_count; part++) {
            const struct kept_part *kept = &expansion->parts[part];
            if (kept->optional == i && position >= kept->begin && position < kept->end)
                return true;
        }
        return reject(&query->rejection, arena, "annotation", numbered,
            "`:%s` is optional, so it may stand only inside of /*?%s … ?*/", known->name,
            known->name);
    }
    return true;
}

/* It would be one word with the number beside it: $2 and 5 are $25, x and $2 are the name x$2. */
static bool
is_of_name(char character)
{
    return isalnum((unsigned char)character) || character == '_' || character == '$' ||
           (unsigned char)character >= 0x80;
}

static bool
parameter_copy(struct query *query, struct query_variant *variant, const struct tokens *tokens,
    int index, struct buffer *out, const struct expansion *expansion, int *ret_end,
    struct arena *arena)
{
    const struct token *word = &tokens->list[index + 1];
    const char *name =
        arena_memdup(arena, tokens->text + word->start, (size_t)(word->end - word->start));
    int end = word->end;
    if (!is_c_name(name))
        return reject(&query->rejection, arena, "annotation", (int)out->length,
            "a parameter's name is lower case letters, digits and _");

    if (index > 0 && word[-2].end == word[-1].start && is_of_name(tokens->text[word[-2].end - 1]))
        return reject(&query->rejection, arena, "annotation", (int)out->length,
            "write a space before :%s, and in a slice of an array on both sides of the colon",
            name);

    const int number = parameter_number(query, name, (int)out->length);
    const int parameter = number - query->first_parameter;
    if (index + 2 < tokens->count && word[1].start == word->end && tokens->text[end] == '?') {
        if (word[1].end != word->end + 1)
            return reject(&query->rejection, arena, "annotation", (int)out->length,
                "write a space after :%s?", name);
        query->parameters[parameter].is_nullable = true;
        end++;
    }
    if (is_of_name(tokens->text[end]))
        return reject(&query->rejection, arena, "annotation", (int)out->length,
            "write a space behind :%s%s", name, end > word->end ? "?" : "");
    variant->uses[parameter] = true;
    if (!optional_check(query, parameter, expansion, word->start, (int)out->length, arena))
        return false;
    buffer_printf(out, "$%d", number);
    *ret_end = end;
    return true;
}

static void
pair_add(struct position_map *map, int text, int file)
{
    map->pairs[map->count++] = (struct position_pair){ text, file };
}

/* Replace each :name by its number. */
static bool
variant_number(struct query *query, int index, struct arena *arena)
{
    struct query_variant *variant = &query->variants[index];
    struct expansion expansion;
    struct tokens tokens;
    const char *message;
    int position;
    variant_expand(query, index, arena, &expansion);
    variant->text = arena_strdup(arena, expansion.text);
    variant->expanded = expansion.map;
    if (!tokens_scan(expansion.text, arena, &tokens, &message, &position))
        return reject(&query->rejection, arena, "syntax", position, "%s", message);
    if (!positions_check(query, &tokens, arena))
        return false;

    struct buffer out;
    int copied = 0;
    buffer_init(&out, arena, strlen(expansion.text) + 64);
    variant->numbered.pairs = ARENA_ARRAY(arena, 2 * tokens.count + 2, struct position_pair);
    pair_add(&variant->numbered, 0, 0);
    for (int i = 0; i < tokens.count; i++) {
        if (!is_parameter(&tokens, i))
            continue;

        buffer_append(&out, expansion.text + copied, (size_t)(tokens.list[i].start - copied));
        pair_add(&variant->numbered, (int)out.length, tokens.list[i].start);
        const bool copied_well =
            parameter_copy(query, variant, &tokens, i, &out, &expansion, &copied, arena);
        variant->text = out.data;
        if (!copied_well)
            return false;
        pair_add(&variant->numbered, (int)out.length, copied);
    }
    buffer_text(&out, expansion.text + copied);
    variant->text = out.data;
    return true;
}

static bool
optionals_check(struct query *query, struct arena *arena)
{
    for (int i = 0; i < query->optional.count; i++) {
        const char *name = query->optional.names[i];
        const struct parameter *found = NULL;
        for (int p = 0; p < query->parameter_count; p++) {
            if (strcmp(query->parameters[p].name, name) == 0)
                found = &query->parameters[p];
        }
        if (!found)
            return reject(&query->rejection, arena, "annotation", 0,
                "the part /*?%s … ?*/ does not use :%s, which says whether it is there", name,
                name);
        if (found->is_nullable)
            return reject(&query->rejection, arena, "annotation", found->position,
                ":%s is optional already: without a value its part is dropped; write it without ?",
                name);
    }
    return true;
}

/* The whole query first: its parameters are those of all. */
static bool
variants_number(struct query *query, struct arena *arena)
{
    if (!variants_count(query, arena))
        return false;

    const size_t most = strlen(query->statement) / 2 + 1;
    query->parameters = ARENA_ARRAY(arena, most, struct parameter);
    query->variants = ARENA_ARRAY(arena, query->variant_count, struct query_variant);
    for (int i = 0; i < query->variant_count; i++)
        query->variants[i].uses = ARENA_ARRAY(arena, most, bool);

    const bool numbered = variant_number(query, query->whole, arena);
    query->text = query->variants[query->whole].text;
    if (!numbered || !optionals_check(query, arena))
        return false;
    for (int i = 0; i < query->variant_count; i++) {
        if (i != query->whole && !variant_number(query, i, arena))
            return false;
    }
    return true;
}

/* Until it is numbered a query has one text, the author's. */
static bool
parameters_number(struct query *query, struct arena *arena)
{
    static struct position_pair same[] = { { 0, 0 } };
    struct position_pair *file = ARENA_NEW(arena, struct position_pair);
    *file = (struct position_pair){ 0, query->file_offset };
    query->text = arena_strdup(arena, query->statement);
    query->variant_count = 1;
    query->variants = ARENA_NEW(arena, struct query_variant);
    *query->variants = (struct query_variant){
        .text = query->text, .numbered = { same, 1 }, .expanded = { file, 1 }
    };
    if (query->rejection.reason)
        return false;
    return variants_number(query, arena);
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

static bool
begins_entry(const char *line)
{
    return begins_query(line) || begins_together(line);
}

static const char *
next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

/* The statement without what follows it: blanks, comments that mean nothing, one semicolon. */
static char *
statement_trimmed(const char *text, size_t bytes, struct arena *arena)
{
    char *statement = arena_memdup(arena, text, bytes);
    struct tokens tokens;
    struct tokens comments;
    const char *message;
    int position;
    if (!tokens_scan(statement, arena, &tokens, &message, &position) || tokens.count == 0 ||
        !tokens_scan_comments(statement, arena, &comments, &message, &position))
        return statement;

    int last = tokens.count - 1;
    int limit = (int)bytes;
    if (last > 0 && token_is(&tokens, last, ";"))
        limit = tokens.list[last--].start;
    if (token_is_escaped(&tokens, last))
        return statement; /* which is refused */
    int end = tokens.list[last].end;
    for (int i = 0; i < comments.count; i++) {
        const struct token *comment = &comments.list[i];
        if (comment->start >= end && comment->end <= limit && is_marker(statement + comment->start))
            end = comment->end;
    }
    statement[end] = '\0';
    return statement;
}

/* One query, whose header begins at `at`; answers where the next one begins. */
static const char *
query_read(const char *at, int *line, struct query *query, struct arena *arena)
{
    while (strncmp(at, "--", 2) == 0 && (!query->name || !begins_entry(at))) {
        const char *end = next_line(at);
        const size_t bytes = (size_t)(end - at) - (end > at && end[-1] == '\n');
        header_line(query, arena_memdup(arena, at + 2, bytes - 2), (int)(at + 2 - query->file_text),
            arena, *line);
        at = end;
        ++*line;
    }

    const char *end = at;
    while (*end && !begins_entry(end)) {
        end = next_line(end);
        ++*line;
    }
    while (at < end && isspace((unsigned char)*at))
        at++;
    query->file_offset = (int)(at - query->file_text);
    query->statement = statement_trimmed(at, (size_t)(end - at), arena);
    query->first_parameter = query->scope == SCOPE_TENANT ? 2 : 1;
    parameters_number(query, arena);
    return end;
}

static void
list_grow(struct query_list *list, int count, int together_count, struct arena *arena)
{
    struct query *queries = ARENA_ARRAY(arena, list->count + count, struct query);
    struct together *togethers =
        ARENA_ARRAY(arena, list->together_count + together_count, struct together);
    if (list->count > 0)
        memcpy(queries, list->queries, (size_t)list->count * sizeof *queries);
    if (list->together_count > 0)
        memcpy(togethers, list->togethers, (size_t)list->together_count * sizeof *togethers);
    list->queries = queries;
    list->togethers = togethers;
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
    int together_count = 0;
    for (; *at && !begins_entry(at); line++) {
        if (strncmp(at, "--", 2) != 0 && at[strspn(at, " \t\r")] != '\n' && at[strspn(at, " \t\r")])
            return error_set(error, TN_GENERATOR,
                "%s:%d:1: a query begins with `-- name: NAME :MODE`", path, line);
        at = next_line(at);
    }

    for (const char *each = at; *each; each = next_line(each)) {
        count += begins_query(each);
        together_count += begins_together(each);
    }
    list_grow(list, count, together_count, arena);
    while (*at) {
        if (begins_together(at)) {
            struct together *together = &list->togethers[list->together_count++];
            together->file = arena_strdup(arena, path);
            together->file_text = text;
            at = together_read(at, &line, together, arena);
            continue;
        }
        struct query *query = &list->queries[list->count++];
        query->file = arena_strdup(arena, path);
        query->file_text = text;
        at = query_read(at, &line, query, arena);
    }
    return true;
}
