#include "base/uuid.h"

void
uuid_append(struct buffer *out, const uint8_t uuid[static UUID_BYTES])
{
    /* RFC 9562, section 4: groups of 4, 2, 2, 2 and 6 bytes. */
    static const size_t group_bytes[] = { 4, 2, 2, 2, 6 };
    size_t at = 0;
    for (size_t group = 0; group < COUNT_OF(group_bytes); group++) {
        if (group > 0)
            buffer_character(out, '-');
        buffer_hex(out, uuid + at, group_bytes[group]);
        at += group_bytes[group];
    }
}
