#include "server/databases.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "catalogue/complete.h"
#include "catalogue/rules.h"
#include "manifest.h"
#include "migration/own.h"
#include "postgres/direct.h"
#include "server/compatibility.h"
#include "server/replica.h"

#define DATABASE "tenantry"

static bool
is_set(const char *text)
{
    return text && text[0];
}

/* An application without tables of its own has no tenant plane. */
static bool
has_tenant_plane(const struct tn_application *application)
{
    return application->manifest != NULL;
}

static const char *
data_folder(const struct settings *settings, struct arena *arena)
{
    if (is_set(settings->data))
        return settings->data;

    if (geteuid() == 0)
        return "/var/lib/tenantry";

    const char *data_home = getenv("XDG_DATA_HOME");
    if (is_set(data_home))
        return arena_printf(arena, "%s/tenantry", data_home);

    const char *home = getenv("HOME");
    return arena_printf(arena, "%s/.local/share/tenantry", is_set(home) ? home : "/tmp");
}

/* --- migrations --------------------------------------------------------------------------------
 */

static bool
migrate_plane(const struct migration_target *target, const char *plane, struct tn_error *error)
{
    size_t applied;
    if (!migration_apply(target, &applied, error)) {
        error_prefix(error, "migrations of the %s plane", plane);
        return false;
    }

    if (applied > 0)
        log_line(LOG_INFO, NULL, "%zu migrations applied to the %s plane", applied, plane);
    return true;
}

static bool
migrate(const struct settings *settings, const struct databases *databases,
    const struct tn_application *application, const char *identity_admin, const char *tenant_admin,
    struct tn_error *error)
{
    const struct migration_set identity = migration_own_identity();
    const struct migration_set tenant[] = {
        migration_own_tenant(),
        { .plane = "application",
            .migrations = application->migrations,
            .count = application->migration_count },
    };

    const struct migration_target identity_target = {
        .admin_url = identity_admin,
        .identity_url = databases->identity_url,
        .sets = &identity,
        .set_count = 1,
    };
    if (is_set(identity_admin) && (!migrate_plane(&identity_target, "identity", error) ||
                                      !compatibility_apply(settings, identity_admin, error)))
        return false;

    if (!databases->tenant_url || !is_set(tenant_admin))
        return true;

    return migrate_plane(&(struct migration_target){ .admin_url = tenant_admin,
                             .application_url = databases->tenant_url,
                             .sets = tenant,
                             .set_count = COUNT_OF(tenant) },
        "tenant", error);
}

/* --- the check ---------------------------------------------------------------------------------
 */

/* One of src/catalogue's checks of a plane. */
struct plane_check {
    const char *plane;
    const char *url;
    const struct tn_manifest *manifest;
    bool (*check)(struct direct *direct, const char *role, const struct tn_manifest *manifest,
        struct arena *arena, struct finding **ret_findings, size_t *ret_count,
        struct tn_error *error);
    const struct tn_manifest *needed; /* in whatever order; NULL: nothing */
};

/* Every finding to the log, with its mend; one that refuses is enough not to start. */
static bool
report(const char *plane, const struct finding *findings, size_t count, struct arena *arena,
    struct tn_error *error)
{
    const char *first = NULL;
    for (size_t i = 0; i < count; i++) {
        struct buffer line;
        buffer_init(&line, arena, 512);
        finding_append(&line, &findings[i]);
        const bool refuses = finding_refuses(findings[i].kind);
        log_line(refuses ? LOG_ERROR : LOG_WARNING, NULL, "%s plane: %s", plane, line.data);
        if (refuses && !first)
            first = line.data;
    }

    const size_t refusals = finding_refusal_count(findings, count);
    return refusals == 0 ||
           error_set(error, TN_UNSAFE_DATABASE, "%zu findings in the %s plane, the first: %s",
               refusals, plane, first);
}

/* Without this the server would start, and answer every request with an error. */
static bool
check_needed(const struct plane_check *check, struct direct *direct, const char *role,
    struct arena *arena, struct tn_error *error)
{
    const char *missing = NULL;
    if (!check->needed)
        return true;
    if (!complete_check(direct, check->needed, arena, &missing, error))
        return false;

    return !missing ||
           error_set(error, TN_MIGRATION,
               "%s plane: the migrations were not all applied, or not for role %s: start once with "
               "--database-admin. Not there, or not granted: %s",
               check->plane, role, missing);
}

static bool
check_connection(const struct plane_check *check, struct direct *direct, struct arena *arena,
    struct tn_error *error)
{
    struct pg_result *role;
    if (!direct_query(direct, "SELECT current_user", 0, NULL, &role, error))
        return false;

    const char *role_name = result_text(role, 0, 0, arena);
    result_free(role);
    struct finding *findings;
    size_t count;
    return check->check(direct, role_name, check->manifest, arena, &findings, &count, error) &&
           report(check->plane, findings, count, arena, error) &&
           check_needed(check, direct, role_name, arena, error);
}

static bool
check_plane(const struct plane_check *check, struct arena *arena, struct tn_error *error)
{
    struct direct *direct;
    if (!direct_open(check->url, &direct, error)) {
        error_prefix(error, "%s plane", check->plane);
        return false;
    }

    const bool is_safe = check_connection(check, direct, arena, error);
    direct_close(direct);
    return is_safe;
}

