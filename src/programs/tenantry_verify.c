/* tenantry-verify: read a database's tenant isolation from its catalogue, then attack it. What
 * `tenantry verify` runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verifier/fix.h"
#include "verifier/known.h"
#include "verifier/report.h"
#include "verifier/run.h"

static const char help[] =
    "usage: tenantry verify URL [OPTION]...\n"
    "\n"
    "Reads from the catalogue of a PostgreSQL database whether tenants are kept apart, lets the "
    "server judge each\n"
    "policy, and attacks: two tenants are planted in a transaction that is always rolled back, and "
    "each of the\n"
    "application's roles tries to read, insert, move, change and delete across. URL is "
    "postgresql://... or libpq's\n"
    "keywords; its user should be a superuser or the owner of the tables, so that it can work as "
    "the others.\n"
    "\n"
    "What is looked at (found and said where not given):\n"
    "  --app-role ROLE         a role that the application connects as; once for each\n"
    "  --tenant-column NAME    the column that says whose a row is; once for each name\n"
    "  --tenant-setting NAME   the setting that carries the tenant, as in current_setting('NAME')\n"
    "  --tenant-claim KEY      where that setting is a JSON document: the key in it, as a.b if "
    "nested\n"
    "\n"
    "Where it attacks (else: in place, if no tenant table holds a row):\n"
    "  --clone                 on a copy of the schema in a scratch database, which is dropped at "
    "the end\n"
    "  --in-place              in the database itself, also if it holds rows\n"
    "  --static                nowhere: the catalogue and judged policies only\n"
    "\n"
    "What comes out:\n"
    "  --format FORMAT         table, json, sarif, junit or github\n"
    "  --fail-on LEVEL         leak (as it is without), warn or never: what exits with 1\n"
    "  --fix                   print the SQL that mends it, as one script, instead of a report\n"
    "  --baseline FILE         a report in json: what it has does not fail again\n"
    "  --waivers FILE          lines of \"code | object | until YYYY-MM-DD or nothing | reason\"\n"
    "  --quiet                 no progress on a terminal\n"
    "  --strict                exit with 3 when something stayed unproven\n"
    "\n"
    "Exit: 0 nothing at or above --fail-on, 1 findings, 2 it could not run, 3 unproven with "
    "--strict.\n";

enum fail_on { FAIL_ON_LEAK, FAIL_ON_WARN, FAIL_ON_NEVER };

struct options {
    struct audit_request request;
    enum report_format format;
    enum fail_on fail_on;
    const char *baseline; /* NULL: none */
    const char *waivers;  /* NULL: none */
    bool is_strict;
    bool is_fix;
    bool is_help;
    const char *fault; /* a sentence; NULL: none */
};

static void
progress(const char *sentence, size_t done, size_t total)
{
    if (!isatty(STDERR_FILENO))
        return;
    if (total)
        fprintf(stderr, "\r\033[K%s, %zu of %zu", sentence, done, total);
    else
        fprintf(stderr, "\r\033[K%s", sentence);
}

/* --- options --------------------------------------------------------------------------------- */

static void
fault(struct options *options, const char *sentence)
{
    if (!options->fault)
        options->fault = sentence;
}

static void
take_name(struct options *options, struct audit_names *names, const char *value)
{
    if (names->count == AUDIT_LIST_MAX)
        fault(options, "an option is given too often");
    else
        names->items[names->count++] = value;
}

static void
take_fail_on(struct options *options, const char *value)
{
    static const char *const words[] = {
        [FAIL_ON_LEAK] = "leak", [FAIL_ON_WARN] = "warn", [FAIL_ON_NEVER] = "never"
    };
    for (int i = 0; i < 3; i++) {
        if (strcmp(words[i], value) == 0) {
            options->fail_on = (enum fail_on)i;
            return;
        }
    }
    fault(options, "--fail-on takes leak, warn or never");
}

static void
take_where(struct options *options, enum audit_where where)
{
    if (options->request.where != WHERE_DEFAULT && options->request.where != where)
        fault(options, "--static, --in-place and --clone exclude each other");
    options->request.where = where;
}

