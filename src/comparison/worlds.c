#include "comparison/worlds.h"

#include <string.h>

#include "base/buffer.h"
#include "catalogue/rules.h"
#include "comparison/read.h"
#include "migration/roles.h"
#include "postgres/direct.h"
#include "postgres/script.h"
#include "worlds_queries.h"

/* Nobody signs in with these: the roles are only named by grants and policies. */
static bool
sets_apply(const char *url, const struct migration_set *sets, size_t count, struct tn_error *error)
{
    const struct migration_target target = { .admin_url = url, .sets = sets, .set_count = count };
    return migration_apply(&target, NULL, error);
}

static bool
folder_apply(struct worlds *worlds, const char *url, const struct tn_migration *migrations,
    size_t count, struct tn_error *error)
{
    const struct migration_set set = { worlds->request->plane, migrations, count };
    if (sets_apply(url, &set, 1, error))
        return true;

    error_prefix(error, "on an empty scratch database");
    return false;
}

static bool
extensions_make(struct worlds *worlds, const char *url, struct tn_error *error)
{
    const struct text_list *names = &worlds->request->extensions;
    struct direct *direct = NULL;
    bool is_done = names->count == 0 || direct_open(url, &direct, error);
    for (size_t i = 0; is_done && i < names->count; i++) {
        is_done = !strchr(names->texts[i], '"') &&
                  direct_run(direct,
                      arena_printf(worlds->arena, "create extension if not exists \"%s\" cascade",
                          names->texts[i]),
                      error);
        if (!is_done)
            error_prefix(error, "--extension %s", names->texts[i]);
    }
    direct_close(direct);
    return is_done;
}

bool
worlds_begin(struct worlds *worlds, const struct worlds_request *request, struct arena *arena,
    struct tn_error *error)
{
    *worlds = (struct worlds){ .arena = arena, .request = request };
    const char *want = NULL;
    return folder_read(request->migrations_path, arena, &worlds->folder, error) &&
           scratch_server_start(arena, &worlds->server, error) &&
           scratch_database(worlds->server, NULL, &want, &worlds->want_url, error) &&
           extensions_make(worlds, worlds->want_url, error) &&
           sets_apply(worlds->want_url, request->base, request->base_count, error) &&
           scratch_database(worlds->server, want, &worlds->have_name, &worlds->have_url, error) &&
           folder_apply(
               worlds, worlds->have_url, worlds->folder.migrations, worlds->folder.count, error);
}

void
worlds_end(struct worlds *worlds)
{
    scratch_server_stop(worlds->server);
    worlds->server = NULL;
}

bool
worlds_prepare_trial(struct worlds *worlds, bool is_changed_before, struct tn_error *error)
{
    /* A database takes longer to make than all else here. */
    worlds->trial_url = worlds->have_url;
    return !is_changed_before ||
           scratch_database(worlds->server, worlds->have_name, NULL, &worlds->trial_url, error);
}

bool
worlds_try(struct worlds *worlds, const struct tn_migration *migration, struct tn_error *error)
{
    const struct migration_folder *folder = &worlds->folder;
    struct tn_migration *all = ARENA_ARRAY(worlds->arena, folder->count + 1, struct tn_migration);
    for (size_t i = 0; i < folder->count; i++)
        all[i] = folder->migrations[i];
    all[folder->count] = *migration;
    return folder_apply(worlds, worlds->trial_url, all, folder->count + 1, error);
}

bool
worlds_snapshot(
    struct worlds *worlds, const char *url, struct snapshot *ret_snapshot, struct tn_error *error)
{
    struct direct *direct = NULL;
    const bool is_read = direct_open(url, &direct, error) &&
                         snapshot_read(direct, worlds->arena, ret_snapshot, error);
    direct_close(direct);
    return is_read;
}

/* --- the schema file ----------------------------------------------------------------------------
 */

static bool
texts_read(struct direct *direct, const char *query, struct arena *arena,
    struct text_list *ret_list, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct, query, 0, NULL, &result, error))
        return false;

    ret_list->texts = ARENA_ARRAY(arena, result_row_count(result), const char *);
    for (size_t row = 0; row < result_row_count(result); row++)
        ret_list->texts[ret_list->count++] = result_text(result, row, 0, arena);
    result_free(result);
    return true;
}

