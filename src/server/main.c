#include "tenantry/application.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "mail/mail.h"
#include "server/asset.h"
#include "server/configuration.h"
#include "server/databases.h"
#include "server/demo.h"
#include "server/hardening.h"
#include "server/health.h"
#include "server/loops.h"
#include "server/metrics_listener.h"
#include "server/organization.h"
#include "server/rate_limit.h"
#include "server/secret.h"
#include "server/session_changes.h"
#include "server/session_seal.h"
#include "server/site.h"
#include "server/site_outbox.h"
#include "server/systemd.h"

#define READY_PATIENCE_MS 5000
#define READY_LOOK_US 2000

/* Counts of addresses and paths that are kept at once: 2 MB once all are used. */
#define RATE_SLOTS 16384

/* One run of the server, from its flags to its end. */
struct run {
    const struct tn_application *application;
    struct arena *arena;
    struct settings settings;
    struct databases databases;
    struct server server;
    struct server_loops *loops;
    struct demo_outcome demo;
    struct metrics_listener *metrics;
    struct sockets sockets;
    sigset_t signals;
};

static const struct {
    const char *name;
    enum log_level level;
} log_levels[] = {
    { "error", LOG_ERROR },
    { "warning", LOG_WARNING },
    { "info", LOG_INFO },
    { "debug", LOG_DEBUG },
};

static bool
set_log_level(const char *name, struct tn_error *error)
{
    for (size_t i = 0; i < COUNT_OF(log_levels); i++) {
        if (strcmp(log_levels[i].name, name) == 0) {
            log_set_level(log_levels[i].level);
            return true;
        }
    }
    return error_set(error, TN_CONFIGURATION,
        "--log-level is \"%s\": write error, warning, info or "
        "debug",
        name);
}

static bool
set_log_format(const char *name, struct tn_error *error)
{
    if (strcmp(name, "text") != 0 && strcmp(name, "json") != 0)
        return error_set(
            error, TN_CONFIGURATION, "--log-format is \"%s\": write text or json", name);

    log_set_json(strcmp(name, "json") == 0);
    return true;
}

static void
print_help(const struct tn_application *application, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 8192);
    buffer_printf(&out,
        "usage: %s [flags]\n\nEvery flag is also an environment variable, named below it; the flag "
        "wins.\n\n",
        application->name);
    settings_help(&out);
    fputs(out.data, stdout);
}

