#include "programs/migrate/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "migration/own.h"

static const char help[] =
    "usage: tenantry migrate new NAME [--custom] [--dry-run]\n"
    "                            [--rename OLD=NEW]... [--lose NAME]... [--fill "
    "COLUMN=EXPRESSION]...\n"
    "       tenantry migrate status --database-admin URL\n"
    "       tenantry migrate apply  --database-admin URL\n"
    "       tenantry migrate verify [--database-admin URL]\n"
    "\n"
    "The schema file is the truth. `new` compares it with what the migrations make and writes the "
    "SQL of\n"
    "the difference as the next migration; `apply` brings a database up to date, as "
    "tenantry_owner;\n"
    "`verify` looks for changed files, for drift and for what does not keep organizations apart.\n"
    "\n"
    "  --schema FILE           the schema (schema.sql)\n"
    "  --migrations FOLDER     its migrations (migrations)\n"
    "  --custom                an empty migration, for SQL that no comparison can know\n"
    "  --dry-run               print the migration instead of writing it\n"
    "  --rename OLD=NEW        a table, column, type or label that is called NEW now: "
    "invoice.note=remark\n"
    "  --lose NAME             a table, column or sequence whose data may be lost: invoice.note\n"
    "  --fill COLUMN=EXPRESSION  the value of rows that are there, for a column that becomes NOT "
    "NULL\n"
    "  --database-admin URL    a role that may SET ROLE tenantry_owner, and makes missing roles if "
    "it may\n"
    "  --database URL, --tenant-database URL, --raw-database URL\n"
    "                          apply: whose users sign in as tenantry_identity, tenantry_app, "
    "tenantry_raw\n"
    "  --extension NAME        new, verify: an extension that only a superuser may make, and that "
    "the\n"
    "                          database has already\n"
    "  --planes LIST           tenantry's own tables in this database (identity,tenant)\n"
    "  --plane NAME            whose migrations the folder holds (application)\n"
    "  --engine plain|citus    citus: policies in the form that it takes, and its rules are errors "
    "(plain)\n"
    "  --lock-timeout MS       how long a statement may wait for a lock while all others wait "
    "behind it (200)\n"
    "  --lock-attempts N       how often it is tried (120)\n"
    "\n"
    "TENANTRY_DATABASE_ADMIN, TENANTRY_DATABASE, TENANTRY_TENANT_DATABASE, TENANTRY_RAW_DATABASE "
    "and\n"
    "TENANTRY_ENGINE stand for the flags. Scratch databases are made on the server that the libpq\n"
    "variables (PGHOST, ...) name; without them, on a private one that ends with the run.\n"
    "\n"
    "Exit status: 0 fine, 1 findings or a refusal, 2 it could not be done.\n";

void
options_help(void)
{
    fputs(help, stdout);
}

static bool
wrong(const char *what, const char *which)
{
    fprintf(stderr, "tenantry migrate: %s%s; --help tells the rest\n", what, which);
    return false;
}

static void
list_add(struct text_list *list, int argc, struct arena *arena, const char *text)
{
    if (!list->texts)
        list->texts = ARENA_ARRAY(arena, (size_t)argc, const char *);
    list->texts[list->count++] = text;
}

/* --- one flag -----------------------------------------------------------------------------------
 */

struct flag {
    const char *name;
    const char **text; /* one of these */
    int *number;
    struct text_list *list;
};

static bool
number_read(const char *text, int *ret_number)
{
    char *end;
    const long number = strtol(text, &end, 10);
    if (*end || end == text || number < 1 || number > 3600000)
        return false;
    *ret_number = (int)number;
    return true;
}

/* "--name value" and "--name=value". */
static bool
flag_take(
    const struct flag *flag, int argc, char **argv, int *at, struct arena *arena, bool *ret_is_bad)
{
    const size_t length = strlen(flag->name);
    const char *word = argv[*at];
    const char *value = NULL;
    if (strncmp(word, flag->name, length) != 0 || (word[length] && word[length] != '='))
        return false;
    if (word[length] == '=')
        value = word + length + 1;
    else if (*at + 1 < argc)
        value = argv[++*at];
    *ret_is_bad = !value || !*value || (flag->number && !number_read(value, flag->number));
    if (*ret_is_bad)
        return true;
    if (flag->text)
        *flag->text = value;
    if (flag->list)
        list_add(flag->list, argc, arena, value);
    return true;
}

