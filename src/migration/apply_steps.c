#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "crypto/digest.h"
#include "migration/attempt.h"
#include "migration/inside.h"
#include "migration/roles.h"
#include "postgres/script.h"

/* Where a migration stands: `done` steps are committed, whose texts hash to `done_sha256`. */
struct progress {
    size_t done;
    bool is_running; /* the step behind them was begun outside of a transaction */
};

struct run {
    const struct application *application;
    const struct step *step;
    size_t step_count;
    size_t number;             /* of the step, from 0 */
    const char *before_sha256; /* of the steps before it */
    const char *done_sha256;   /* with it */
    bool was_begun;
};

/* Of the first `count` steps, so that the rest may still be mended. */
static const char *
steps_hash(struct arena *arena, const struct step *steps, size_t count)
{
    struct buffer text;
    buffer_init(&text, arena, 1024);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&text, "%s;\n", steps[i].sql);
    char *hash = arena_alloc(arena, DIGEST_HEX_LENGTH + 1);
    digest_sha256_hex(text.data, text.length, hash);
    return hash;
}

static bool
progress_read(const struct application *application, const struct step *steps, size_t count,
    struct progress *ret_progress, struct tn_error *error)
{
    struct pg_result *result = NULL;
    const char *const key[] = { application->plane, application->migration->name };
    if (!direct_query(application->direct,
            "select done, is_running, done_sha256, to_char(changed_at, 'YYYY-MM-DD HH24:MI')"
            " from tenantry.migration_step where plane = $1 and name = $2",
            2, key, &result, error))
        return false;

    *ret_progress = (struct progress){ 0 };
    bool is_same = true;
    if (result_row_count(result) == 1) {
        size_t bytes;
        ret_progress->done = strtoul(result_value(result, 0, 0, &bytes), NULL, 10);
        ret_progress->is_running = *result_value(result, 0, 1, &bytes) == 't';
        is_same = ret_progress->done <= count &&
                  strcmp(result_value(result, 0, 2, &bytes),
                      steps_hash(application->arena, steps, ret_progress->done)) == 0;
        if (!is_same)
            error_set(error, TN_MIGRATION,
                "%zu of its steps were applied on %s and are not what the file has now: put those "
                "back as they were; the steps behind them may be changed",
                ret_progress->done, result_value(result, 0, 3, &bytes));
    }
    result_free(result);
    return is_same;
}

/* $3 is "done sha256". */
static const char progress_write[] =
    "insert into tenantry.migration_step as step (plane, name, done, done_sha256)"
    " values ($1, $2, split_part($3, ' ', 1)::integer, split_part($3, ' ', 2))"
    " on conflict (plane, name) do update set done = excluded.done,"
    "  done_sha256 = excluded.done_sha256, is_running = false, changed_at = current_timestamp";
static const char running_write[] =
    "insert into tenantry.migration_step as step (plane, name, done, done_sha256, is_running)"
    " values ($1, $2, split_part($3, ' ', 1)::integer, split_part($3, ' ', 2), true)"
    " on conflict (plane, name) do update set is_running = true, changed_at = current_timestamp";

static const char *
progress_value(const struct application *application, size_t done, const char *hash)
{
    return arena_printf(application->arena, "%zu %s", done, hash);
}

/* The last step's record is the migration's. */
static bool
record(const struct run *run, const char *sql, struct tn_error *error)
{
    const struct application *application = run->application;
    const bool is_last = run->number + 1 == run->step_count;
    return transaction_run(application, sql, run->step->line,
        is_last ? ledger_insert : progress_write,
        is_last ? application->sha256
                : progress_value(application, run->number + 1, run->done_sha256),
        error);
}

static bool
transaction_step(void *context, struct tn_error *error)
{
    const struct run *run = context;
    return record(run, run->step->sql, error);
}

/* --- what stands alone ---------------------------------------------------------------------------
 */

enum index_state { INDEX_ABSENT, INDEX_BROKEN, INDEX_WHOLE };

