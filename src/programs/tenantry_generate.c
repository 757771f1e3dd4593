/* tenantry-generate: queries in, proved and scoped C out. What `tenantry generate` runs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "generator/emit.h"
#include "generator/lock.h"
#include "generator/outputs.h"
#include "generator/scratch.h"

static const char help[] =
    "usage: tenantry generate CONF FILE... --out DIR [OPTION]...\n"
    "       tenantry generate --check CONF FILE...\n"
    "       tenantry generate --report CONF FILE...\n"
    "\n"
    "Limits each query to one organization, proves that it is, and writes it as a C function;\n"
    "queries that `-- together:` names become one function that asks them in one flight:\n"
    "queries.h and queries.c, raw.h and raw.c where a query is `-- scope: cross-org`, manifest.h "
    "and\n"
    "report.jsonl.\n"
    "\n"
    "  --out DIR       where the files go; made if it is not there\n"
    "  --lock FILE     what the database said about each query; default: CONF with the ending "
    ".lock.\n"
    "                  Commit it: as long as nothing changed, no database is asked\n"
    "  --locked        a file that does not do is an error, and no database is asked\n"
    "  --no-lock       neither read it nor write it\n"
    "  --depfile FILE  for make and ninja: what the output depends on\n"
    "  --check         write nothing; ask the database, and say whether the lock file is right\n"
    "  --report        write nothing; print a line of JSON a query, and go on after a refused one\n"
    "  --help          this\n"
    "\n"
    "The schema is loaded into a scratch database on the server that the libpq variables (PGHOST,\n"
    "PGPORT, PGUSER, PGDATABASE, ...) name; without them, on a private server that ends with the "
    "run.\n"
    "\n"
    "Exit code: 0 done, 1 a query was refused or the lock file is not right, 2 it could not be "
    "done.\n"
    "The manual: tenantry-generate(1), docs/guide-generate.md, docs/rejections.md.\n";

struct options {
    const char *configuration;
    const char **files;
    int file_count;
    const char *out;
    const char *lock; /* NULL: the default */
    const char *depfile;
    bool no_lock;
    bool is_locked;
    bool is_check;
    bool is_report;
    bool is_help;
};

static bool
option_read(struct options *options, int argc, char **argv, int *at)
{
    const struct {
        const char *name;
        bool *flag;
        const char **value;
    } known[] = {
        { "--help", &options->is_help, NULL },
        { "--report", &options->is_report, NULL },
        { "--check", &options->is_check, NULL },
        { "--locked", &options->is_locked, NULL },
        { "--no-lock", &options->no_lock, NULL },
        { "--out", NULL, &options->out },
        { "--lock", NULL, &options->lock },
        { "--depfile", NULL, &options->depfile },
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (strcmp(argv[*at], known[i].name) != 0)
            continue;
        if (known[i].flag)
            *known[i].flag = true;
        else if (++*at < argc)
            *known[i].value = argv[*at];
        else
            return false;
        return true;
    }
    return false;
}

static bool
options_read(int argc, char **argv, const char **files, struct options *options)
{
    options->files = files;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-') {
            if (!option_read(options, argc, argv, &i)) {
                fprintf(stderr, "tenantry-generate: %s: no such option, or its value is missing\n",
                    argv[i < argc ? i : argc - 1]);
                return false;
            }
        } else if (!options->configuration) {
            options->configuration = argv[i];
        } else {
            files[options->file_count++] = argv[i];
        }
    }
    const int kinds = options->is_report + options->is_check + (options->out != NULL);
    return options->is_help || (options->configuration && options->file_count > 0 && kinds == 1 &&
                                   !(options->no_lock && (options->lock || options->is_locked)));
}

/* --- messages -------------------------------------------------------------------------------- */

static void
print_warnings(const struct project *project)
{
    for (int i = 0; i < project->warnings.count; i++)
        fprintf(stderr, "warning: %s\n", project->warnings.names[i]);
}

static void
print_rejections(const struct project *project)
{
    for (int i = 0; i < project->query_count; i++) {
        const struct compiled *compiled = &project->queries[i];
        if (compiled->rejection.reason)
            fprintf(stderr, "%s:%d:%d: query %s: %s [%s]\n    %s\n", compiled->query->file,
                compiled->rejection_line, compiled->rejection_column, compiled->query->name,
                compiled->rejection.message, compiled->rejection.reason,
                rejection_mend(compiled->rejection.reason));
    }
}

static void
print_refused_togethers(const struct project *project)
{
    for (int i = 0; i < project->together_count; i++) {
        const struct compiled_together *compiled = &project->togethers[i];
        const struct together *together = compiled->together;
        if (compiled->rejection.reason)
            fprintf(stderr, "%s:%d:%d: together%s%s: %s [%s]\n    %s\n", together->file,
                compiled->rejection_line, compiled->rejection_column, *together->name ? " " : "",
                together->name, compiled->rejection.message, compiled->rejection.reason,
                rejection_mend(compiled->rejection.reason));
    }
}

/* --- the lock file --------------------------------------------------------------------------- */

#ifdef TENANTRY_MUTANT_NO_PREDICATE
static const bool has_lock = false; /* what it writes is not what a database said */
#else
static const bool has_lock = true;
#endif

struct run {
    const struct options *options;
    struct arena *arena;
    struct configuration configuration;
    struct query_list queries;
    struct project project;
    const char *lock;  /* its path; NULL: none */
    const char *wrong; /* why it does not do */
    uint64_t inputs;
    int status;
};

