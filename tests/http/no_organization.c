/* In the place of src/cache/key.c: keys that forget whose page it is. */
#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "cache/key.h"

struct cache_key
cache_key_make(const struct cache_key_parts *parts, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 512);
    buffer_printf(
        &out, "%s|%s|%s|%lld", parts->audience, parts->path, parts->query, (long long)parts->day);
    return (struct cache_key){ out.data, out.length, hash_bytes(out.data, out.length) };
}
