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

    for (size_t letter = 0; letter <= bytes; letter++)
        buffer_character(out, alphabet[(bits >> (18 - 6 * letter)) & 63]);
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
