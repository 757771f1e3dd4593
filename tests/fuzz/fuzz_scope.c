/* The rewriter on any text: it never falls over, what it takes is proved, and the prover refuses
 * it as soon as one of its predicates is gone. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator/prover.h"
#include "generator/scope.h"
#include "generator/tokens.h"
#include "shop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void
must(bool good, const char *what, const char *text)
{
    if (good)
        return;
    fprintf(stderr, "%s: %s\n", what, text);
    abort();
}

static bool
scan(const char *text, struct arena *arena, struct tokens *tokens)
{
    const char *message;
    int position;
    return tokens_scan(text, arena, tokens, &message, &position);
}

/* $1 in a query is refused before it comes here; and could be a predicate of the author's. */
static bool
has_organization(const char *text, struct arena *arena)
{
    struct tokens tokens;
    if (!scan(text, arena, &tokens))
        return false;
    for (int i = 0; i < tokens.count; i++) {
        if (text[tokens.list[i].start] == '$' && atoi(text + tokens.list[i].start + 1) == 1)
            return true;
    }
    return false;
}

/* Each place of `predicate`, with something else in its stead. */
static void
mutants_must_fail(const char *text, const char *predicate, struct arena *arena)
{
    struct tokens tokens;
    must(scan(text, arena, &tokens), "what was written cannot be scanned", text);
    for (const char *at = text; (at = strstr(at, predicate)) != NULL; at++) {
        struct rejection rejection = { 0 };
        if (tokens_at(&tokens, (int)(at - text)) < 0)
            continue; /* in a string or a comment */
        const char *mutant =
            arena_printf(arena, "%.*s true %s", (int)(at - text), text, at + strlen(predicate));
        must(!prover_check(shop_schema(), mutant, arena, &rejection), "a mutant is proved", mutant);
    }
}

static bool
is_own_fault(const struct rejection *rejection)
{
    return strcmp(rejection->reason, "splice") == 0 || strcmp(rejection->reason, "prover") == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct arena *arena = arena_new(1 << 16);
    const char *text = arena_memdup(arena, data, bytes);
    struct rejection rejection = { 0 };
    struct scoped scoped = { 0 };
    if (strlen(text) != bytes || has_organization(text, arena)) {
        arena_free(arena);
        return -1; /* files with a NUL byte are not read either */
    }

    if (scope_text(shop_schema(), SCOPE_TENANT, text, arena, &scoped, &rejection)) {
        if (!prover_check(shop_schema(), scoped.text, arena, &rejection))
            must(false, rejection.message, scoped.text);
        mutants_must_fail(scoped.text, "\"invoice\".\"organization_id\" = $1::uuid", arena);
        mutants_must_fail(scoped.text, "\"customer\".\"organization_id\" = $1::uuid", arena);
    } else if (getenv("FUZZ_STRICT")) {
        must(!is_own_fault(&rejection), rejection.message, text);
    }
    arena_free(arena);
    return 0;
}