/* `ret_name`: the index, qualified; NULL if it is absent. */
static bool
index_look(const struct run *run, enum index_state *ret_state, const char **ret_name,
    struct tn_error *error)
{
    struct pg_result *result = NULL;
    const char *const names[] = { run->step->index, run->step->table };
    if (!direct_query(run->application->direct,
            "select index.indisvalid, format('%I.%I', namespace.nspname, class.relname)"
            " from pg_catalog.pg_index index"
            " join pg_catalog.pg_class class on class.oid = index.indexrelid"
            " join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace"
            " where class.relname = (parse_ident($1))[1] and index.indrelid = to_regclass($2)",
            2, names, &result, error))
        return false;

    size_t bytes;
    const bool is_there = result_row_count(result) == 1;
    *ret_state = !is_there                                    ? INDEX_ABSENT
                 : *result_value(result, 0, 0, &bytes) == 't' ? INDEX_WHOLE
                                                              : INDEX_BROKEN;
    *ret_name = is_there ? result_text(result, 0, 1, run->application->arena) : NULL;
    result_free(result);
    return true;
}

/* A build that failed leaves an index that costs every write and serves no read; a unique one even
 * refuses rows. */
static bool
broken_index_drop(const struct run *run, enum index_state *ret_state, struct tn_error *error)
{
    const char *name = NULL;
    if (!index_look(run, ret_state, &name, error))
        return false;
    if (*ret_state != INDEX_BROKEN)
        return true;

    *ret_state = INDEX_ABSENT;
    return direct_run(run->application->direct,
        arena_printf(run->application->arena, "drop index concurrently %s", name), error);
}

static bool
alone_run(const struct run *run, struct tn_error *error)
{
    struct direct *direct = run->application->direct;
    enum index_state state = INDEX_ABSENT;
    if (run->step->index && run->was_begun) {
        if (!broken_index_drop(run, &state, error))
            return false;
        if (state == INDEX_WHOLE)
            return true;
    }

    /* It waits for the transactions that are open, and nobody waits for it. */
    if (direct_run(direct, "set lock_timeout = 0", error) &&
        script_run_from(direct, run->step->sql, run->step->line, error))
        return true;

    struct tn_error second = { 0 };
    if (run->step->index && !broken_index_drop(run, &state, &second))
        error_set(error, second.code, "%s", second.detail);
    return false;
}

static bool
alone_step(void *context, struct tn_error *error)
{
    struct run *run = context;
    const struct application *application = run->application;
    if (!run->was_begun && !transaction_run(application, "", run->step->line, running_write,
                               progress_value(application, run->number, run->before_sha256), error))
        return false;
    if (!direct_run(
            application->direct, "set role " ROLE_OWNER "; set search_path = public", error) ||
        !alone_run(run, error) || !attempt_limits(application->direct, application->target, error))
        return false;
    return record(run, "", error);
}

/* --- all steps -----------------------------------------------------------------------------------
 */

static bool
step_apply(struct run *run, struct tn_error *error)
{
    const struct application *application = run->application;
    const char *what = arena_printf(application->arena, "%s, step %zu of %zu",
        application->migration->name, run->number + 1, run->step_count);
    if (!attempt(application->target, what, run->step->is_alone ? alone_step : transaction_step,
            run, error)) {
        error_prefix(error, "step %zu of %zu (%zu done; run again to go on)", run->number + 1,
            run->step_count, run->number);
        return false;
    }
    return true;
}

bool
steps_apply(const struct application *application, struct tn_error *error)
{
    struct step *steps = NULL;
    size_t count = 0;
    struct progress progress;
    if (!steps_read(application->migration->sql, application->arena, &steps, &count, error) ||
        !progress_read(application, steps, count, &progress, error))
        return false;
    if (count == 0)
        return error_set(error, TN_MIGRATION, "it has no statement");

    for (size_t i = progress.done; i < count; i++) {
        struct run run = { .application = application,
            .step = &steps[i],
            .step_count = count,
            .number = i,
            .before_sha256 = steps_hash(application->arena, steps, i),
            .done_sha256 = steps_hash(application->arena, steps, i + 1),
            .was_begun = i == progress.done && progress.is_running };
        if (!step_apply(&run, error))
            return false;
    }
    return true;
}
