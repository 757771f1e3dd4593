#include "server/databases.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "migration/own.h"
#include "postgres/direct.h"
#include "server/compatibility.h"
#include "server/plane_check.h"
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

    if (!is_set(settings->tenant_replica))
        return true;

    if (!ret_databases->tenant_url)
        return error_set(error, TN_CONFIGURATION,
            "--tenant-replica: %s has no tenant tables that could be read there",
            application->name);

    ret_databases->replica_url = settings->tenant_replica;
    return true;
}

/* It has the tables of the primary; who it is reached as may differ. */
static bool
check_replica(const struct databases *databases, const struct tn_application *application,
    struct tn_error *error)
{
    bool answers;
    struct arena *arena = arena_new(16 * 1024);
    const bool looked =
        replica_look(databases->replica_url, databases->tenant_url, arena, &answers, error);
    arena_free(arena);
    return looked &&
           (!answers || plane_check_tenant("replica", databases->replica_url, application, error));
}

void
databases_check_begin(struct databases *databases, const struct settings *settings,
    const struct tn_application *application, struct arena *arena)
{
    databases->checks = plane_checks_begin(
        databases->identity_url, databases->tenant_url, settings, application, arena);
}

bool
databases_check_end(struct databases *databases, const struct tn_application *application,
    struct checked_planes *ret_checked, struct tn_error *error)
{
    struct checked_planes checked;
    if (!plane_checks_end(databases->checks, &checked, error))
        return false;

    if (databases->replica_url && !check_replica(databases, application, error)) {
        direct_close(checked.identity);
        direct_close(checked.tenant);
        return false;
    }
    *ret_checked = checked;
    return true;
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
    plane_checks_done(databases->checks);
    private_server_stop(databases->embedded);
    *databases = (struct databases){ 0 };
}
