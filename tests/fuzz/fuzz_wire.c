#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "tenant/wire.h"

enum { SCALES = 20 };

/* Without the sign, and the zeros before the first digit that counts: PostgreSQL sends none. */
static const char *
digits_of(const char *text)
{
    text += *text == '-';
    while (text[0] == '0' && text[1] != '.' && text[1] != '\0')
        text++;
    return text;
}

/* An integer at a scale is what the exact text says, with zeros behind it where it shows fewer. */
static void
compare(const char *text, int scale, int64_t coefficient, struct arena *arena)
{
    struct buffer ours;
    buffer_init(&ours, arena, 64);
    wire_append_decimal(&ours, coefficient, scale);

    const char *exact = digits_of(text);
    const char *shown = digits_of(ours.data);
    const size_t bytes = strlen(exact);
    MUST(strncmp(exact, shown, bytes) == 0);
    MUST(strspn(shown + bytes, ".0") == strlen(shown + bytes));
    MUST(coefficient == 0 || (text[0] == '-') == (coefficient < 0));
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
        compare(text.data, scale, coefficient, arena);
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
