#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "http/form.h"

#define FIELDS_MAX 100

/* What was decoded is text, and encoded again decodes to the same. */
static void
check(const char *text, struct arena *arena)
{
    const size_t bytes = strlen(text);
    struct buffer encoded;
    buffer_init(&encoded, arena, 64);
    MUST(utf8_is_valid(text, bytes));
    percent_encode(&encoded, text, bytes);
    const char *decoded = percent_decode(encoded.data, encoded.length, false, arena);
    MUST(decoded && strcmp(decoded, text) == 0);
}

/* Written as a browser would, they are read as the same. */
static void
check_again(const struct http_pairs *pairs, struct arena *arena)
{
    struct buffer text;
    struct http_pairs again;
    struct tn_error error = { 0 };
    buffer_init(&text, arena, 256);
    for (size_t i = 0; i < pairs->count; i++) {
        if (i > 0)
            buffer_character(&text, '&');
        percent_encode(&text, pairs->items[i].name, strlen(pairs->items[i].name));
        buffer_character(&text, '=');
        percent_encode(&text, pairs->items[i].value, strlen(pairs->items[i].value));
    }
    MUST(form_parse(text.data, text.length, FIELDS_MAX, arena, &again, &error));
    MUST(again.count == pairs->count);
    for (size_t i = 0; i < pairs->count; i++)
        MUST(strcmp(again.items[i].name, pairs->items[i].name) == 0 &&
             strcmp(again.items[i].value, pairs->items[i].value) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct arena *arena = arena_new(1024);
    struct tn_error error = { 0 };
    struct http_pairs pairs;

    if (form_parse((const char *)data, bytes, FIELDS_MAX, arena, &pairs, &error)) {
        MUST(pairs.count <= FIELDS_MAX);
        for (size_t i = 0; i < pairs.count; i++) {
            check(pairs.items[i].name, arena);
            check(pairs.items[i].value, arena);
        }
        check_again(&pairs, arena);
    } else {
        MUST(error.code != TN_NO_ERROR);
    }
    arena_free(arena);
    return 0;
}