/* What PostgreSQL says is true, but not what to do in a schema file. */
static void
schema_hint_add(struct tn_error *error)
{
    static const struct {
        const char *said;
        const char *mend;
    } hints[] = {
        { "permission denied to create extension",
            "what only a superuser may make is made in the database by hand, and told here with "
            "--extension NAME" },
        { "CONCURRENTLY cannot run inside",
            "take CONCURRENTLY out; where the index is added to a table, the migration has it" },
        { "must be member of role",
            "everything belongs to " ROLE_OWNER ": take OWNER TO out (pg_dump --no-owner leaves it "
            "out)" },
    };
    for (size_t i = 0; i < COUNT_OF(hints); i++)
        if (strstr(error->detail, hints[i].said))
            error_prefix(error, "%s", hints[i].mend);
}

static bool
schema_run(struct worlds *worlds, struct direct *direct, struct tn_error *error)
{
    const char *path = worlds->request->schema_path;
    const char *schema = NULL;
    if (!folder_file(path, worlds->arena, &schema, error))
        return false;
    if (script_run(direct, schema, error))
        return true;

    schema_hint_add(error);
    error_prefix(error, "%s", path);
    return false;
}

static bool
schema_complete(struct worlds *worlds, struct direct *direct, struct tn_error *error)
{
    /* tenantry's own tables of people and sessions are no organization's. */
    if (strcmp(worlds->request->plane, "identity") == 0)
        return true;
    return direct_run(direct, "begin; set role " ROLE_OWNER "; set search_path = public", error) &&
           direct_run(direct, query_complete, error) && direct_run(direct, "commit", error) &&
           texts_read(direct, "select text from completion_note order by position", worlds->arena,
               &worlds->notes, error) &&
           texts_read(direct, "select text from completion_fault order by position", worlds->arena,
               &worlds->faults, error);
}

/* The rules that a server starts by; the file may bring policies and grants of its own. */
static bool
rules_check(struct worlds *worlds, struct direct *direct, struct tn_error *error)
{
    struct finding *findings = NULL;
    size_t count = 0;
    if (worlds->faults.count)
        return true;
    if (!catalogue_check_tenant(
            direct, ROLE_APPLICATION, NULL, worlds->arena, &findings, &count, error))
        return false;

    worlds->faults.texts = ARENA_ARRAY(worlds->arena, count, const char *);
    for (size_t i = 0; i < count; i++) {
        struct buffer text;
        buffer_init(&text, worlds->arena, 256);
        finding_append(&text, &findings[i]);
        if (finding_refuses(findings[i].kind))
            worlds->faults.texts[worlds->faults.count++] = text.data;
    }
    return true;
}

static bool
filled_read(
    const char *url, struct arena *arena, struct text_list *ret_list, struct tn_error *error)
{
    struct direct *direct = NULL;
    const bool is_read = direct_open(url, &direct, error) &&
                         texts_read(direct, query_filled, arena, ret_list, error);
    direct_close(direct);
    return is_read;
}

/* Rows are no part of the comparison; those that a migration makes too are not forgotten. */
static bool
filled_find(struct worlds *worlds, struct tn_error *error)
{
    struct text_list have = { 0 };
    struct text_list *want = &worlds->filled;
    if (!filled_read(worlds->have_url, worlds->arena, &have, error) ||
        !filled_read(worlds->want_url, worlds->arena, want, error))
        return false;

    size_t kept = 0;
    for (size_t i = 0; i < want->count; i++) {
        bool is_in_both = false;
        for (size_t j = 0; j < have.count && !is_in_both; j++)
            is_in_both = strcmp(want->texts[i], have.texts[j]) == 0;
        if (!is_in_both)
            want->texts[kept++] = want->texts[i];
    }
    want->count = kept;
    return true;
}

bool
worlds_load_schema(struct worlds *worlds, struct tn_error *error)
{
    struct direct *direct = NULL;
    const char *setting = arena_printf(worlds->arena,
        "set client_min_messages = warning;"
        "do $$ begin execute format('grant create on database %%I to " ROLE_OWNER
        "', current_database()); end $$;"
        "create temp table completion_base as select oid from pg_catalog.pg_class;"
        "create temp table completion_setting as select '%s' as engine;"
        "create temp table completion_note (text text, position serial);"
        "create temp table completion_fault (text text, position serial);"
        "grant all on all tables in schema pg_temp to " ROLE_OWNER ";"
        "grant all on all sequences in schema pg_temp to " ROLE_OWNER ";"
        "set role " ROLE_OWNER "; set search_path = public",
        worlds->request->is_citus ? "citus" : "plain");
    const bool is_loaded =
        direct_open(worlds->want_url, &direct, error) && direct_run(direct, setting, error) &&
        schema_run(worlds, direct, error) && schema_complete(worlds, direct, error) &&
        rules_check(worlds, direct, error) && filled_find(worlds, error);
    direct_close(direct);
    return is_loaded;
}
