#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* Bytes of the sequence that starts at `text`, 0 if it is none. RFC 3629, section 4. */
static size_t
sequence_bytes(const unsigned char *text, size_t bytes)
{
    const unsigned char first = text[0];
    if (first == 0)
        return 0;

    if (first < 0x80)
        return 1;

    const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || length > bytes)
        return 0;

    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    }

    const unsigned char second = text[1];
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
        return 0;

    return length;
}

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Eight bytes, of which none is NUL or begins a longer sequence? */
static bool
eight_are_ascii(const unsigned char *text)
{
    uint64_t eight;
    memcpy(&eight, text, sizeof eight);
    return ((eight | (eight - EACH_BYTE(1))) & EACH_BYTE(0x80)) == 0;
}

bool
utf8_is_valid(const char *text, size_t bytes)
{
    const unsigned char *at = (const unsigned char *)text;
    while (bytes > 0) {
        if (bytes >= 8 && eight_are_ascii(at)) {
            at += 8;
            bytes -= 8;
            continue;
        }
        const size_t length = sequence_bytes(at, bytes);
        if (length == 0)
            return false;

        at += length;
        bytes -= length;
    }
    return true;
}

size_t
utf8_utf16_units(const char *text)
{
    size_t units = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if ((*at & 0xC0) != 0x80)
            units += *at >= 0xF0 ? 2 : 1;
    }
    return units;
}