/* tenantry.conf: tenantry.lock */
static const char *
lock_path(const struct options *options, struct arena *arena)
{
    if (options->no_lock || options->is_report || !has_lock)
        return NULL;
    if (options->lock)
        return options->lock;

    const char *path = options->configuration;
    const size_t length = strlen(path);
    const bool ends = length > 5 && strcmp(path + length - 5, ".conf") == 0;
    return arena_printf(arena, "%.*s.lock", (int)(ends ? length - 5 : length), path);
}

static char *
lock_before(struct run *run)
{
    struct tn_error missing = { 0 };
    char *text;
    return file_read(run->lock, run->arena, &text, &missing) ? text : NULL;
}

/* Where the source cannot be written, as in a build from a read-only folder, it is said and no
 * more. */
static void
lock_update(struct run *run)
{
    struct buffer text;
    struct tn_error error = { 0 };
    buffer_init(&text, run->arena, 65536);
    lock_write(&text, &run->project, run->inputs, lock_before(run));
    if (!file_write(run->lock, &text, run->arena, &error))
        fprintf(stderr,
            "tenantry-generate: %s: it is not written, so the next run asks a database "
            "again: %s\n",
            run->lock, error.detail);
}

static bool
lock_check(struct run *run, struct tn_error *error)
{
    struct buffer text;
    const char *before = lock_before(run);
    buffer_init(&text, run->arena, 65536);
    lock_write(&text, &run->project, run->inputs, before);
    if (before && strcmp(before, text.data) == 0)
        return true;

    return error_set(error, TN_GENERATOR,
        "%s is not what the database says (%s): run `tenantry generate %s ... --out DIR`, and "
        "commit the file",
        run->lock, run->wrong ? run->wrong : "a line of it", run->options->configuration);
}

/* --- running --------------------------------------------------------------------------------- */

static bool
finish(struct run *run, struct tn_error *error)
{
    const struct options *options = run->options;
    project_finish(&run->project, !options->is_report, run->arena);
    run->status = run->project.rejected_count > 0;
    print_warnings(&run->project);
    if (options->is_report) {
        struct buffer report;
        buffer_init(&report, run->arena, 65536);
        emit_report(&report, &run->project);
        fwrite(report.data, 1, report.length, stdout);
        print_refused_togethers(&run->project);
        return true;
    }
    print_rejections(&run->project);
    print_refused_togethers(&run->project);
    return run->status != 0 || !options->out ||
           (outputs_write(&run->project, options->out, run->arena, error) &&
               (!options->depfile || outputs_write_depfile(&run->project, options->out,
                                         options->depfile, run->arena, error)));
}

static bool
ask_database(struct run *run, struct tn_error *error)
{
    struct scratch *scratch = NULL;
    bool done = scratch_make(&run->configuration, run->arena, &scratch, error);
    if (!done && run->wrong && !scratch_direct(scratch))
        error_prefix(error, "%s: %s, so a database is needed", run->lock, run->wrong);
    done = done && project_compile(scratch_direct(scratch), &run->configuration, &run->queries,
                       !run->options->is_report, run->arena, &run->project, error);
    scratch_done(scratch);
    if (!done || !finish(run, error))
        return false;
    if (run->status != 0 || !run->lock)
        return true;
    if (run->options->is_check) {
        run->status = !lock_check(run, error);
        return run->status == 0;
    }
    lock_update(run);
    return true;
}

static bool
run_all(struct run *run, struct tn_error *error)
{
    const struct options *options = run->options;
    if (!configuration_read(options->configuration, run->arena, &run->configuration, error))
        return false;
    for (int i = 0; i < options->file_count; i++) {
        if (!source_read(options->files[i], run->arena, &run->queries, error))
            return false;
    }

    run->project.files = options->files;
    run->project.file_count = options->file_count;
    run->lock = lock_path(options, run->arena);
    if (!run->lock)
        return ask_database(run, error);
    if (!lock_inputs(&run->configuration, run->arena, &run->inputs, error))
        return false;
    run->wrong = lock_read(
        run->lock, run->inputs, &run->configuration, &run->queries, run->arena, &run->project);
    if (options->is_check || (run->wrong && !options->is_locked))
        return ask_database(run, error);
    if (!run->wrong) {
        if (!finish(run, error))
            return false;
        /* Lines that a merge left, and that count for nothing. */
        if (run->status == 0 && !options->is_locked)
            lock_update(run);
        return true;
    }

    run->status = 1;
    return error_set(error, TN_GENERATOR,
        "%s does not do: %s; run without --locked where there is a PostgreSQL, and commit the file",
        run->lock, run->wrong);
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    struct options options = { 0 };
    struct run run = { .options = &options, .arena = arena };
    struct tn_error error = { 0 };
    if (!options_read(argc, argv, ARENA_ARRAY(arena, argc, const char *), &options)) {
        fputs("tenantry-generate: wanted are a configuration, files of queries, and one of --out "
              "DIR, "
              "--check and --report; --help says more\n",
            stderr);
        run.status = 2;
    } else if (options.is_help) {
        fputs(help, stdout);
    } else if (!run_all(&run, &error)) {
        fprintf(stderr, "tenantry-generate: %s\n", error.detail);
        run.status = run.status == 1 ? 1 : 2;
    }
    arena_free(arena);
    return run.status;
}