/* These are waited for by the main thread; every other thread has them blocked. */
static void
block_signals(struct run *run)
{
    sigemptyset(&run->signals);
    sigaddset(&run->signals, SIGINT);
    sigaddset(&run->signals, SIGTERM);
    sigaddset(&run->signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &run->signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static bool
make_routes(struct run *run, struct tn_error *error)
{
    const struct tn_application *application = run->application;
    run->server.site = router_new(run->arena);
    if (!site_routes(run->server.site, error))
        return false;

    run->server.pages = router_new(run->arena);
    for (size_t i = 0; i < application->route_count; i++) {
        const struct tn_route *route = &application->routes[i];
        if (!route->permission)
            return error_set(error, TN_CONFIGURATION,
                "route %s names no permission: say which one it "
                "needs",
                route->path);

        const enum http_method method = route->kind == TN_ROUTE_FORM ? HTTP_POST : HTTP_GET;
        if (!router_add(run->server.pages, method, route->path, route, error))
            return false;
    }
    return router_add(run->server.pages, HTTP_POST, organization_leave_route.path,
        &organization_leave_route, error);
}

static const char *
folder_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    return slash == path ? "/" : arena_memdup(arena, path, (size_t)(slash - path));
}

static void
mail_is_lost(const struct mail *mail, const struct tn_error *error)
{
    log_line(LOG_ERROR, NULL, "a mail was not delivered: %s to %s", mail->kind, mail->to);
    log_error(NULL, "mail", error);
}

/* A demonstration that only this machine sees keeps its mail for a page. */
static bool
choose_mail(struct run *run, struct tn_error *error)
{
    struct settings *settings = &run->settings;
    const bool is_safe = site_outbox_is_safe(settings->listen);
    if (!settings->mail[0] && settings->demo && is_safe && !settings->base_url[0])
        settings->mail = "page";

    return is_safe || strcmp(settings->mail, "page") != 0 ||
           error_set(error, TN_CONFIGURATION,
               "--mail page with --listen %s: whoever reads all mail can become anybody; listen on "
               "127.0.0.1, or send mail elsewhere",
               settings->listen);
}

static bool
open_tools(struct run *run, struct tn_error *error)
{
    const struct mailer_options options = {
        .target = run->settings.mail,
        .from = run->settings.mail_from,
        .queue_limit = (int)run->settings.mail_queue,
        .attempts = (int)run->settings.mail_attempts,
        .retry_ms = 1000,
        .lost = mail_is_lost,
    };
    return mailer_new(&options, &run->server.mailer, error) &&
           rate_limiter_new(RATE_SLOTS, &run->server.limiter, error);
}

/* Before the first thread begins; what is needed of the system is there. What is opened again later
 * lies in these folders. */
static void
harden(const struct run *run)
{
    const char *folders[2];
    size_t count = 0;
    if (!run->settings.hardening)
        return;

    if (access_log_has_file(run->server.access_log))
        folders[count++] = folder_of(run->settings.access_log, run->arena);
    if (strncmp(run->settings.mail, "outbox:", 7) == 0)
        folders[count++] = folder_of(run->settings.mail + 7, run->arena);
    hardening_begin(folders, count);
}

static const char *
verify_report_path(const struct run *run)
{
    if (run->settings.verify_report[0] || !run->databases.folder)
        return run->settings.verify_report;
    return arena_printf(run->arena, "%s/verify.json", run->databases.folder);
}

static bool
open_server(struct run *run, struct tn_error *error)
{
    struct server *server = &run->server;
    server->application = run->application;
    server->settings = &run->settings;
    server->roles = role_setting_read(run->application, run->settings.roles, run->arena);
    server->assets = asset_table_new(run->application, run->arena);
    if (!make_routes(run, error) || !choose_mail(run, error) ||
        !secret_check(&run->settings, error) ||
        !databases_open(&run->settings, run->application, run->arena, &run->databases, error) ||
        !secret_read(
            &run->settings, run->databases.folder, run->arena, &run->settings.secret, error))
        return false;

    harden(run);
    if (!open_tools(run, error))
        return false;

    struct session_seal *seal = ARENA_NEW(run->arena, struct session_seal);
    if (!session_seal_init(seal, &run->settings, run->arena, error))
        return false;

    server->seal = seal;
    server->changes = session_changes_new(run->arena);
    server->identity_url = run->databases.identity_url;
    server->tenant_url = run->databases.tenant_url;
    server->replica_url = run->databases.replica_url;
    server->verify_report = verify_report_path(run);
    if (server->tenant_url && run->settings.cache_bytes > 0 &&
        !cache_new((size_t)run->settings.cache_bytes, &server->cache, error))
        return false;

    /* After whatever may be set wrong: who fails waits for what was begun. */
    databases_check_begin(&run->databases, &run->settings, run->application, run->arena);
    return worker_pool_new((int)server_threads_wanted(run->settings.workers),
        (int)run->settings.worker_queue, &server->workers, error);
}

static bool
fill_demo(struct run *run, struct tn_error *error)
{
    if (!run->settings.demo)
        return true;

    if (!run->application->demo)
        return error_set(error, TN_CONFIGURATION, "--demo: %s has no demonstration data",
            run->application->name);

    if (!demo_fill(&run->server, &run->demo, error) ||
        (run->demo.was_made && !databases_analyze(&run->databases, error)))
        return false;

    log_line(LOG_INFO, NULL,
        run->demo.was_made ? "the demonstration data is made"
                           : "the database has users: no demonstration data was made");
    return true;
}

/* The origin that browsers see: as set, else where we listen. */
static const char *
base_url(const struct run *run, int port)
{
    const char *set = run->settings.base_url;
    if (set[0]) {
        size_t length = strlen(set);
        while (length > 0 && set[length - 1] == '/')
            length--;
        return arena_memdup(run->arena, set, length);
    }
    if (port == 0)
        return "http://localhost";

    const char *colon = strrchr(run->settings.listen, ':');
    return arena_printf(run->arena, "http://%.*s:%d", (int)(colon - run->settings.listen),
        run->settings.listen, port);
}

/* For the person who tries it out. */
static void
tell_demo(const struct run *run)
{
    const struct tn_application *application = run->application;
    printf("\n  open        %s\n", run->server.base_url);
    if (application->demo_sign_in && run->demo.has_person)
        printf("  sign in as  %s\n", application->demo_sign_in);
    if (application->demo_script && run->databases.raw_url)
        printf("  a script    TENANTRY_RAW_DATABASE=\"%s\" TENANTRY_TENANT_DATABASE=\"%s\" %s\n",
            run->databases.raw_url, run->databases.script_url, application->demo_script);
    printf("  Ctrl-C ends it, with its database.\n\n");
    fflush(stdout);
}

/* Requests are accepted already and wait for the database's connections; who is told that we are
 * there shall find us ready. A database that is slow to come is told by /readyz. */
static void
wait_until_ready(struct run *run)
{
    const int64_t end_ms = time_monotonic_ms() + READY_PATIENCE_MS;
    while (!health_is_ready(&run->server) && time_monotonic_ms() < end_ms)
        usleep(READY_LOOK_US);
}

/* The check runs beside the beginning of all else, and the loops go on with its connections: to
 * connect and to ask the catalogue is most of the time between start and first answer. */
static bool
check_and_admit(struct run *run, struct tn_error *error)
{
    struct checked_planes checked;
    if (!databases_check_end(&run->databases, run->application, &checked, error))
        return false;

    if (!fill_demo(run, error) ||
        !metrics_listener_start(&run->server, &run->sockets, run->arena, &run->metrics, error)) {
        direct_close(checked.identity);
        direct_close(checked.tenant);
        return false;
    }
    run->server.checks_standing = checked.can_tell_standing;
    server_loops_admit(run->loops, &checked);
    return true;
}

static bool
start(struct run *run, struct tn_error *error)
{
    /* First what costs nothing to find wrong. Who connects from now on waits until all is ready. */
    if (!configuration_check(&run->settings, run->arena, error) ||
        !sockets_open(&run->settings, &run->sockets, error) ||
        !access_log_open(run->settings.access_log, &run->server.access_log, error) ||
        !open_server(run, error))
        return false;

    run->server.base_url = base_url(run, run->sockets.port);
    run->server.is_secure = strncmp(run->server.base_url, "https://", 8) == 0;
    if (!server_loops_start(&run->server, &run->sockets, run->arena, &run->loops, error))
        return false;

    if (!check_and_admit(run, error)) {
        server_loops_refuse(run->loops);
        return false;
    }
    wait_until_ready(run);
    systemd_notify("READY=1\nSTATUS=Answers requests.");

    log_line(LOG_INFO, NULL, "%s answers at %s", run->application->name, run->server.base_url);
    if (run->settings.demo)
        tell_demo(run);
    return true;
}

/* SIGHUP means a new file for the access log where there is one, else the terminal is gone. */
static void
wait_for_the_end(struct run *run)
{
    for (;;) {
        int signal_number;
        sigwait(&run->signals, &signal_number);
        if (signal_number != SIGHUP || !access_log_has_file(run->server.access_log))
            return;

        struct tn_error error = { 0 };
        if (!access_log_reopen(run->server.access_log, &error))
            log_error(NULL, "the old file is written to", &error);
    }
}

static bool
wait_and_stop(struct run *run)
{
    wait_for_the_end(run);
    systemd_notify("STOPPING=1\nSTATUS=Finishes the requests that were accepted.");
    log_line(LOG_INFO, NULL, "stopping: requests that were accepted are finished first");

    /* A second signal ends at once. */
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_IGN);
    pthread_sigmask(SIG_UNBLOCK, &run->signals, NULL);
    return server_loops_stop(run->loops);
}