/* An option with a value; false: it is none. */
static bool
take_valued(struct options *options, const char *name, const char *value)
{
    if (strcmp(name, "--app-role") == 0)
        take_name(options, &options->request.roles, value);
    else if (strcmp(name, "--tenant-column") == 0)
        take_name(options, &options->request.tenant_columns, value);
    else if (strcmp(name, "--tenant-setting") == 0)
        take_name(options, &options->request.settings, value);
    else if (strcmp(name, "--tenant-claim") == 0)
        options->request.claim = value;
    else if (strcmp(name, "--fail-on") == 0)
        take_fail_on(options, value);
    else if (strcmp(name, "--baseline") == 0)
        options->baseline = value;
    else if (strcmp(name, "--waivers") == 0)
        options->waivers = value;
    else if (strcmp(name, "--format") == 0)
        options->format = report_format_of(value);
    else
        return false;
    if (options->format == REPORT_FORMAT_COUNT)
        fault(options, "--format takes table, json, sarif, junit or github");
    return true;
}

static bool
take_switch(struct options *options, const char *name)
{
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        options->is_help = true;
    else if (strcmp(name, "--strict") == 0)
        options->is_strict = true;
    else if (strcmp(name, "--fix") == 0)
        options->is_fix = true;
    else if (strcmp(name, "--quiet") == 0)
        options->request.progress = NULL;
    else if (strcmp(name, "--static") == 0)
        take_where(options, WHERE_STATIC);
    else if (strcmp(name, "--in-place") == 0)
        take_where(options, WHERE_IN_PLACE);
    else if (strcmp(name, "--clone") == 0)
        take_where(options, WHERE_CLONE);
    else
        return false;
    return true;
}

static void
options_read(int argc, char **argv, struct arena *arena, struct options *options)
{
    for (int i = 1; i < argc && argv[i] && !options->fault; i++) {
        const char *equals = strncmp(argv[i], "--", 2) == 0 ? strchr(argv[i], '=') : NULL;
        const char *name =
            equals ? arena_memdup(arena, argv[i], (size_t)(equals - argv[i])) : argv[i];
        const char *value = equals ? equals + 1 : i + 1 < argc ? argv[i + 1] : NULL;
        if (!equals && take_switch(options, name))
            continue;
        if (argv[i][0] != '-' && !options->request.url)
            options->request.url = argv[i];
        else if (argv[i][0] == '-' && value && take_valued(options, name, value))
            i += equals ? 0 : 1;
        else if (!value && take_valued(options, name, ""))
            fault(options, arena_printf(arena, "%s wants a value", name));
        else
            fault(options, arena_printf(arena, "\"%s\" is not understood here", argv[i]));
    }
    if (!options->is_help && !options->request.url)
        fault(options, "the database's URL is missing");
}

/* --- running --------------------------------------------------------------------------------- */

static int
status_of(const struct options *options, const struct audit *audit)
{
    const struct report_counts counts = report_count(audit);
    if (options->fail_on != FAIL_ON_NEVER &&
        (counts.leaks || (options->fail_on == FAIL_ON_WARN && counts.warnings)))
        return 1;
    return options->is_strict && audit->findings.unproven_count ? 3 : 0;
}

static bool
run(struct options *options, struct arena *arena, int *ret_status, struct tn_error *error)
{
    struct audit *audit;
    struct buffer out;
    if (!audit_run(&options->request, arena, &audit, error) ||
        (options->baseline && !known_baseline(audit, options->baseline, error)) ||
        (options->waivers && !known_waivers(audit, options->waivers, error)))
        return false;

    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    buffer_init(&out, arena, 65536);
    if (options->is_fix)
        fix_write(&out, audit);
    else
        report_write(&out, audit, options->format);
    fwrite(out.data, 1, out.length, stdout);
    if (fflush(stdout) != 0)
        return error_set(error, TN_INTERNAL, "the report could not be written");
    *ret_status = status_of(options, audit);
    return true;
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    struct options options = { .request.progress = progress };
    struct tn_error error = { 0 };
    int status = 0;
    options_read(argc, argv, arena, &options);
    if (options.is_help) {
        fputs(help, stdout);
    } else if (options.fault) {
        fprintf(stderr, "tenantry verify: %s\n\n%s", options.fault, help);
        status = 2;
    } else if (!run(&options, arena, &status, &error)) {
        fprintf(stderr, "tenantry verify: %s\n", error.detail);
        status = 2;
    }
    arena_free(arena);
    return status;
}
