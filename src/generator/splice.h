/* Changes to a text, recorded while its tree is walked and applied at once. The author's words,
 * comments and positions stay as they are wherever nothing was changed. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"

struct edit {
    int at;
    int remove;
    int order;
    const char *text;
};

struct edits {
    struct edit *list;
    int count;
    int capacity;
    struct arena *arena;
};

/* Put `text` in the place of `remove` bytes at `at`. Of two at one place the first comes first. */
void edits_add(struct edits *edits, int at, int remove, const char *text);
/* NULL when two changes overlap. */
char *edits_apply(struct edits *edits, const char *text, struct arena *arena);

/* An identifier in quotes, for SQL. */
void sql_identifier(struct buffer *out, const char *name);
/* "schema"."name", in `arena`. */
char *sql_qualified(const char *schema, const char *name, struct arena *arena);
