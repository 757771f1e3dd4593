#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "tenant/wire.h"

enum { SCALES = 20 };

/* An integer at a scale is what the exact text says. */
static void
compare(const struct buffer *text, int scale, int64_t coefficient, struct arena *arena)
{
    struct buffer ours;
    buffer_init(&ours, arena, 64);
    wire_append_decimal(&ours, coefficient, scale);

    /* The text has as many digits behind the point as PostgreSQL shows, ours as many as the scale;
     * it shows no sign for what is zero. */
    size_t whole = strcspn(text->data, ".");
    const bool is_signed_zero = text->data[0] == '-' && coefficient == 0;
    MUST(is_signed_zero || strncmp(text->data, ours.data, whole) == 0);
    MUST(ours.length >= text->length || is_signed_zero);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes == 0)
        return 0;

    struct arena *arena = arena_new(1024);
    struct buffer text;
    int64_t coefficient;
    const int scale = data[0] % SCALES;
    const char *value = (const char *)data + 1;
    buffer_init(&text, arena, 64);

    const bool is_numeric = wire_append_numeric(&text, value, bytes - 1);
    if (wire_to_decimal(value, bytes - 1, scale, &coefficient)) {
        MUST(is_numeric);
        compare(&text, scale, coefficient, arena);
    }
    if (bytes > sizeof(int64_t)) {
        int64_t moment;
        struct buffer out;
        memcpy(&moment, value, sizeof moment);
        buffer_init(&out, arena, 64);
        wire_append_time(&out, wire_to_time(moment));
        wire_append_date(&out, wire_to_date((int32_t)moment));
    }
    arena_free(arena);
    return 0;
}
