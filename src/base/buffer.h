/* Buffer: text that grows, in an arena.
 *
 * `data` is never NULL and always NUL-terminated at `length`. Output for a place with rules of its
 * own (HTML, JSON, SQL) is appended by that place's appender, not by these. Memory of its own has
 * room for the NUL, so `capacity` is more than `length`; one that borrows has no more than that. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

struct buffer {
    char *data;
    size_t length;
    size_t capacity;
    struct arena *arena;
};

/* An empty buffer whose memory comes from `arena` and ends with it. */
void buffer_init(struct buffer *buffer, struct arena *arena, size_t capacity);

/* Room for `bytes` more at the end, for the caller to fill, and to take with buffer_grow. */
char *buffer_reserve(struct buffer *buffer, size_t bytes);
/* `bytes` more, which the caller wrote into what was reserved. */
static inline void
buffer_grow(struct buffer *buffer, size_t bytes)
{
    buffer->length += bytes;
    buffer->data[buffer->length] = '\0';
}

/* These are inlined: an answer is put together of thousands of pieces of a few bytes. */
static inline void
buffer_append(struct buffer *buffer, const void *text, size_t bytes)
{
    char *end = bytes < buffer->capacity - buffer->length ? buffer->data + buffer->length
                                                          : buffer_reserve(buffer, bytes);
    if (bytes > 0)
        memcpy(end, text, bytes);
    buffer_grow(buffer, bytes);
}

static inline void
buffer_character(struct buffer *buffer, char character)
{
    buffer_append(buffer, &character, 1);
}

void buffer_text(struct buffer *buffer, const char *text);
void buffer_integer(struct buffer *buffer, int64_t number);
/* `number` in decimal, with zeros before it up to `digits` (at most 20). */
void buffer_digits(struct buffer *buffer, uint64_t number, int digits);
/* Each byte as two hexadecimal digits, in lower case. */
void buffer_hex(struct buffer *buffer, const void *bytes, size_t count);
void buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
void buffer_truncate(struct buffer *buffer, size_t length);
/* Stand for `text` (NUL-terminated at `length`), which is another's and must live as long: nothing
 * is copied until the buffer is changed, and nothing is ever written there. */
void buffer_borrow(struct buffer *buffer, const char *text, size_t length);

/* A literal, its length known to the compiler. */
#define BUFFER_LITERAL(buffer, literal) buffer_append((buffer), "" literal, sizeof(literal) - 1)
