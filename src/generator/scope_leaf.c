#include "generator/scope_leaf.h"

#include <stddef.h>
#include <string.h>

static bool
is_set_operation(const struct tokens *tokens, int at)
{
    return (token_is(tokens, at, "union") || token_is(tokens, at, "intersect") ||
               token_is(tokens, at, "except")) &&
           !token_is(tokens, at - 1, "as") && !token_is(tokens, at - 1, ".");
}

/* The first set operation at that depth, `end` if there is none. */
static int
operation_find(const struct tokens *tokens, int first, int end, int depth)
{
    int at = first;
    while (at < end && !(tokens->list[at].depth == depth && is_set_operation(tokens, at)))
        at++;
    return at;
}

static int
behind(const struct tokens *tokens, int open, int end)
{
    const int close = tokens_close(tokens, open);
    return close < 0 ? end : close + 1;
}

/* `SEARCH … SET column` and `CYCLE … SET column [TO … DEFAULT …] USING column`. */
static int
skip_search_and_cycle(const struct tokens *tokens, int at, int end)
{
    if (token_is(tokens, at, "search")) {
        while (at < end && !token_is(tokens, at, "set"))
            at++;
        at += 2;
    }
    if (token_is(tokens, at, "cycle")) {
        while (at < end && !token_is(tokens, at, "using"))
            at++;
        at += 2;
    }
    return at;
}

/* WITH and its queries: answers where the main one begins. */
static int
skip_with(const struct tokens *tokens, int at, int end)
{
    if (!token_is(tokens, at, "with"))
        return at;
    if (token_is(tokens, at + 1, "recursive"))
        at++;
    do {
        at += 2; /* WITH or a comma, and the name */
        if (token_is(tokens, at, "("))
            at = behind(tokens, at, end);
        while (at < end && !token_is(tokens, at, "("))
            at++; /* AS [NOT] MATERIALIZED */
        if (at >= end)
            return end;
        at = skip_search_and_cycle(tokens, behind(tokens, at, end), end);
    } while (at < end && token_is(tokens, at, ","));
    return at;
}

void
leaves_find(
    const struct tokens *tokens, int first, int end, struct arena *arena, struct leaf_list *leaves)
{
    first = skip_with(tokens, first, end);
    if (first >= end)
        return;

    const int depth = tokens->list[first].depth;
    int operation = operation_find(tokens, first, end, depth);
    if (operation == end && token_is(tokens, first, "(")) {
        leaves_find(tokens, first + 1, behind(tokens, first, end) - 1, arena, leaves);
        return;
    }
    while (operation < end) {
        leaves_find(tokens, first, operation, arena, leaves);
        first = operation + 1;
        if (token_is(tokens, first, "all") || token_is(tokens, first, "distinct"))
            first++;
        operation = operation_find(tokens, first, end, depth);
        if (operation == end) {
            leaves_find(tokens, first, end, arena, leaves);
            return;
        }
    }

    struct leaf *longer = ARENA_ARRAY(arena, leaves->count + 1, struct leaf);
    if (leaves->count > 0)
        memcpy(longer, leaves->list, (size_t)leaves->count * sizeof *longer);
    longer[leaves->count++] = (struct leaf){ first, end };
    leaves->list = longer;
}
