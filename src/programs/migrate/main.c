/* tenantry-migrate: migrations that cannot forget. What `tenantry migrate` runs. */
#include <stdio.h>

#include "programs/migrate/options.h"

int
cannot(const struct tn_error *error)
{
    fprintf(stderr, "tenantry migrate: %s\n", error->detail);
    return EXIT_CANNOT;
}

static int
run(const struct options *options, struct arena *arena)
{
    switch (options->command) {
    case MIGRATE_NEW:
        return migrate_new(options, arena);
    case MIGRATE_STATUS:
        return migrate_status(options, arena);
    case MIGRATE_APPLY:
        return migrate_apply(options, arena);
    case MIGRATE_VERIFY:
        return migrate_verify(options, arena);
    }
    return EXIT_CANNOT;
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    struct options options;
    int status = EXIT_CANNOT;
    if (options_read(argc, argv, arena, &options)) {
        if (options.is_help)
            options_help();
        status = options.is_help ? EXIT_FINE : run(&options, arena);
    }
    arena_free(arena);
    return status;
}
