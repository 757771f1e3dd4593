/* The leaves of what an INSERT inserts: `SELECT …`, `VALUES …` and `TABLE …`, as they follow one
 * another in the text, whatever parentheses and set operations are around them. */
#pragma once

#include "generator/tokens.h"

struct leaf {
    int first; /* token: select, values or table */
    int end;   /* the token behind it */
};

struct leaf_list {
    struct leaf *list;
    int count;
};

/* Of the tokens from `first` to before `end`. A text of another shape gives what it gives: the
 * comparison of the trees refuses it. */
void leaves_find(
    const struct tokens *tokens, int first, int end, struct arena *arena, struct leaf_list *leaves);
