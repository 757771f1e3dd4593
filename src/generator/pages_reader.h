/* Reading a page's file: a cursor, the words of the template language, and errors with a place. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

struct pages_reader {
    const char *path; /* as errors show it */
    const char *text; /* NUL-terminated at `bytes`, no NUL inside */
    size_t bytes;
    size_t at;
    struct arena *arena;
    struct tn_error *error;
};

/* Fill the error with "path:line:column: error: sentence" and answer false. */
bool
pages_fail(struct pages_reader *reader, size_t offset, const char *format, ...) PRINTF_LIKE(3, 4);
unsigned pages_line(const struct pages_reader *reader, size_t offset);

bool pages_is_blank(char c);
bool pages_is_name_start(char c);
bool pages_is_name(char c);

/* Does `literal` stand here? Nothing is read. */
bool pages_looking_at(const struct pages_reader *reader, const char *literal);
/* Read it, if it does. */
bool pages_accept(struct pages_reader *reader, const char *literal);
void pages_skip_blanks(struct pages_reader *reader);
/* A C identifier at the cursor, in the arena; NULL (and nothing read) where there is none. */
const char *pages_read_name(struct pages_reader *reader);
/* The word that stands here, without reading it. */
bool pages_looking_at_word(const struct pages_reader *reader, const char *word);
/* A string literal as it stands, with its quotes, in the arena; the cursor is at the first quote.
 */
MUST_USE bool pages_read_string(struct pages_reader *reader, const char **ret_literal);
