#include "server/plane_check.h"

#include <pthread.h>
#include <string.h>

#include "base/log.h"
#include "catalogue/complete.h"
#include "catalogue/rules.h"
#include "manifest.h"
#include "postgres/direct.h"
#include "server/compatibility.h"
#include "server/standing_look.h"

/* One plane: what is asked, and what was found. Asked by a thread of its own, told by ours. */
struct plane_check {
    pthread_t thread;
    bool is_beside; /* the thread runs, or ran and was not waited for */
    const char *plane;
    const char *url;
    const struct tn_manifest *manifest;
    bool (*check)(struct direct *direct, const char *role, const struct tn_manifest *manifest,
        struct arena *arena, struct finding **ret_findings, size_t *ret_count,
        struct tn_error *error);
    const struct tn_manifest *needed; /* in whatever order; NULL: nothing */
    const struct settings *settings;  /* of the identity plane, else NULL */
    bool is_tenant;
    bool asks_standing;

    struct arena *arena;
    struct direct *direct; /* stays open; NULL: it was not opened */
    const char *role;
    struct finding *findings;
    size_t finding_count;
    const char *missing;
    bool is_as_set; /* as `settings` wants sessions to be held */
    struct standing_look standing;
    bool was_asked; /* false: `error` says why not */
    struct tn_error error;
};

static bool
ask_role(struct plane_check *check)
{
    struct pg_result *role;
    if (!direct_query(check->direct, "SELECT current_user", 0, NULL, &role, &check->error))
        return false;

    check->role = result_text(role, 0, 0, check->arena);
    result_free(role);
    return true;
}

/* What is needed is looked for only where nothing else refuses: that is the finding to be mended
 * first. */
static bool
ask_all(struct plane_check *check)
{
    struct direct *direct = check->direct;
    struct tn_error *error = &check->error;
    if (!ask_role(check) || !check->check(direct, check->role, check->manifest, check->arena,
                                &check->findings, &check->finding_count, error))
        return false;

    if (finding_refusal_count(check->findings, check->finding_count) > 0)
        return true;

    if (check->needed &&
        !complete_check(direct, check->needed, check->arena, &check->missing, error))
        return false;

    if (check->missing)
        return true;

    if (check->asks_standing)
        check->standing = standing_ask(direct, check->is_tenant, check->arena);
    return !check->settings ||
           compatibility_look(check->settings, direct, &check->is_as_set, error);
}

static void *
ask(void *argument)
{
    struct plane_check *check = argument;
    check->arena = arena_new(16 * 1024);
    if (direct_open(check->url, &check->direct, &check->error))
        check->was_asked = ask_all(check);
    else
        error_prefix(&check->error, "%s plane", check->plane);
    return NULL;
}

/* Every finding to the log, with its mend; one that refuses is enough not to start. */
static bool
tell_findings(const struct plane_check *check, struct tn_error *error)
{
    const char *first = NULL;
    for (size_t i = 0; i < check->finding_count; i++) {
        struct buffer line;
        buffer_init(&line, check->arena, 512);
        finding_append(&line, &check->findings[i]);
        const bool refuses = finding_refuses(check->findings[i].kind);
        log_line(refuses ? LOG_ERROR : LOG_WARNING, NULL, "%s plane: %s", check->plane, line.data);
        if (refuses && !first)
            first = line.data;
    }

    const size_t refusals = finding_refusal_count(check->findings, check->finding_count);
    return refusals == 0 ||
           error_set(error, TN_UNSAFE_DATABASE, "%zu findings in the %s plane, the first: %s",
               refusals, check->plane, first);
}

/* Without the owner's role the database stays as it was left. */
static void
tell_compatibility(const struct plane_check *check)
{
    const char *compatibility = check->settings->compatibility;
    log_line(LOG_WARNING, NULL,
        "identity plane: --compatibility is %s, but an earlier start told the database to %s "
        "sessions to memberships, and this one has no owner's role to change that. Start once "
        "with --database-admin.",
        compatibility, strcmp(compatibility, "strict") == 0 ? "not hold" : "hold");
}

