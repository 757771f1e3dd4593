#include "generator/source_variant.h"

#include <ctype.h>
#include <string.h>

#include "base/buffer.h"
#include "generator/tokens.h"

/* --- header ---------------------------------------------------------------------------------- */

static bool
is_word(const char *name)
{
    if (!islower((unsigned char)*name))
        return false;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static char *
trimmed(char *text)
{
    text += strspn(text, " \t\r");
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

const char *
optional_line(struct query *query, char *value, struct arena *arena)
{
    struct name_list list = { .names = ARENA_ARRAY(arena, strlen(value) / 2 + 1, const char *) };
    for (char *item; (item = strsep(&value, ",")) != NULL;) {
        item = trimmed(item);
        if (!is_word(item))
            return "`optional` is a list of parameters, with commas between them";
        if (name_list_has(&list, item))
            return "`optional` names a parameter twice";
        list.names[list.count++] = item;
    }
    query->optional = list;
    return list.count > 6 ? "more than 6 optional parts are more than 64 texts: make two queries"
                          : NULL;
}

/* `:name`, and not the `::` of a cast. */
static bool
has_parameter(const char *text)
{
    for (; *text; text++) {
        if (text[0] == ':' && text[1] == ':')
            text++;
        else if (text[0] == ':' && (isalpha((unsigned char)text[1]) || text[1] == '_'))
            return true;
    }
    return false;
}

const char *
sort_line(struct query *query, char *value, int offset, struct arena *arena)
{
    const char *const begin = value;
    query->sorts = ARENA_ARRAY(arena, strlen(value) / 2 + 1, struct query_sort);
    query->sort_count = 0;
    for (char *item; (item = strsep(&value, "|")) != NULL;) {
        char *equals = strchr(item, '=');
        if (!equals)
            return "a sort is `NAME = EXPRESSION, …`, with | between sorts";
        *equals = '\0';
        struct query_sort *sort = &query->sorts[query->sort_count++];
        sort->name = trimmed(item);
        sort->text = trimmed(equals + 1);
        sort->file_offset = offset + (int)(sort->text - begin);
        if (!is_word(sort->name) || !*sort->text)
            return "a sort is `NAME = EXPRESSION, …`, with | between sorts";
        if (has_parameter(sort->text) || strpbrk(sort->text, ";$") || strstr(sort->text, "--") ||
            strstr(sort->text, "/*"))
            return "a sort is a list of expressions, without parameters and comments";
        for (int i = 0; i + 1 < query->sort_count; i++) {
            if (strcmp(query->sorts[i].name, sort->name) == 0)
                return "two sorts have one name";
        }
    }
    return NULL;
}

/* --- markers --------------------------------------------------------------------------------- */

struct marker {
    bool is_sort;
    int optional;    /* -1: no name of the header */
    int name_length; /* of a part: what stands behind the question mark */
    int start;       /* of the comment */
    int end;
};

static bool
begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
is_marker(const char *comment)
{
    return begins(comment, "/*?") || begins(comment, "/*sort*/");
}

static bool
marker_at(const struct query *query, const struct token *comment, struct marker *ret_marker)
{
    const char *at = query->statement + comment->start;
    const int length = comment->end - comment->start;
    struct marker marker = { .optional = -1, .start = comment->start, .end = comment->end };
    if (length == 8 && begins(at, "/*sort*/")) {
        marker.is_sort = true;
        *ret_marker = marker;
        return true;
    }
    if (!begins(at, "/*?"))
        return false;

    marker.name_length = (int)strspn(at + 3, "abcdefghijklmnopqrstuvwxyz0123456789_");
    for (int i = 0; i < query->optional.count; i++) {
        if (strlen(query->optional.names[i]) == (size_t)marker.name_length &&
            strncmp(query->optional.names[i], at + 3, (size_t)marker.name_length) == 0)
            marker.optional = i;
    }
    *ret_marker = marker;
    return true;
}

static int
markers_find(const struct query *query, struct arena *arena, struct marker **ret_markers)
{
    struct tokens comments;
    const char *message;
    int position;
    int count = 0;
    if (!tokens_scan_comments(query->statement, arena, &comments, &message, &position))
        return 0; /* the scan for parameters says it */

    *ret_markers = ARENA_ARRAY(arena, comments.count + 1, struct marker);
    for (int i = 0; i < comments.count; i++)
        count += marker_at(query, &comments.list[i], &(*ret_markers)[count]);
    return count;
}

static bool
marker_check(struct query *query, const struct marker *marker, struct arena *arena)
{
    if (marker->is_sort)
        return query->sort_count > 0 ||
               reject(&query->rejection, arena, "annotation", marker->start,
                   "/*sort*/ stands here, and the header names no `sort`: say `-- sort: NAME = "
                   "EXPRESSION | …`");

    if (marker->optional < 0)
        return reject(&query->rejection, arena, "annotation", marker->start,
            "this part is of `%.*s`, which the header does not name: say `-- optional: %.*s`",
            marker->name_length, query->statement + marker->start + 3, marker->name_length,
            query->statement + marker->start + 3);

    const char *end = query->statement + marker->end;
    return strncmp(end - 3, "?*/", 3) == 0 || reject(&query->rejection, arena, "annotation",
                                                  marker->start, "an optional part ends with ?*/");
}

static bool
header_check(
    struct query *query, const struct marker *markers, int marker_count, struct arena *arena)
{
    int sorts = 0;
    for (int i = 0; i < marker_count; i++)
        sorts += markers[i].is_sort;
    if (query->sort_count > 0 && sorts != 1)
        return reject(&query->rejection, arena, "annotation", 0,
            "a query with `sort` has /*sort*/ once, where its ORDER BY is to stand");

    for (int optional = 0; optional < query->optional.count; optional++) {
        bool found = false;
        for (int i = 0; i < marker_count; i++)
            found |= markers[i].optional == optional;
        if (!found)
            return reject(&query->rejection, arena, "annotation", 0,
                "`%s` is optional, and no part of the query is: write /*?%s … ?*/",
                query->optional.names[optional], query->optional.names[optional]);
    }
    return true;
}

bool
variants_count(struct query *query, struct arena *arena)
{
    struct marker *markers = NULL;
    const int count = markers_find(query, arena, &markers);
    for (int i = 0; i < count; i++) {
        if (!marker_check(query, &markers[i], arena))
            return false;
    }
    if (!header_check(query, markers, count, arena))
        return false;

    const int sorts = query->sort_count > 0 ? query->sort_count : 1;
    const int texts = (1 << query->optional.count) * sorts;
    if (texts > VARIANTS_MAX)
        return reject(&query->rejection, arena, "annotation", 0,
            "%d optional parts and %d sorts are %d texts, and at most %d are made: make two "
            "queries",
            query->optional.count, sorts, texts, VARIANTS_MAX);

    query->variant_count = texts;
    query->whole = texts - sorts;
    return true;
}

/* --- expansion ------------------------------------------------------------------------------- */

struct writer {
    const struct query *query;
    struct buffer out;
    struct expansion *expansion;
    int copied; /* of the statement */
};

static void
pair_add(struct writer *writer, int file)
{
    struct position_map *map = &writer->expansion->map;
    map->pairs[map->count++] = (struct position_pair){ (int)writer->out.length, file };
}

static void
copy_to(struct writer *writer, int end)
{
    pair_add(writer, writer->query->file_offset + writer->copied);
    buffer_append(
        &writer->out, writer->query->statement + writer->copied, (size_t)(end - writer->copied));
    writer->copied = end;
}

static void
put_part(struct writer *writer, const struct marker *marker)
{
    struct expansion *expansion = writer->expansion;
    struct kept_part *part = &expansion->parts[expansion->part_count++];
    const char *statement = writer->query->statement;
    int begin = marker->start + 3 + marker->name_length;
    int end = marker->end - 3;
    while (begin < end && isspace((unsigned char)statement[begin]))
        begin++;
    while (end > begin && isspace((unsigned char)statement[end - 1]))
        end--;
    *part = (struct kept_part){ .optional = marker->optional, .begin = (int)writer->out.length };
    writer->copied = begin;
    copy_to(writer, end);
    part->end = (int)writer->out.length;
}

/* A part that is dropped leaves no second blank, and no empty line. */
static void
drop_blanks(struct writer *writer, const struct marker *marker)
{
    const char after = writer->query->statement[marker->end];
    while ((after == '\0' || isspace((unsigned char)after)) && writer->out.length > 0 &&
           isspace((unsigned char)writer->out.data[writer->out.length - 1]))
        buffer_truncate(&writer->out, writer->out.length - 1);
}

void
variant_expand(
    const struct query *query, int variant, struct arena *arena, struct expansion *ret_expansion)
{
    const int sorts = query->sort_count > 0 ? query->sort_count : 1;
    struct marker *markers = NULL;
    const int count = markers_find(query, arena, &markers);
    struct expansion expansion = { .parts = ARENA_ARRAY(arena, count + 1, struct kept_part),
        .map = { .pairs = ARENA_ARRAY(arena, 2 * count + 2, struct position_pair) } };
    struct writer writer = { .query = query, .expansion = &expansion };
    buffer_init(&writer.out, arena, strlen(query->statement) + 256);
    for (int i = 0; i < count; i++) {
        const struct marker *marker = &markers[i];
        copy_to(&writer, marker->start);
        if (marker->is_sort) {
            const struct query_sort *sort = &query->sorts[variant % sorts];
            BUFFER_LITERAL(&writer.out, "ORDER BY ");
            pair_add(&writer, sort->file_offset);
            buffer_text(&writer.out, sort->text);
        } else if (marker->optional >= 0 && variant / sorts & 1 << marker->optional) {
            put_part(&writer, marker);
        } else {
            drop_blanks(&writer, marker);
        }
        writer.copied = marker->end;
    }
    copy_to(&writer, (int)strlen(query->statement));
    expansion.text = writer.out.data;
    *ret_expansion = expansion;
}
