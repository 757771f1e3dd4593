#include "base/buffer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

void
buffer_init(struct buffer *buffer, struct arena *arena, size_t capacity)
{
    if (capacity == 0)
        capacity = 64;

    *buffer = (struct buffer){
        .data = arena_room(arena, capacity), .capacity = capacity, .arena = arena
    };
    buffer->data[0] = '\0';
}

char *
buffer_reserve(struct buffer *buffer, size_t bytes)
{
    /* One byte stays for the terminator. */
    if (bytes >= buffer->capacity - buffer->length) {
        size_t capacity = buffer->capacity * 2;
        if (capacity < buffer->length + bytes + 1)
            capacity = buffer->length + bytes + 1;

        char *data = arena_room(buffer->arena, capacity);
        memcpy(data, buffer->data, buffer->length);
        data[buffer->length] = '\0';
        buffer->data = data;
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->length;
}

void
buffer_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

/* From 00 to 99: a division for two digits instead of one for each. */
static const char pairs[] = "00010203040506070809"
                            "10111213141516171819"
                            "20212223242526272829"
                            "30313233343536373839"
                            "40414243444546474849"
                            "50515253545556575859"
                            "60616263646566676869"
                            "70717273747576777879"
                            "80818283848586878889"
                            "90919293949596979899";

/* Write `number`, which ends at `end`; answers where it begins. */
static char *
write_number(char *end, uint64_t number)
{
    while (number >= 10) {
        end -= 2;
        memcpy(end, pairs + 2 * (number % 100), 2);
        number /= 100;
    }
    if (number > 0)
        *--end = (char)('0' + number);
    return end;
}

void
buffer_integer(struct buffer *buffer, int64_t number)
{
    char digits[24];
    char *const end = digits + sizeof digits;
    char *start = write_number(end, number < 0 ? -(uint64_t)number : (uint64_t)number);
    if (number == 0)
        *--start = '0';
    if (number < 0)
        *--start = '-';

    buffer_append(buffer, start, (size_t)(end - start));
}

void
buffer_digits(struct buffer *buffer, uint64_t number, int digits)
{
    char text[20];
    char *const end = text + sizeof text;
    char *start = write_number(end, number);
    while (start > text && (end - start < digits || start == end))
        *--start = '0';
    buffer_append(buffer, start, (size_t)(end - start));
}

void
buffer_hex(struct buffer *buffer, const void *bytes, size_t count)
{
    hex_write(buffer_reserve(buffer, 2 * count), bytes, count);
    buffer_grow(buffer, 2 * count);
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
