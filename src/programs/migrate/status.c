#include <stdio.h>

#include "comparison/ledger.h"
#include "programs/migrate/options.h"

static int
print_lines(struct direct *direct, const struct options *options, struct arena *arena)
{
    struct tn_error error = { 0 };
    struct migration_folder folder;
    struct ledger_line *lines = NULL;
    size_t count = 0;
    if (!folder_read(options->migrations_path, arena, &folder, &error))
        return cannot(&error);

    const struct migration_set sets[] = {
        options->base_count > 0 ? options->base[0] : (struct migration_set){ .plane = "" },
        options->base_count > 1 ? options->base[1] : (struct migration_set){ .plane = "" },
        { options->plane, folder.migrations, folder.count },
    };
    if (!ledger_read(direct, sets, COUNT_OF(sets), arena, &lines, &count, &error))
        return cannot(&error);

    int status = EXIT_FINE;
    for (size_t i = 0; i < count; i++) {
        printf("%-12s %-32s %s\n", lines[i].plane, lines[i].name, ledger_words(&lines[i], arena));
        if (lines[i].state == LEDGER_CHANGED || lines[i].state == LEDGER_MISSING)
            status = EXIT_FINDINGS;
    }
    return status;
}

int
migrate_status(const struct options *options, struct arena *arena)
{
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    if (!direct_open(options->admin_url, &direct, &error))
        return cannot(&error);
    const int status = print_lines(direct, options, arena);
    direct_close(direct);
    return status;
}
