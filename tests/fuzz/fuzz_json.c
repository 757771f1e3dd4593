#include <string.h>

#include "fuzz.h"
#include "json/writer.h"

/* What is read and written again is read as the same, so written as the same. */
static void
write_out(struct buffer *out, const struct json_value *value, struct arena *arena)
{
    struct json_writer json;
    buffer_init(out, arena, 256);
    json_writer_init(&json, out);
    json_put_value(&json, value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct arena *arena = arena_new(1024);
    struct tn_error error = { 0 };
    const struct json_value *value = NULL;

    if (json_read((const char *)data, bytes, arena, &value, &error)) {
        struct buffer first;
        struct buffer second;
        const struct json_value *again = NULL;
        write_out(&first, value, arena);
        MUST(json_read(first.data, first.length, arena, &again, &error));
        write_out(&second, again, arena);
        MUST(first.length == second.length && memcmp(first.data, second.data, first.length) == 0);
    } else {
        MUST(error.code != TN_NO_ERROR);
    }
    arena_free(arena);
    return 0;
}
