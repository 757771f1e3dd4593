/* The tokens of a statement, without its comments, each with its depth in parentheses. No node of
 * the parser's tree has an end; this is how the ends are found. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

struct token {
    int start;
    int end;
    int kind;     /* PG_QUERY__TOKEN__… */
    int depth;    /* parentheses around it; a parenthesis itself stands outside of itself */
    bool is_word; /* an identifier or a keyword */
};

struct tokens {
    const char *text;
    struct token *list;
    int count;
};

/* false: the scanner refuses the text; `ret_message` is PostgreSQL's. */
bool tokens_scan(const char *text, struct arena *arena, struct tokens *ret_tokens,
    const char **ret_message, int *ret_position);
/* Likewise, the comments and nothing else. */
bool tokens_scan_comments(const char *text, struct arena *arena, struct tokens *ret_tokens,
    const char **ret_message, int *ret_position);
/* The token that begins at `position`, -1 if none does. */
int tokens_at(const struct tokens *tokens, int position);
/* The parenthesis that closes the one at `open`, -1 if none does. */
/* Is there `U&"…"` or `U&'…'`? The scanner loses what is in them, and where they end. */
bool token_is_escaped(const struct tokens *tokens, int index);
int tokens_close(const struct tokens *tokens, int open);
/* Is the token's text this (keywords in lower case)? */
bool token_is(const struct tokens *tokens, int index, const char *text);
/* Can the text become a tree higher than that? Parentheses count, and chains of operators. */
bool tokens_nest_deeper_than(const struct tokens *tokens, int limit, struct arena *arena);
