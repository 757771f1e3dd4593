#include "generator/splice.h"

#include <stdlib.h>
#include <string.h>

void
edits_add(struct edits *edits, int at, int remove, const char *text)
{
    if (edits->count == edits->capacity) {
        edits->capacity = edits->capacity ? 2 * edits->capacity : 32;
        struct edit *longer = ARENA_ARRAY(edits->arena, edits->capacity, struct edit);
        if (edits->count > 0)
            memcpy(longer, edits->list, (size_t)edits->count * sizeof *longer);
        edits->list = longer;
    }
    edits->list[edits->count] =
        (struct edit){ .at = at, .remove = remove, .order = edits->count, .text = text };
    edits->count++;
}

static int
edit_compare(const void *left, const void *right)
{
    const struct edit *a = left;
    const struct edit *b = right;
    return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : a->order - b->order;
}

char *
edits_apply(struct edits *edits, const char *text, struct arena *arena)
{
    struct buffer out;
    int copied = 0;
    buffer_init(&out, arena, strlen(text) + 256);
    if (edits->count > 0)
        qsort(edits->list, (size_t)edits->count, sizeof *edits->list, edit_compare);
    for (int i = 0; i < edits->count; i++) {
        const struct edit *edit = &edits->list[i];
        if (edit->at < copied)
            return NULL;
        buffer_append(&out, text + copied, (size_t)(edit->at - copied));
        buffer_text(&out, edit->text);
        copied = edit->at + edit->remove;
    }
    buffer_text(&out, text + copied);
    return out.data;
}

void
sql_identifier(struct buffer *out, const char *name)
{
    buffer_character(out, '"');
    for (; *name; name++) {
        if (*name == '"')
            buffer_character(out, '"');
        buffer_character(out, *name);
    }
    buffer_character(out, '"');
}

char *
sql_qualified(const char *schema, const char *name, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 64);
    sql_identifier(&out, schema);
    buffer_character(&out, '.');
    sql_identifier(&out, name);
    return out.data;
}
