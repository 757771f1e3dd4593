/* The prover by itself: `prove CONF`, the libpq variables name a database that holds the schema.
 * Texts come on the standard input, each ended by a NUL; for each it answers why the text is
 * refused, or nothing, ended by a NUL. */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "generator/prover.h"

static bool
standard_input(struct arena *arena, struct buffer *text)
{
    size_t bytes;
    buffer_init(text, arena, 1 << 16);
    do {
        bytes = fread(buffer_reserve(text, 1 << 16), 1, 1 << 16, stdin);
        text->length += bytes;
    } while (bytes > 0);
    return !ferror(stdin);
}

static bool
answer_all(const char *configuration_path, struct arena *arena, struct tn_error *error)
{
    struct configuration configuration;
    struct schema schema;
    struct direct *direct = NULL;
    struct buffer texts;
    if (!configuration_read(configuration_path, arena, &configuration, error) ||
        !direct_open("", &direct, error))
        return false;
    const bool read = schema_read(direct, &configuration, arena, &schema, error);
    direct_close(direct);
    if (!read || !standard_input(arena, &texts))
        return false;

    for (size_t at = 0; at < texts.length; at += strlen(texts.data + at) + 1) {
        struct arena *own = arena_new(1 << 16);
        struct rejection rejection = { 0 };
        if (!prover_check(&schema, texts.data + at, own, &rejection))
            fputs(rejection.message, stdout);
        putchar('\0');
        arena_free(own);
    }
    return true;
}

int
main(int argc, char **argv)
{
    struct tn_error error = { 0 };
    struct arena *arena = arena_new(1 << 20);
    const bool done = argc == 2 && answer_all(argv[1], arena, &error);
    if (!done)
        fprintf(stderr, "prove: %s\n", argc == 2 ? error.detail : "usage: prove CONF");
    arena_free(arena);
    return done ? 0 : 2;
}
