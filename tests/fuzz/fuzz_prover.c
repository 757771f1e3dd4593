/* The prover on any text: it never falls over; and whatever it takes, by whomever it was written,
 * names a relation of an organization nowhere but where the organization's predicate or value is.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator/prover.h"
#include "generator/tokens.h"
#include "shop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static bool
is_read_or_written(const struct tokens *tokens, int at)
{
    static const char *const words[] = { "from", "join", "into", "update", "only", "using" };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (token_is(tokens, at - 1, words[i]))
            return true;
    }
    return false;
}

/* An independent and much coarser look: no $1 at all, although a relation is named. */
static void
names_must_be_covered(const char *text, struct arena *arena)
{
    static const char *const names[] = { "invoice", "customer" };
    struct tokens tokens;
    const char *message;
    int position;
    int names_found = 0;
    int organizations = 0;
    if (!tokens_scan(text, arena, &tokens, &message, &position))
        abort();
    for (int i = 0; i < tokens.count; i++) {
        organizations += token_is(&tokens, i, "$1");
        if (!token_is(&tokens, i - 1, ".") || token_is(&tokens, i + 1, "."))
            continue;
        for (size_t name = 0; name < COUNT_OF(names); name++) {
            const char *quoted = arena_printf(arena, "\"%s\"", names[name]);
            const bool is_named = token_is(&tokens, i, names[name]) || token_is(&tokens, i, quoted);
            const bool is_public =
                token_is(&tokens, i - 2, "public") || token_is(&tokens, i - 2, "\"public\"");
            names_found += is_named && is_public && is_read_or_written(&tokens, i - 2);
        }
    }
    if (names_found > 0 && organizations == 0) {
        fprintf(stderr, "proved without an organization: %s\n", text);
        abort();
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct arena *arena = arena_new(1 << 16);
    const char *text = arena_memdup(arena, data, bytes);
    struct rejection rejection = { 0 };
    if (strlen(text) == bytes && prover_check(shop_schema(), text, arena, &rejection))
        names_must_be_covered(text, arena);
    arena_free(arena);
    return 0;
}
