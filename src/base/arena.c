#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is printed is mostly shorter, and then formatted once. */
#define PRINTED_BYTES 240

struct block {
    struct block *next;
    size_t capacity;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *newest; /* allocations come from here; older blocks follow */
    size_t block_bytes;
    size_t total_bytes;
};

static _Noreturn void
out_of_memory(size_t bytes)
{
    fprintf(stderr, "tenantry: out of memory (%zu bytes were asked for)\n", bytes);
    abort();
}

static struct block *
block_new(size_t capacity)
{
    if (capacity > SIZE_MAX - sizeof(struct block))
        out_of_memory(capacity);

    struct block *block = malloc(sizeof *block + capacity);
    if (!block)
        out_of_memory(capacity);

    block->next = NULL;
    block->capacity = capacity;
    block->used = 0;
    return block;
}

struct arena *
arena_new(size_t first_bytes)
{
    struct arena *arena = malloc(sizeof *arena);
    if (!arena)
        out_of_memory(sizeof *arena);

    arena->newest = block_new(first_bytes);
    arena->block_bytes = first_bytes > 4096 ? first_bytes : 4096;
    arena->total_bytes = first_bytes;
    return arena;
}

void
arena_reset(struct arena *arena)
{
    while (arena->newest->next) {
        struct block *block = arena->newest;
        arena->newest = block->next;
        arena->total_bytes -= block->capacity;
        free(block);
    }
    arena->newest->used = 0;
}

void
arena_free(struct arena *arena)
{
    if (!arena)
        return;

    arena_reset(arena);
    free(arena->newest);
    free(arena);
}

/* What a size takes up. */
static size_t
rounded(size_t bytes)
{
    const size_t alignment = alignof(max_align_t);
    if (bytes > SIZE_MAX - alignment)
        out_of_memory(bytes);
    return (bytes + alignment - 1) & ~(alignment - 1);
}

void *
arena_room(struct arena *arena, size_t bytes)
{
    const size_t taken = rounded(bytes);
    if (taken > arena->newest->capacity - arena->newest->used) {
        struct block *block = block_new(taken > arena->block_bytes ? taken : arena->block_bytes);
        block->next = arena->newest;
        arena->newest = block;
        arena->total_bytes += block->capacity;
    }

    void *memory = arena->newest->bytes + arena->newest->used;
    arena->newest->used += taken;
    return memory;
}

void *
arena_alloc(struct arena *arena, size_t bytes)
{
    return memset(arena_room(arena, bytes), 0, bytes);
}

void *
arena_array(struct arena *arena, size_t count, size_t bytes)
{
    size_t product;
    if (__builtin_mul_overflow(count, bytes, &product))
        out_of_memory(SIZE_MAX);

    return arena_alloc(arena, product);
}

char *
arena_memdup(struct arena *arena, const void *text, size_t bytes)
{
    char *copy = arena_room(arena, bytes + 1);
    if (bytes > 0)
        memcpy(copy, text, bytes);
    copy[bytes] = '\0';
    return copy;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
    return arena_memdup(arena, text, strlen(text));
}

char *
arena_strdup_or_null(struct arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : NULL;
}

char *
arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    /* Said to the compiler: instrumented by UBSan, it sees a path on which this is NULL. */
    assert(format);
    char most[PRINTED_BYTES];
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(most, sizeof most, format, again);
    va_end(again);
    if (length < 0)
        abort(); /* a format of ours that the library does not know */
    if ((size_t)length < sizeof most)
        return arena_memdup(arena, most, (size_t)length);

    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

size_t
arena_bytes(const struct arena *arena)
{
    return arena->total_bytes;
}
