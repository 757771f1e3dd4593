/* The scanner and the reader of query files on any file: every position it tells lies in the file,
 * and a numbered text has the parameters that are said to be in it. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "generator/source.h"
#include "generator/tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void
must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void
variant_check(const struct query *query, int variant, struct arena *arena)
{
    const char *text = query->variants[variant].text;
    struct tokens tokens;
    const char *message;
    int position;
    int line;
    int column;
    for (int at = 0; at <= (int)strlen(text); at += 7) {
        source_location(query, variant, at, &line, &column);
        must(line >= 1 && column >= 1, "a position is outside of the file");
    }
    if (!tokens_scan(text, arena, &tokens, &message, &position))
        return;

    int highest = 0;
    for (int i = 0; i < tokens.count; i++) {
        const char *at = tokens.text + tokens.list[i].start;
        /* A `$` by itself is a token too, and atoi would read on behind the blanks. */
        const int number = *at == '$' && isdigit((unsigned char)at[1]) ? atoi(at + 1) : 0;
        highest = number > highest ? number : highest;
    }
    must(highest < query->first_parameter + query->parameter_count, "a number is nobody's");
}

static void
query_check(const struct query *query, struct arena *arena)
{
    must(query->name != NULL, "a query has no name");
    if (query->rejection.reason)
        return;
    must(query->variant_count > 0 && query->whole < query->variant_count, "a query has no text");
    for (int variant = 0; variant < query->variant_count; variant++)
        variant_check(query, variant, arena);
}

static void
together_check(const struct together *together)
{
    const int bytes = (int)strlen(together->file_text);
    must(together->name != NULL, "a together has no name");
    must(together->file_offset >= 0 && together->file_offset <= bytes, "its name is outside");
    for (int i = 0; i < together->query_count; i++) {
        const struct together_query *query = &together->queries[i];
        must(strncmp(together->file_text + query->file_offset, query->name, strlen(query->name)) ==
                 0,
            "a query of it is not where it is said to be");
    }
    must(!together->rejection.reason ||
             (together->rejection.position >= 0 && together->rejection.position <= bytes),
        "its refusal is outside");
    must(together->rejection.reason || together->query_count > 0, "it names no query");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static char path[] = "/tmp/tenantry-fuzz-XXXXXX";
    static int file = -1;
    struct arena *arena = arena_new(1 << 16);
    struct query_list queries = { 0 };
    struct tn_error error = { 0 };
    if (file < 0)
        file = mkstemp(path);
    if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, data, bytes, 0) != (ssize_t)bytes)
        abort();

    if (source_read(path, arena, &queries, &error)) {
        for (int i = 0; i < queries.count; i++)
            query_check(&queries.queries[i], arena);
        for (int i = 0; i < queries.together_count; i++)
            together_check(&queries.togethers[i]);
    }
    arena_free(arena);
    return 0;
}
