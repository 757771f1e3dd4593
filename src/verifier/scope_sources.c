#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "verifier/scope.h"
#include "verifier/text.h"

#define DEEP_MAX 200000

/* Hundreds of functions are looked for in the text of each: by name, not one after the other. */
struct named {
    const char *name;
    const char *source; /* without comments */
    bool is_plain;      /* a word as text has it */
};

struct sources {
    struct named *items; /* by name */
    size_t count;
    size_t odd_count; /* names that are no words */
};

static bool
is_word(char character)
{
    return isalnum((unsigned char)character) || character == '_' || character == '$';
}

static int
by_name(const void *left, const void *right)
{
    const struct named *a = left;
    const struct named *b = right;
    return strcasecmp(a->name, b->name);
}

void
scope_read_sources(struct audit *audit)
{
    const struct inventory *inventory = &audit->inventory;
    struct sources *sources = ARENA_NEW(audit->arena, struct sources);
    sources->items = ARENA_ARRAY(audit->arena, inventory->function_count + 1, struct named);
    for (size_t i = 0; i < inventory->function_count; i++) {
        const struct function *function = &inventory->functions[i];
        struct named *named = &sources->items[sources->count];
        if (function->is_extension)
            continue;
        *named = (struct named){ .name = function->name,
            .source = text_without_comments(function->source, audit->arena),
            .is_plain = true };
        for (const char *at = function->name; *at; at++)
            named->is_plain &= is_word(*at);
        sources->odd_count += !named->is_plain;
        sources->count++;
    }
    qsort(sources->items, sources->count, sizeof *sources->items, by_name);
    audit->sources = sources;
}

/* The first place at which the name could stand. */
static size_t
first_named(const struct sources *sources, const char *word)
{
    size_t low = 0;
    size_t high = sources->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcasecmp(sources->items[middle].name, word) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
take(const struct sources *sources, size_t place, bool *taken, struct buffer *out)
{
    if (taken[place])
        return;
    taken[place] = true;
    buffer_text(out, "\n");
    buffer_text(out, sources->items[place].source);
}

/* The words from `from` on, which may move the text while it grows. */
static void
take_named(const struct sources *sources, size_t from, bool *taken, struct buffer *out)
{
    char word[256];
    for (size_t at = from; at < out->length && out->length < DEEP_MAX;) {
        size_t length = 0;
        while (at + length < out->length && is_word(out->data[at + length]))
            length++;
        if (length == 0 || length >= sizeof word) {
            at += length ? length : 1;
            continue;
        }
        memcpy(word, out->data + at, length);
        word[length] = '\0';
        at += length;
        for (size_t i = first_named(sources, word);
             i < sources->count && strcasecmp(sources->items[i].name, word) == 0; i++)
            take(sources, i, taken, out);
    }
}

const char *
scope_deep_source(const struct audit *audit, const char *text)
{
    struct buffer out;
    const struct sources *sources = audit->sources;
    buffer_init(&out, audit->arena, strlen(text) + 256);
    buffer_text(&out, text);
    bool *taken = ARENA_ARRAY(audit->arena, sources->count + 1, bool);
    size_t from = 0;
    while (from < out.length && out.length < DEEP_MAX) {
        take_named(sources, from, taken, &out);
        from = out.length;
        for (size_t i = 0; sources->odd_count && i < sources->count; i++)
            if (!sources->items[i].is_plain && text_has_word(out.data, sources->items[i].name))
                take(sources, i, taken, &out);
    }
    return out.data;
}
