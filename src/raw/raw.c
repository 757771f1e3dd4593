#include "tenantry/raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/fiber.h"
#include "loop/loop.h"
#include "mail/mail.h"
#include "tenant/call.h"

/* One script: its loop, its two connections, its memory. */
struct raw_run {
    const struct raw_program *program;
    int argument_count;
    char **arguments;
    struct arena *arena;
    struct loop *loop;
    struct pool *all;    /* as tenantry_raw */
    struct pool *tenant; /* as tenantry_app; NULL when no URL was given */
    struct tenant_runtime *runtime;
    struct mailer *mailer;
    struct tn_error error;
    bool done;
};

/* What is queued for a mail server is tried for so long at the end. */
#define MAIL_PATIENCE_MS 60000

/* A program is one script. */
static struct raw_run *current_run;

/* A script may take its time, but must not wait for a lock for ever. */
static const struct tenant_limits limits = {
    .statement_ms = 60000,
    .lock_ms = 5000,
    .statement_alone_ms = 600000,
    .lock_alone_ms = 60000,
    .rows_per_query = 10000000,
};

bool
raw_call_begin(
    struct tn_call *call, struct raw_db raw, const struct tn_query *query, struct tn_error *error)
{
    return call_begin_raw(call, raw.slot, raw.serial, query, error);
}

bool
raw_enter(
    struct raw_db raw, const char *organization_id, struct tn_db *ret_db, struct tn_error *error)
{
    struct scope *scope;
    if (!handle_check(raw.slot, raw.serial, HANDLE_RAW, "raw_enter", &scope, error))
        return false;

    if (!organization_id || !organization_id[0])
        return error_set(error, TN_NOT_FOUND, "raw_enter: no organization was named");

    struct pool *tenant = runtime_tenant_pool(scope->runtime);
    if (!tenant)
        return error_set(error, TN_CONFIGURATION,
            "raw_enter writes as the application's role: set "
            "TENANTRY_TENANT_DATABASE to its URL");

    struct tn_handle_slot *slot;
    if (!handle_open(scope->runtime, HANDLE_DB, &slot, error))
        return false;

    slot->scope.pool = tenant;
    slot->scope.arena = scope->arena;
    slot->scope.organization_id = arena_strdup(scope->arena, organization_id);
    *ret_db = (struct tn_db){ slot, slot->serial };
    return true;
}

void
raw_leave(struct raw_db raw, struct tn_db db)
{
    if (handle_scope(raw.slot, raw.serial, HANDLE_RAW))
        tenant_db_close(db);
}

static void
mail_is_lost(const struct mail *mail, const struct tn_error *error)
{
    fprintf(
        stderr, "a mail was not delivered: %s to %s: %s\n", mail->kind, mail->to, error->detail);
}

static bool
open_mailer(struct raw_run *run)
{
    const char *target = getenv("TENANTRY_MAIL");
    const char *from = getenv("TENANTRY_MAIL_FROM");
    const struct mailer_options options = {
        .target = target ? target : "",
        .from = from ? from : "",
        .queue_limit = 1000,
        .attempts = 4,
        .retry_ms = 1000,
        .lost = mail_is_lost,
    };
    return mailer_new(&options, &run->mailer, &run->error);
}

bool
raw_mail(struct raw_db raw, const struct raw_mail *mail, struct tn_error *error)
{
    struct scope *scope;
    if (!handle_check(raw.slot, raw.serial, HANDLE_RAW, "mail", &scope, error))
        return false;

    if (!mail_is_configured(current_run->mailer))
        return error_set(error, TN_CONFIGURATION,
            "TENANTRY_MAIL is not set: say where mail goes, outbox:FILE or smtp://HOST:PORT");

    const struct mail_field field = { "organizationId", mail->organization_id };
    return mail_send(current_run->mailer,
        &(struct mail){
            .kind = mail->kind,
            .to = mail->to,
            .subject = mail->subject,
            .text = mail->text,
            .fields = &field,
            .field_count = 1,
        },
        error);
}

void *
raw_alloc(struct raw_db raw, size_t bytes)
{
    const struct scope *scope = handle_scope(raw.slot, raw.serial, HANDLE_RAW);
    if (!scope)
        abort(); /* memory was asked of a handle that is not open: there is no error to give */

    return arena_alloc(scope->arena, bytes);
}

static void
script(void *argument)
{
    struct raw_run *run = argument;
    struct tn_handle_slot *slot;
    if (handle_open(run->runtime, HANDLE_RAW, &slot, &run->error)) {
        slot->scope.pool = run->all;
        slot->scope.arena = run->arena;
        slot->scope.raw_program = run->program->name;
        slot->scope.raw_purpose = run->program->purpose;
        const uint64_t serial = slot->serial;
        run->done = run->program->run(
            (struct raw_db){ slot, serial }, run->argument_count, run->arguments, &run->error);
        handle_close(slot, serial, HANDLE_RAW);
    }
    loop_stop(run->loop);
}

static bool
open_pool(struct raw_run *run, const char *name, const char *variable, struct pool **ret_pool)
{
    const char *url = getenv(variable);
    if (!url || !url[0]) {
        *ret_pool = NULL;
        return true;
    }

    const struct pool_options options = {
        .url = url,
        .name = name,
        .read_connections = 1,
        .read_depth = 1,
        .write_connections = 1,
        .write_depth = 1,
        .leases = 4,
        .queue_limit = 64,
    };
    return pool_new(run->loop, &options, ret_pool, &run->error);
}

static bool
run_begin(struct raw_run *run)
{
    if (!loop_new(&run->loop, &run->error) ||
        !open_pool(run, "raw", "TENANTRY_RAW_DATABASE", &run->all) ||
        !open_pool(run, "tenant", "TENANTRY_TENANT_DATABASE", &run->tenant))
        return false;

    current_run = run;
    if (!open_mailer(run))
        return false;

    if (!run->all)
        return error_set(&run->error, TN_CONFIGURATION,
            "TENANTRY_RAW_DATABASE is not set: it is the "
            "URL of the role that reads all organizations (tenantry_raw)");

    const struct tenant_runtime_options options = {
        .tenant = run->tenant, .limits = limits, .slots = 256
    };
    return tenant_runtime_new(&options, &run->runtime, &run->error);
}

static void
run_end(struct raw_run *run)
{
    mailer_free(run->mailer, MAIL_PATIENCE_MS);
    tenant_runtime_free(run->runtime);
    if (run->tenant)
        pool_free(run->tenant);
    if (run->all)
        pool_free(run->all);
    if (run->loop)
        loop_free(run->loop);
    arena_free(run->arena);
}

static int
run_failed(struct raw_run *run, int result)
{
    fprintf(stderr, "%s: error: %s%s%s%s\n", run->program->name, run->error.detail,
        run->error.sqlstate[0] ? " (SQLSTATE " : "", run->error.sqlstate,
        run->error.sqlstate[0] ? ")" : "");
    run_end(run);
    return result;
}

int
raw_main(int argc, char **argv, const struct raw_program *program)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(program->usage, stdout);
            return 0;
        }
    }

    struct raw_run run = {
        .program = program,
        .argument_count = argc - 1,
        .arguments = argv + 1,
        .arena = arena_new(64 * 1024),
    };
    if (!run_begin(&run) || !fiber_start(run.loop, script, &run, &run.error))
        return run_failed(&run, 2);

    loop_run(run.loop);
    if (!run.done)
        return run_failed(&run, 1);

    run_end(&run);
    return 0;
}
