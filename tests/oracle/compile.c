/* `compile CONF FILE`: the generator's report, over the database that the libpq variables name as
 * it stands, where `tenantry generate --report` would load the schema into one of its own. */
#include <stdio.h>

#include "generator/emit.h"

static bool
report(char **argv, struct arena *arena, struct tn_error *error)
{
    struct configuration configuration;
    struct query_list queries = { 0 };
    struct project project = { 0 };
    struct direct *direct = NULL;
    struct buffer out;
    if (!configuration_read(argv[1], arena, &configuration, error) ||
        !source_read(argv[2], arena, &queries, error) || !direct_open("", &direct, error))
        return false;
    const bool compiled =
        project_compile(direct, &configuration, &queries, false, arena, &project, error);
    direct_close(direct);
    if (!compiled)
        return false;

    buffer_init(&out, arena, 65536);
    emit_report(&out, &project);
    fwrite(out.data, 1, out.length, stdout);
    return true;
}

int
main(int argc, char **argv)
{
    struct tn_error error = { 0 };
    struct arena *arena = arena_new(1 << 20);
    const bool done = argc == 3 && report(argv, arena, &error);
    if (!done)
        fprintf(stderr, "compile: %s\n", argc == 3 ? error.detail : "usage: compile CONF FILE");
    arena_free(arena);
    return done ? 0 : 2;
}