static bool
word_take(const char *word, struct options *options)
{
    static const char *const commands[] = { "new", "status", "apply", "verify" };
    if ((int)options->command < 0) {
        for (int i = 0; i < (int)COUNT_OF(commands); i++)
            if (strcmp(word, commands[i]) == 0) {
                options->command = (enum migrate_command)i;
                return true;
            }
        return false;
    }
    if (options->command != MIGRATE_NEW || options->name)
        return false;
    options->name = word;
    return true;
}

static bool
words_read(int argc, char **argv, struct arena *arena, struct options *options, const char **engine)
{
    const struct flag flags[] = {
        { "--schema", .text = &options->schema_path },
        { "--migrations", .text = &options->migrations_path },
        { "--rename", .list = &options->request.renames },
        { "--lose", .list = &options->request.losses },
        { "--fill", .list = &options->request.fills },
        { "--extension", .list = &options->extensions },
        { "--database-admin", .text = &options->admin_url },
        { "--database", .text = &options->identity_url },
        { "--tenant-database", .text = &options->application_url },
        { "--raw-database", .text = &options->raw_url },
        { "--planes", .text = &options->planes },
        { "--plane", .text = &options->plane },
        { "--engine", .text = engine },
        { "--lock-timeout", .number = &options->lock_timeout_ms },
        { "--lock-attempts", .number = &options->lock_attempts },
    };
    for (int i = 1; i < argc; i++) {
        bool is_taken = false;
        bool is_bad = false;
        const struct flag *flag = flags;
        for (; flag < flags + COUNT_OF(flags) && !is_taken; flag += !is_taken)
            is_taken = flag_take(flag, argc, argv, &i, arena, &is_bad);
        if (is_bad)
            return wrong("no good value for ", flag->name);
        if (is_taken)
            continue;
        if (strcmp(argv[i], "--custom") == 0)
            options->is_custom = true;
        else if (strcmp(argv[i], "--dry-run") == 0)
            options->is_dry = true;
        else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            options->is_help = true;
        else if (*argv[i] == '-')
            return wrong("there is no flag ", argv[i]);
        else if (!word_take(argv[i], options))
            return wrong("not understood: ", argv[i]);
    }
    return true;
}

/* --- what they mean
 * -------------------------------------------------------------------------------
 */

static bool
planes_read(struct options *options)
{
    const bool has_identity = strstr(options->planes, "identity") != NULL;
    const bool has_tenant = strstr(options->planes, "tenant") != NULL;
    if (strcmp(options->planes, "identity,tenant") != 0 &&
        strcmp(options->planes, "identity") != 0 && strcmp(options->planes, "tenant") != 0 &&
        strcmp(options->planes, "none") != 0)
        return wrong("--planes is identity,tenant or one of them or none, not ", options->planes);
    if (has_identity)
        options->base[options->base_count++] = migration_own_identity();
    if (has_tenant)
        options->base[options->base_count++] = migration_own_tenant();
    return true;
}

static bool
command_check(const struct options *options)
{
    if ((int)options->command < 0)
        return wrong("what to do is missing: new, status, apply or verify", "");
    if (options->command == MIGRATE_NEW && !options->name)
        return wrong("the new migration has no name", "");
    if (options->command != MIGRATE_NEW && access(options->migrations_path, R_OK | X_OK) != 0)
        return wrong("there is no folder of migrations at ", options->migrations_path);
    if (options->name && !folder_name_is_good(options->name))
        return wrong("a migration's name is up to 120 small letters, digits and underscores, begun "
                     "by a letter, not ",
            options->name);
    if ((options->command == MIGRATE_STATUS || options->command == MIGRATE_APPLY) &&
        !options->admin_url)
        return wrong("--database-admin (or TENANTRY_DATABASE_ADMIN) is missing", "");
    return true;
}

bool
options_read(int argc, char **argv, struct arena *arena, struct options *options)
{
    const char *engine = getenv("TENANTRY_ENGINE");
    *options = (struct options){ .command = (enum migrate_command) - 1,
        .schema_path = "schema.sql",
        .migrations_path = "migrations",
        .admin_url = getenv("TENANTRY_DATABASE_ADMIN"),
        .identity_url = getenv("TENANTRY_DATABASE"),
        .application_url = getenv("TENANTRY_TENANT_DATABASE"),
        .raw_url = getenv("TENANTRY_RAW_DATABASE"),
        .planes = "identity,tenant",
        .plane = "application" };
    if (!words_read(argc, argv, arena, options, &engine))
        return false;
    if (options->is_help)
        return true;
    if (engine && strcmp(engine, "citus") != 0 && strcmp(engine, "plain") != 0)
        return wrong("--engine is plain or citus, not ", engine);
    options->is_citus = engine && strcmp(engine, "citus") == 0;
    return command_check(options) && planes_read(options);
}
