/* Bytes as hexadecimal digits, in lower case. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Two digits for each of `count` bytes, without a NUL; answers where they end. */
static inline char *
hex_write(char *target, const void *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *at = bytes;
    for (size_t i = 0; i < count; i++) {
        *target++ = digits[at[i] >> 4];
        *target++ = digits[at[i] & 15];
    }
    return target;
}
