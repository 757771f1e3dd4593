#include "generator/scratch.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "postgres/scratch.h"
#include "postgres/script.h"

struct scratch {
    struct scratch_server *server;
    struct direct *direct;
};

/* --- the files of the schema ----------------------------------------------------------------- */

static int
is_sql_file(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".sql") == 0;
}

static void
list_add(struct name_list *list, const char *name, struct arena *arena)
{
    const char **longer = ARENA_ARRAY(arena, list->count + 1, const char *);
    for (int i = 0; i < list->count; i++)
        longer[i] = list->names[i];
    longer[list->count++] = name;
    list->names = longer;
}

/* A file, or the *.sql of a folder in the order of their names. */
static bool
schema_files(const char *path, struct arena *arena, struct name_list *files,
    struct name_list *folders, struct tn_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return error_set(error, TN_GENERATOR, "%s: there is no such file or folder", path);
    if (!S_ISDIR(status.st_mode)) {
        list_add(files, arena_strdup(arena, path), arena);
        return true;
    }

    list_add(folders, arena_strdup(arena, path), arena);
    struct dirent **entries;
    const int count = scandir(path, &entries, is_sql_file, alphasort);
    if (count < 0)
        return error_set(error, TN_GENERATOR, "%s: the folder cannot be read", path);
    for (int i = 0; i < count; i++) {
        list_add(files, arena_printf(arena, "%s/%s", path, entries[i]->d_name), arena);
        free(entries[i]);
    }
    free(entries);
    return true;
}

bool
scratch_schema_files(const struct configuration *configuration, struct arena *arena,
    struct name_list *files, struct name_list *folders, struct tn_error *error)
{
    static const char *standard[] = { "schema.sql" };
    const struct name_list beside = { .names = standard, .count = 1 };
    const struct name_list *paths =
        configuration->schema.count > 0 ? &configuration->schema : &beside;
    const char *slash = strrchr(configuration->path, '/');
    const int folder = slash ? (int)(slash - configuration->path) + 1 : 0;
    for (int i = 0; i < paths->count; i++) {
        const char *path = paths->names[i];
        if (*path != '/')
            path = arena_printf(arena, "%.*s%s", folder, configuration->path, path);
        if (!schema_files(path, arena, files, folders, error))
            return false;
    }
    return true;
}

/* --- loading --------------------------------------------------------------------------------- */

/* Grants and policies of a schema name these. */
static const char roles_sql[] =
    "DO $$ DECLARE name text; BEGIN"
    " FOREACH name IN ARRAY ARRAY['tenantry_owner', 'tenantry_identity', 'tenantry_app',"
    "   'tenantry_raw'] LOOP"
    "  BEGIN EXECUTE format('CREATE ROLE %I NOLOGIN', name);"
    "  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;"
    " END LOOP; END $$";

/* Whoever applies migrations makes it for them. */
static const char runtime_schema_sql[] = "CREATE SCHEMA tenantry";
/* What policies stand on, where the schema does not bring it itself. Nothing runs here, so that
 * only the names and types matter. */
static const char runtime_sql[] =
    "CREATE FUNCTION tenantry.organization() RETURNS text LANGUAGE sql STABLE RETURN NULL::text;"
    "CREATE FUNCTION tenantry.enter(organization text, statement_ms integer, lock_ms integer)"
    " RETURNS text LANGUAGE sql VOLATILE RETURN organization;";

/* A migration that is applied step by step has statements that cannot be in one transaction. */
static bool
steps_run(struct direct *direct, const char *name, const char *text, struct arena *arena,
    struct tn_error *error)
{
    const char *at = text;
    for (struct script_statement statement; script_statement_next(&at, &statement);)
        if (!direct_run(direct, arena_memdup(arena, statement.text, statement.bytes), error)) {
            error_prefix(error, "%s:%zu", name, script_line(text, statement.text));
            return false;
        }
    return true;
}

/* PostgreSQL's words, at the place in the file where it knows one. */
static bool
file_run(struct direct *direct, const char *name, const char *text, struct tn_error *error)
{
    int position;
    if (direct_run_script(direct, text, &position, error))
        return true;

    int line = 1;
    int column = 1;
    for (const char *at = text; *at && position > 1; at++) {
        if (((unsigned char)*at & 0xC0) == 0x80)
            continue;
        position--;
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    if (position > 0)
        error_prefix(error, "%s:%d:%d", name, line, column);
    else
        error_prefix(error, "%s", name);
    return false;
}

static bool
makes_runtime_schema(const char *text)
{
    static const char head[] = "create schema tenantry";
    const char *found = strcasestr(text, head);
    return found && strchr("; \t\n", found[sizeof head - 1]);
}

static bool
schema_load(struct direct *direct, const struct configuration *configuration, struct arena *arena,
    struct tn_error *error)
{
    struct name_list files = { 0 };
    struct name_list folders = { 0 };
    bool brings_runtime = false;
    bool brings_schema = false;
    if (!scratch_schema_files(configuration, arena, &files, &folders, error))
        return false;

    char **texts = ARENA_ARRAY(arena, files.count, char *);
    for (int i = 0; i < files.count; i++) {
        if (!file_read(files.names[i], arena, &texts[i], error))
            return false;
        brings_runtime |= strcasestr(texts[i], "function tenantry.organization") != NULL;
        brings_schema |= makes_runtime_schema(texts[i]);
    }

    if (!direct_run(direct, roles_sql, error) ||
        (!brings_schema && !direct_run(direct, runtime_schema_sql, error)) ||
        (!brings_runtime && !direct_run(direct, runtime_sql, error)))
        return false;
    for (int i = 0; i < files.count; i++) {
        if (!(script_is_in_steps(texts[i])
                    ? steps_run(direct, files.names[i], texts[i], arena, error)
                    : file_run(direct, files.names[i], texts[i], error)))
            return false;
        if (!direct_run(direct, "RESET ROLE; RESET search_path", error))
            return false;
    }
    return true;
}

/* --- the database ---------------------------------------------------------------------------- */

bool
scratch_make(const struct configuration *configuration, struct arena *arena,
    struct scratch **ret_scratch, struct tn_error *error)
{
    struct scratch *scratch = ARENA_NEW(arena, struct scratch);
    const char *url;
    *ret_scratch = scratch;
    if (!scratch_server_start(arena, &scratch->server, error)) {
        error_prefix(error, "scratch database");
        return false;
    }
    return scratch_database(scratch->server, NULL, NULL, &url, error) &&
           direct_open(url, &scratch->direct, error) &&
           schema_load(scratch->direct, configuration, arena, error);
}

struct direct *
scratch_direct(struct scratch *scratch)
{
    return scratch->direct;
}

void
scratch_done(struct scratch *scratch)
{
    if (!scratch)
        return;

    direct_close(scratch->direct);
    scratch_server_stop(scratch->server);
}
