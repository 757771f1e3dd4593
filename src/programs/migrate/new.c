#include <stdio.h>

#include "base/buffer.h"
#include "programs/migrate/options.h"

static const char custom_text[] =
    "-- For what no comparison can know. It runs as tenantry_owner, in one transaction.\n"
    "--\n"
    "-- Row-level security holds for tenantry_owner too, so a statement that reads or changes rows "
    "of a\n"
    "-- tenant table is an error here. Around one that is meant for all organizations:\n"
    "--     ALTER TABLE invoice NO FORCE ROW LEVEL SECURITY;\n"
    "--     UPDATE invoice SET …;\n"
    "--     ALTER TABLE invoice FORCE ROW LEVEL SECURITY;\n"
    "-- While it runs nobody else can use the table. A big one is better changed by a script, one\n"
    "-- organization after the other.\n"
    "--\n"
    "-- What cannot be in a transaction (CREATE INDEX CONCURRENTLY) needs \"-- tenantry: step by "
    "step\" as the\n"
    "-- first line; then each statement, and each BEGIN … COMMIT, is a step of its own.\n";

static void
print_list(FILE *out, const char *before, const struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        fprintf(out, "%s%s\n", before, list->texts[i]);
}

static int
write_file(const struct options *options, const struct migration_folder *folder, const char *sql,
    struct arena *arena)
{
    if (options->is_dry) {
        fputs(sql, stdout);
        return EXIT_FINE;
    }

    struct tn_error error = { 0 };
    const char *path = NULL;
    if (!folder_add(folder, options->name, sql, arena, &path, &error))
        return cannot(&error);
    printf("written: %s\n", path);
    return EXIT_FINE;
}

static int
write_custom(const struct options *options, struct arena *arena)
{
    struct tn_error error = { 0 };
    struct migration_folder folder;
    if (!folder_read(options->migrations_path, arena, &folder, &error))
        return cannot(&error);
    return write_file(options, &folder, custom_text, arena);
}

static int
write_result(const struct options *options, struct worlds *worlds,
    const struct compare_result *result, struct arena *arena)
{
    for (size_t i = 0; i < worlds->filled.count; i++)
        fprintf(stderr,
            "look at: %s puts rows into %s, and no migration does: write the INSERT with `migrate "
            "new NAME --custom`\n",
            options->schema_path, worlds->filled.texts[i]);
    const char *same = folder_same_number(&worlds->folder, arena);
    if (same)
        fprintf(stderr, "look at: %s\n", same);
    if (result->is_empty) {
        fprintf(stderr, "nothing to do: %s is what the migrations make\n", options->schema_path);
        return EXIT_FINE;
    }
    if (!result->sql) {
        print_list(stderr, "refused: ", &result->refusals);
        return EXIT_FINDINGS;
    }
    print_list(stderr, "completed: ", &worlds->notes);
    print_list(stderr, "look at: ", &result->marks);
    return write_file(options, &worlds->folder, result->sql, arena);
}

static int
compare_and_write(const struct options *options, struct worlds *worlds, struct arena *arena)
{
    const struct worlds_request request = { .schema_path = options->schema_path,
        .migrations_path = options->migrations_path,
        .plane = options->plane,
        .base = options->base,
        .base_count = options->base_count,
        .extensions = options->extensions,
        .is_citus = options->is_citus };
    struct compare_result result;
    struct tn_error error = { 0 };
    if (!worlds_begin(worlds, &request, arena, &error) || !worlds_load_schema(worlds, &error))
        return cannot(&error);
    if (worlds->faults.count) {
        print_list(stderr, "refused: ", &worlds->faults);
        return EXIT_FINDINGS;
    }
    if (!compare(worlds, &options->request, &result, &error))
        return cannot(&error);
    return write_result(options, worlds, &result, arena);
}

int
migrate_new(const struct options *options, struct arena *arena)
{
    if (options->is_custom)
        return write_custom(options, arena);

    struct worlds worlds = { 0 };
    const int status = compare_and_write(options, &worlds, arena);
    worlds_end(&worlds);
    return status;
}
