/* Arena: memory that is given back all at once.
 *
 * What belongs to a request lives in its arena. Memory is zeroed and never NULL: a program without
 * memory ends, there is nothing better that it could do. Not for use by two threads. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "base/compiler.h"

struct arena;

/* An arena whose first block holds `first_bytes`. Free with arena_free. */
struct arena *arena_new(size_t first_bytes);
void arena_free(struct arena *arena);
/* Forget everything in it, keep its first block for the next use. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type. `bytes` may be 0. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* Likewise, but not zeroed: for who fills it at once. */
void *arena_room(struct arena *arena, size_t bytes);
/* As arena_alloc, for `count` times `bytes`; a product that overflows ends the program. */
void *arena_array(struct arena *arena, size_t count, size_t bytes);
char *arena_strdup(struct arena *arena, const char *text);
/* NULL of NULL. */
char *arena_strdup_or_null(struct arena *arena, const char *text);
/* A NUL-terminated copy of the first `bytes` of `text`, which may hold anything. */
char *arena_memdup(struct arena *arena, const void *text, size_t bytes);
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

/* Bytes taken from the system so far. */
size_t arena_bytes(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))
