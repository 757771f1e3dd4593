/* tenantry-generate: queries in, proved and scoped C out. What `tenantry generate` runs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "generator/emit.h"
#include "generator/scratch.h"

static const char help[] =
    "usage: tenantry-generate CONF FILE... --out DIR\n"
    "       tenantry-generate --report CONF FILE...\n"
    "\n"
    "Limits each query to one organization, proves that it is, and writes it as a C function:\n"
    "queries.h and queries.c, raw.h and raw.c where a query is `-- scope: cross-org`, manifest.h "
    "and\n"
    "report.jsonl. With --report it prints a line of JSON a query and goes on after a refused "
    "one.\n"
    "\n"
    "The schema is loaded into a scratch database on the server that the libpq variables (PGHOST,\n"
    "PGPORT, PGUSER, PGDATABASE, ...) name; without them, on a private server that ends with the "
    "run.\n";

struct options {
    const char *configuration;
    const char **files;
    int file_count;
    const char *out; /* NULL: --report */
    bool is_report;
    bool is_help;
};

static bool
options_read(int argc, char **argv, const char **files, struct options *options)
{
    options->files = files;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            options->is_help = true;
        else if (strcmp(argv[i], "--report") == 0)
            options->is_report = true;
        else if (strcmp(argv[i], "--out") == 0 && i + 1 < argc)
            options->out = argv[++i];
        else if (argv[i][0] == '-')
            return false;
        else if (!options->configuration)
            options->configuration = argv[i];
        else
            files[options->file_count++] = argv[i];
    }
    return options->is_help || (options->configuration && options->file_count > 0 &&
                                   options->is_report == !options->out);
}

/* --- writing --------------------------------------------------------------------------------- */

static bool
is_unchanged(const char *path, const struct buffer *content, struct arena *arena)
{
    struct tn_error none = { 0 };
    char *before;
    return access(path, R_OK) == 0 && file_read(path, arena, &before, &none) &&
           strcmp(before, content->data) == 0;
}

static bool
write_file(
    const char *path, const struct buffer *content, struct arena *arena, struct tn_error *error)
{
    if (is_unchanged(path, content, arena))
        return true;

    const char *draft = arena_printf(arena, "%s.new", path);
    FILE *file = fopen(draft, "we");
    if (!file)
        return error_set(error, TN_GENERATOR, "%s: %s", draft, strerror(errno));
    const bool written = fwrite(content->data, 1, content->length, file) == content->length;
    if (fclose(file) != 0 || !written || rename(draft, path) != 0)
        return error_set(error, TN_GENERATOR, "%s: %s", path, strerror(errno));
    return true;
}

struct output {
    const char *name;
    struct buffer content;
};

static bool
write_all(
    const struct project *project, const char *folder, struct arena *arena, struct tn_error *error)
{
    struct output outputs[6];
    int count = 0;
    bool has_raw = false;
    for (size_t i = 0; i < COUNT_OF(outputs); i++)
        buffer_init(&outputs[i].content, arena, 16384);
    for (int i = 0; i < project->query_count; i++)
        has_raw |= emit_is_in(&project->queries[i], EMIT_RAW);

    outputs[count].name = "queries.h";
    emit_header(&outputs[count++].content, project, EMIT_QUERIES);
    outputs[count].name = "queries.c";
    emit_source(&outputs[count++].content, project, EMIT_QUERIES);
    outputs[count].name = "manifest.h";
    emit_manifest(&outputs[count++].content, project);
    outputs[count].name = "report.jsonl";
    emit_report(&outputs[count++].content, project);
    if (has_raw) {
        outputs[count].name = "raw.h";
        emit_header(&outputs[count++].content, project, EMIT_RAW);
        outputs[count].name = "raw.c";
        emit_source(&outputs[count++].content, project, EMIT_RAW);
    }

    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return error_set(error, TN_GENERATOR, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        if (!write_file(arena_printf(arena, "%s/%s", folder, outputs[i].name), &outputs[i].content,
                arena, error))
            return false;
    }
    return true;
}

/* --- running --------------------------------------------------------------------------------- */

static void
print_rejections(const struct project *project)
{
    for (int i = 0; i < project->query_count; i++) {
        const struct compiled *compiled = &project->queries[i];
        if (compiled->rejection.reason)
            fprintf(stderr, "%s:%d:%d: query %s: %s [%s]\n", compiled->query->file,
                compiled->rejection_line, compiled->rejection_column, compiled->query->name,
                compiled->rejection.message, compiled->rejection.reason);
    }
}

static bool
generate(const struct options *options, struct direct *direct,
    const struct configuration *configuration, const struct query_list *queries,
    struct arena *arena, int *ret_status, struct tn_error *error)
{
    struct project project = { .files = options->files, .file_count = options->file_count };
    if (!project_compile(
            direct, configuration, queries, !options->is_report, arena, &project, error))
        return false;

    *ret_status = project.rejected_count > 0;
    if (options->is_report) {
        struct buffer report;
        buffer_init(&report, arena, 65536);
        emit_report(&report, &project);
        fwrite(report.data, 1, report.length, stdout);
        return true;
    }
    print_rejections(&project);
    return project.rejected_count > 0 || write_all(&project, options->out, arena, error);
}

static bool
run(const struct options *options, struct arena *arena, int *ret_status, struct tn_error *error)
{
    struct configuration configuration;
    struct query_list queries = { 0 };
    struct scratch *scratch = NULL;
    if (!configuration_read(options->configuration, arena, &configuration, error))
        return false;
    for (int i = 0; i < options->file_count; i++) {
        if (!source_read(options->files[i], arena, &queries, error))
            return false;
    }

    const bool done = scratch_make(&configuration, arena, &scratch, error) &&
                      generate(options, scratch_direct(scratch), &configuration, &queries, arena,
                          ret_status, error);
    scratch_done(scratch);
    return done;
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    struct options options = { 0 };
    struct tn_error error = { 0 };
    int status = 0;
    if (!options_read(argc, argv, ARENA_ARRAY(arena, argc, const char *), &options)) {
        fputs(help, stderr);
        status = 2;
    } else if (options.is_help) {
        fputs(help, stdout);
    } else if (!run(&options, arena, &status, &error)) {
        fprintf(stderr, "tenantry-generate: %s\n", error.detail);
        status = 2;
    }
    arena_free(arena);
    return status;
}