/* --- embedded or given ---------------------------------------------------------------------------
 */

static bool
open_embedded(const struct settings *settings, const struct tn_application *application,
    struct arena *arena, struct databases *databases, struct tn_error *error)
{
    databases->folder = data_folder(settings, arena);
    const struct private_server_options options = { .folder = databases->folder };
    if (!private_server_start(&options, &databases->embedded, error))
        return false;

    struct private_server *embedded = databases->embedded;
    const char *admin = private_server_url(embedded, "postgres", DATABASE);
    databases->identity_url = private_server_url(embedded, "tenantry_identity", DATABASE);
    if (has_tenant_plane(application)) {
        databases->tenant_url = private_server_url(embedded, "tenantry_app", DATABASE);
        databases->raw_url = private_server_url_to_show(embedded, "tenantry_raw", DATABASE);
        databases->script_url = private_server_url_to_show(embedded, "tenantry_app", DATABASE);
    }
    return migrate(settings, databases, application, admin, admin, error);
}

static bool
open_given(const struct settings *settings, const struct tn_application *application,
    struct databases *databases, struct tn_error *error)
{
    if (has_tenant_plane(application) && !is_set(settings->tenant_database))
        return error_set(error, TN_CONFIGURATION,
            "--tenant-database is needed: %s has tenant tables, and "
            "they are reached as the application's role",
            application->name);

    databases->identity_url = settings->database;
    databases->tenant_url = has_tenant_plane(application) ? settings->tenant_database : NULL;
    return migrate(settings, databases, application, settings->database_admin,
        is_set(settings->tenant_database_admin) ? settings->tenant_database_admin
                                                : settings->database_admin,
        error);
}

static bool
check_tenant(const char *plane, const char *url, const struct tn_application *application,
    struct arena *arena, struct tn_error *error)
{
    const struct plane_check tenant = {
        .plane = plane,
        .url = url,
        .manifest = application->manifest,
        .check = catalogue_check_tenant,
    };
    return check_plane(&tenant, arena, error);
}

bool
databases_check_tenant(const char *tenant_url, const struct tn_application *application,
    struct arena *arena, struct tn_error *error)
{
    return check_tenant("tenant", tenant_url, application, arena, error);
}

/* It has the tables of the primary; who it is reached as may differ. */
static bool
open_replica(const struct settings *settings, const struct tn_application *application,
    struct arena *arena, struct databases *databases, struct tn_error *error)
{
    bool answers;
    if (!is_set(settings->tenant_replica))
        return true;

    if (!databases->tenant_url)
        return error_set(error, TN_CONFIGURATION,
            "--tenant-replica: %s has no tenant tables that could be read there",
            application->name);

    if (!replica_look(settings->tenant_replica, databases->tenant_url, arena, &answers, error) ||
        (answers && !check_tenant("replica", settings->tenant_replica, application, arena, error)))
        return false;

    databases->replica_url = settings->tenant_replica;
    return true;
}

/* Without the owner's role the database stays as it was left. */
static bool
tell_compatibility(
    const struct settings *settings, const char *identity_url, struct tn_error *error)
{
    bool as_set;
    if (!compatibility_look(settings, identity_url, &as_set, error))
        return false;

    if (!as_set)
        log_line(LOG_WARNING, NULL,
            "identity plane: --compatibility is %s, but an earlier start told the database to %s "
            "sessions to memberships, and this one has no owner's role to change that. Start once "
            "with --database-admin.",
            settings->compatibility,
            strcmp(settings->compatibility, "strict") == 0 ? "not hold" : "hold");
    return true;
}

bool
databases_open(const struct settings *settings, const struct tn_application *application,
    struct arena *arena, struct databases *ret_databases, struct tn_error *error)
{
    *ret_databases = (struct databases){ 0 };
    if (!compatibility_check(settings, error))
        return false;

    const bool opened = is_set(settings->database)
                            ? open_given(settings, application, ret_databases, error)
                            : open_embedded(settings, application, arena, ret_databases, error);
    if (!opened)
        return false;

    const struct plane_check identity = {
        .plane = "identity",
        .url = ret_databases->identity_url,
        .check = catalogue_check_identity,
        .needed = &manifest,
    };
    return check_plane(&identity, arena, error) &&
           tell_compatibility(settings, ret_databases->identity_url, error) &&
           (!ret_databases->tenant_url ||
               databases_check_tenant(ret_databases->tenant_url, application, arena, error)) &&
           open_replica(settings, application, arena, ret_databases, error);
}

bool
databases_analyze(const struct databases *databases, struct tn_error *error)
{
    if (!databases->embedded)
        return true;

    struct direct *direct;
    if (!direct_open(private_server_url(databases->embedded, "postgres", DATABASE), &direct, error))
        return false;

    const bool is_done = direct_run(direct, "ANALYZE", error);
    direct_close(direct);
    return is_done;
}

void
databases_done(struct databases *databases)
{
    private_server_stop(databases->embedded);
    *databases = (struct databases){ 0 };
}