static void
close_run(struct run *run)
{
    metrics_listener_stop(run->metrics);
    worker_pool_free(run->server.workers);
    rate_limiter_free(run->server.limiter);
    mailer_free(run->server.mailer, (int)run->settings.drain_timeout * 1000);
    access_log_close(run->server.access_log);
    cache_free(run->server.cache);
    sockets_close(&run->sockets);
    databases_done(&run->databases);
    asset_table_done(run->server.assets);
    arena_free(run->arena);
}

int
tn_main(int argc, char **argv, const struct tn_application *application)
{
    struct run run = { .application = application,
        .arena = arena_new(16 * 1024),
        .sockets = { .requests = -1, .metrics = -1 } };
    struct tn_error error = { 0 };
    bool help;
    if (!settings_read(argc - 1, argv + 1, run.arena, &run.settings, &help, &error) ||
        !set_log_level(run.settings.log_level, &error) ||
        !set_log_format(run.settings.log_format, &error)) {
        fprintf(stderr, "%s: %s\n", application->name, error.detail);
        arena_free(run.arena);
        return 2;
    }
    if (help) {
        print_help(application, run.arena);
        arena_free(run.arena);
        return 0;
    }

    block_signals(&run);
    if (!start(&run, &error)) {
        log_error(NULL, "not started", &error);
        close_run(&run);
        return 1;
    }

    if (!wait_and_stop(&run)) {
        log_line(LOG_WARNING, NULL,
            "requests were still running after %lld seconds: ended all the same",
            (long long)run.settings.drain_timeout);
        databases_done(&run.databases);
        _exit(1);
    }
    close_run(&run);
    log_line(LOG_INFO, NULL, "stopped");
    return 0;
}
