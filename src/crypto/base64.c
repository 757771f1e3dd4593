#include "crypto/base64.h"

#include <stdint.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* Three bytes become four letters; of one or two bytes at the end, two or three. */
static void
append_group(struct buffer *out, const uint8_t *group, size_t bytes, const char *alphabet)
{
    uint32_t bits = (uint32_t)group[0] << 16;
    if (bytes > 1)
        bits |= (uint32_t)group[1] << 8;
    if (bytes > 2)
        bits |= group[2];

    char letters[4];
    for (size_t i = 0; i < sizeof letters; i++)
        letters[i] = alphabet[(bits >> (18 - 6 * i)) & 63];
    buffer_append(out, letters, bytes + 1);
}

static void
append_groups(struct buffer *out, const uint8_t *data, size_t bytes, const char *alphabet)
{
    for (size_t i = 0; i < bytes; i += 3)
        append_group(out, data + i, bytes - i < 3 ? bytes - i : 3, alphabet);
}

void
base64_append(struct buffer *out, const void *data, size_t bytes)
{
    append_groups(out, data, bytes, LETTERS "+/");
    if (bytes % 3)
        buffer_append(out, "==", 3 - bytes % 3);
}

void
base64url_append(struct buffer *out, const void *data, size_t bytes)
{
    append_groups(out, data, bytes, LETTERS "-_");
}

static int
letter_value(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9')
        return letter - '0' + 52;
    if (letter == '-')
        return 62;
    return letter == '_' ? 63 : -1;
}

bool
base64url_read(struct buffer *out, const char *text, size_t length)
{
    uint32_t bits = 0;
    int bit_count = 0;
    char *target = buffer_reserve(out, length);
    for (size_t i = 0; i < length; i++) {
        const int value = letter_value(text[i]);
        if (value < 0)
            return false;

        bits = bits << 6 | (uint32_t)value;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            *target++ = (char)(bits >> bit_count & 0xFF);
        }
        bits &= (UINT32_C(1) << bit_count) - 1;
    }
    *target = '\0';
    out->length = (size_t)(target - out->data);
    /* A single letter at the end, or bits that stand for nothing. */
    return bit_count < 6 && bits == 0;
}
