/* `lint CONF`: what the lint says of the database that the libpq variables name. */
#include <stdio.h>

#include "generator/effects.h"
#include "generator/lint.h"

static bool
look(const char *path, struct arena *arena, struct tn_error *error)
{
    struct configuration configuration;
    struct effects *effects;
    struct schema schema;
    struct direct *direct = NULL;
    if (!configuration_read(path, arena, &configuration, error) || !direct_open("", &direct, error))
        return false;

    const bool good = schema_read(direct, &configuration, arena, &schema, error) &&
                      effects_read(direct, &schema, arena, &effects, error) &&
                      lint_check(direct, &schema, arena, error) && effects_check(effects, error);
    direct_close(direct);
    if (!good)
        return false;
    const struct name_list warnings = lint_warnings(&schema, arena);
    for (int i = 0; i < warnings.count; i++)
        printf("warning: %s\n", warnings.names[i]);
    return true;
}

int
main(int argc, char **argv)
{
    struct tn_error error = { 0 };
    struct arena *arena = arena_new(1 << 20);
    const bool good = argc == 2 && look(argv[1], arena, &error);
    if (!good)
        printf("%s\n", argc == 2 ? error.detail : "usage: lint CONF");
    arena_free(arena);
    return good ? 0 : 1;
}
