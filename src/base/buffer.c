#include "base/buffer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buffer_init(struct buffer *buffer, struct arena *arena, size_t capacity)
{
    if (capacity == 0)
        capacity = 64;

    *buffer = (struct buffer){
        .data = arena_alloc(arena, capacity), .capacity = capacity, .arena = arena
    };
}

char *
buffer_reserve(struct buffer *buffer, size_t bytes)
{
    /* One byte stays for the terminator. */
    if (bytes >= buffer->capacity - buffer->length) {
        size_t capacity = buffer->capacity * 2;
        if (capacity < buffer->length + bytes + 1)
            capacity = buffer->length + bytes + 1;

        char *data = arena_alloc(buffer->arena, capacity);
        memcpy(data, buffer->data, buffer->length);
        buffer->data = data;
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->length;
}

void
buffer_append(struct buffer *buffer, const void *text, size_t bytes)
{
    char *end = buffer_reserve(buffer, bytes);
    if (bytes > 0)
        memcpy(end, text, bytes);
    buffer->length += bytes;
    buffer->data[buffer->length] = '\0';
}

void
buffer_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void
buffer_character(struct buffer *buffer, char character)
{
    buffer_append(buffer, &character, 1);
}

void
buffer_integer(struct buffer *buffer, int64_t number)
{
    char digits[24];
    char *start = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        *--start = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        *--start = '-';

    buffer_append(buffer, start, (size_t)(digits + sizeof digits - start));
}

void
buffer_digits(struct buffer *buffer, uint64_t number, int digits)
{
    char text[20];
    int count = 0;
    while (count < (int)sizeof text && (number > 0 || count < digits || count == 0)) {
        text[sizeof text - 1 - (size_t)count++] = (char)('0' + number % 10);
        number /= 10;
    }
    buffer_append(buffer, text + sizeof text - count, (size_t)count);
}

void
buffer_hex(struct buffer *buffer, const void *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *at = bytes;
    char *end = buffer_reserve(buffer, 2 * count);
    for (size_t i = 0; i < count; i++) {
        *end++ = digits[at[i] >> 4];
        *end++ = digits[at[i] & 15];
    }
    buffer->length += 2 * count;
    buffer->data[buffer->length] = '\0';
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
    /* Said to the compiler: instrumented by UBSan, it sees a path on which this is NULL. */
    assert(format);
    va_list arguments;
    va_start(arguments, format);
    const size_t room = buffer->capacity - buffer->length;
    const int length =
        vsnprintf(room > 0 ? buffer->data + buffer->length : NULL, room, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort(); /* a format of ours that the library does not know */

    if ((size_t)length < room) {
        buffer->length += (size_t)length;
        return;
    }

    char *end = buffer_reserve(buffer, (size_t)length);
    va_start(arguments, format);
    vsnprintf(end, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer->length += (size_t)length;
}

void
buffer_truncate(struct buffer *buffer, size_t length)
{
    assert(length <= buffer->length);
    if (buffer->capacity == buffer->length) {
        /* Borrowed: what stays is copied. */
        buffer->data = arena_memdup(buffer->arena, buffer->data, length);
        buffer->capacity = length + 1;
    }
    buffer->data[length] = '\0';
    buffer->length = length;
}

void
buffer_borrow(struct buffer *buffer, const char *text, size_t length)
{
    buffer->data = (char *)(uintptr_t)text;
    buffer->length = length;
    buffer->capacity = length;
}