static bool
tell(const struct plane_check *check, struct tn_error *error)
{
    if (!check->was_asked) {
        *error = check->error;
        return false;
    }
    if (!tell_findings(check, error))
        return false;

    /* Without this the server would start, and answer every request with an error. */
    if (check->missing)
        return error_set(error, TN_MIGRATION,
            "%s plane: the migrations were not all applied, or not for role %s: start once with "
            "--database-admin. Not there, or not granted: %s",
            check->plane, check->role, check->missing);

    if (check->settings && !check->is_as_set)
        tell_compatibility(check);
    return true;
}

static struct plane_check
tenant_check(const char *plane, const char *url, const struct tn_application *application)
{
    return (struct plane_check){
        .plane = plane,
        .url = url,
        .manifest = application->manifest,
        .check = catalogue_check_tenant,
        .is_tenant = true,
    };
}

/* --- both planes ----------------------------------------------------------------------------- */

struct plane_checks {
    struct plane_check identity;
    struct plane_check tenant; /* without a URL: there is none */
};

static void
begin(struct plane_check *check)
{
    check->is_beside = pthread_create(&check->thread, NULL, ask, check) == 0;
}

static void
wait_for(struct plane_check *check)
{
    if (check->is_beside)
        pthread_join(check->thread, NULL);
    check->is_beside = false;
}

static void
wait_or_ask(struct plane_check *check)
{
    const bool was_begun = check->is_beside;
    wait_for(check);
    if (!was_begun)
        ask(check);
}

struct plane_checks *
plane_checks_begin(const char *identity_url, const char *tenant_url,
    const struct settings *settings, const struct tn_application *application, struct arena *arena)
{
    struct plane_checks *checks = ARENA_NEW(arena, struct plane_checks);
    const bool asks_standing = tenant_url && settings->remembered_sessions > 0;
    checks->identity = (struct plane_check){
        .plane = "identity",
        .url = identity_url,
        .check = catalogue_check_identity,
        .needed = &manifest,
        .settings = settings,
        .asks_standing = asks_standing,
    };
    begin(&checks->identity);
    if (tenant_url) {
        checks->tenant = tenant_check("tenant", tenant_url, application);
        checks->tenant.asks_standing = asks_standing;
        begin(&checks->tenant);
    }
    return checks;
}

static void
done(struct plane_check *check)
{
    wait_for(check);
    direct_close(check->direct);
    check->direct = NULL;
    if (check->arena)
        arena_free(check->arena);
    check->arena = NULL;
}

void
plane_checks_done(struct plane_checks *checks)
{
    if (!checks)
        return;

    done(&checks->identity);
    done(&checks->tenant);
}

bool
plane_checks_end(
    struct plane_checks *checks, struct checked_planes *ret_checked, struct tn_error *error)
{
    struct plane_check *identity = &checks->identity;
    struct plane_check *tenant = &checks->tenant;
    wait_or_ask(identity);
    if (tenant->url)
        wait_or_ask(tenant);
    if (!tell(identity, error) || (tenant->url && !tell(tenant, error))) {
        plane_checks_done(checks);
        return false;
    }
    *ret_checked = (struct checked_planes){
        .identity = identity->direct,
        .tenant = tenant->direct,
        .can_tell_standing = tenant->direct && standing_holds(identity->settings,
                                                   &identity->standing, &tenant->standing),
    };
    identity->direct = NULL;
    tenant->direct = NULL;
    plane_checks_done(checks);
    return true;
}

bool
plane_check_tenant(const char *plane, const char *url, const struct tn_application *application,
    struct tn_error *error)
{
    struct plane_check tenant = tenant_check(plane, url, application);
    ask(&tenant);
    const bool is_safe = tell(&tenant, error);
    done(&tenant);
    return is_safe;
}
