#include "cache/key.h"

#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"

/* With its length before it: no two lists of parts make the same text. */
static void
append_part(struct buffer *out, const char *part)
{
    const size_t bytes = strlen(part);
    buffer_integer(out, (int64_t)bytes);
    buffer_character(out, ':');
    buffer_append(out, part, bytes);
}

struct cache_key
cache_key_make(const struct cache_key_parts *parts, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 512);
    append_part(&out, parts->organization);
    append_part(&out, parts->audience);
    append_part(&out, parts->path);
    append_part(&out, parts->query);
    buffer_integer(&out, parts->day);
    return (struct cache_key){ out.data, out.length, hash_key(out.data, out.length) };
}
