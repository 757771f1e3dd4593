#include <stdio.h>

#include "programs/migrate/options.h"

static void
tell(void *teller, const char *line)
{
    (void)teller;
    fprintf(stderr, "%s\n", line);
}

int
migrate_apply(const struct options *options, struct arena *arena)
{
    struct tn_error error = { 0 };
    struct migration_folder folder;
    size_t applied = 0;
    if (!folder_read(options->migrations_path, arena, &folder, &error))
        return cannot(&error);

    struct migration_set sets[3];
    size_t count = 0;
    for (; count < options->base_count; count++)
        sets[count] = options->base[count];
    sets[count++] = (struct migration_set){ options->plane, folder.migrations, folder.count };
    const struct migration_target target = { .admin_url = options->admin_url,
        .identity_url = options->identity_url,
        .application_url = options->application_url,
        .raw_url = options->raw_url,
        .sets = sets,
        .set_count = count,
        .lock_timeout_ms = options->lock_timeout_ms,
        .lock_attempts = options->lock_attempts,
        .tell = tell };
    if (!migration_apply(&target, &applied, &error))
        return cannot(&error);
    printf(applied ? "%zu applied\n" : "%zu applied: the database was up to date\n", applied);
    return EXIT_FINE;
}
