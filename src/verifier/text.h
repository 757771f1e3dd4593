/* Looking for names in the source text of policies and functions: good for a suspicion, not for a
 * verdict. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Does the POSIX extended pattern match somewhere, letters of either case alike? */
bool text_matches(const char *text, const char *pattern);
/* The first group of the next match at or after `*at`, which is moved behind it; NULL: no more. In
 * `arena`. */
const char *text_next(const char **at, const char *pattern, struct arena *arena);
/* The next text in single quotes at or after `*at`, without them, which may be empty; `*at` is
 * moved behind it. NULL: no more. */
const char *text_next_quoted(const char **at, struct arena *arena);
/* Does `word` stand in it as a word of its own? */
bool text_has_word(const char *text, const char *word);
/* Likewise, by itself or behind the schema's name, but not behind another one: in
 * 'app.settings.mail' nobody means a table called settings. */
bool text_names(const char *text, const char *schema, const char *name);
/* Without comments and with the content of quoted texts kept. In `arena`. */
const char *text_without_comments(const char *sql, struct arena *arena);
/* What follows the last dot. */
const char *text_tail(const char *dotted);
/* Quoted for SQL as a literal. In `arena`. */
const char *text_literal(const char *text, struct arena *arena);
const char *text_identifier(const char *name, struct arena *arena);
