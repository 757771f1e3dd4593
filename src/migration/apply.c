#include "migration/apply.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "crypto/digest.h"
#include "migration/attempt.h"
#include "migration/inside.h"
#include "migration/roles.h"
#include "postgres/script.h"

/* Any number will do that nobody else takes in the same database: "tenantry" in ASCII. */
#define LOCK_KEY "8387231245791425145"
#define LOCK_PAUSE_NS 100000000L

const char ledger_insert[] =
    "with finished as (delete from tenantry.migration_step where plane = $1 and name = $2)"
    " insert into tenantry.migration (plane, name, sha256) values ($1, $2, $3)";

static bool
ledger_make(struct direct *direct, struct tn_error *error)
{
    if (direct_run(direct,
            "set role " ROLE_OWNER ";"
            "create schema if not exists tenantry;"
            "create table if not exists tenantry.migration ("
            " plane text not null, name text not null, sha256 text not null,"
            " applied_at timestamp with time zone not null default current_timestamp,"
            " constraint migration_pkey primary key (plane, name));"
            "create table if not exists tenantry.migration_step ("
            " plane text not null, name text not null, done integer not null,"
            " done_sha256 text not null, is_running boolean not null default false,"
            " changed_at timestamp with time zone not null default current_timestamp,"
            " constraint migration_step_pkey primary key (plane, name))",
            error))
        return true;

    error_prefix(error, "the schema tenantry, which must belong to " ROLE_OWNER);
    return false;
}

/* Was it applied? An error when as something else. */
static bool
applied_check(const struct application *application, bool *ret_is_applied, struct tn_error *error)
{
    struct pg_result *result = NULL;
    const char *const key[] = { application->plane, application->migration->name };
    if (!direct_query(application->direct,
            "select sha256, to_char(applied_at, 'YYYY-MM-DD HH24:MI') from tenantry.migration"
            " where plane = $1 and name = $2",
            2, key, &result, error))
        return false;

    bool is_same = true;
    *ret_is_applied = result_row_count(result) == 1;
    if (*ret_is_applied) {
        size_t bytes;
        is_same = strcmp(result_value(result, 0, 0, &bytes), application->sha256) == 0;
        if (!is_same)
            error_set(error, TN_MIGRATION,
                "was changed after it was applied on %s: put the file back as it was, and write "
                "what is to change into a new migration",
                result_value(result, 0, 1, &bytes));
    }
    result_free(result);
    return is_same;
}

/* --- a transaction -------------------------------------------------------------------------------
 */

static bool
transaction_id(
    struct direct *direct, struct arena *arena, const char **ret_id, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct, "select pg_current_xact_id()", 0, NULL, &result, error))
        return false;

    *ret_id = result_text(result, 0, 0, arena);
    result_free(result);
    return true;
}

/* What PostgreSQL says is true, but not what to do. */
static void
hint_add(struct tn_error *error)
{
    static const char row_security_hint[] =
        " Row-level security holds for " ROLE_OWNER " too: without this error no row would have "
        "been changed. Change rows of all organizations between NO FORCE and FORCE, in the same "
        "transaction.";
    static const char transaction_hint[] =
        "; mend: let the file begin with the line \"" SCRIPT_STEPS_DIRECTIVE "\"";
    const char *hint = strstr(error->detail, "affected by row-level security") ? row_security_hint
                       : strcmp(error->sqlstate, "25001") == 0                 ? transaction_hint
                                                                               : NULL;
    const size_t length = strlen(error->detail);
    if (hint)
        snprintf(error->detail + length, sizeof error->detail - length, "%s", hint);
}

static bool
touches_rows(const struct script_statement *statement)
{
    static const char *const words[] = { "update", "delete", "insert", "merge", "with", "select",
        "do", "truncate" };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        const size_t length = strlen(words[i]);
        if (statement->bytes > length && strncasecmp(statement->text, words[i], length) == 0 &&
            !isalnum((unsigned char)statement->text[length]) && statement->text[length] != '_')
            return true;
    }
    return false;
}

/* A role that row-level security holds would update none of the rows and call it done; with
 * row_security off, PostgreSQL says so instead. Only around statements that touch rows: it would
 * refuse a function for what its body reads. */
static bool
statements_run(struct direct *direct, const char *sql, size_t first_line, struct arena *arena,
    struct tn_error *error)
{
    const char *piece = sql;
    bool is_off = false;
    const char *at = sql;
    for (struct script_statement statement; script_statement_next(&at, &statement);) {
        if (touches_rows(&statement) == is_off)
            continue;
        const char *text = arena_memdup(arena, piece, (size_t)(statement.text - piece));
        if (!script_run_from(direct, text, first_line + script_line(sql, piece) - 1, error) ||
            !direct_run(direct,
                is_off ? "set local row_security = on" : "set local row_security = off", error))
            return false;
        piece = statement.text;
        is_off = !is_off;
    }
    return script_run_from(direct, piece, first_line + script_line(sql, piece) - 1, error) &&
           (!is_off || direct_run(direct, "set local row_security = on", error));
}

/* Between BEGIN and COMMIT. A file that ends the transaction itself would be half applied when it
 * fails later, so it is refused; but what it committed stays. */
static bool
transaction_body(const struct application *application, const char *sql, size_t line,
    const char *after, const char *value, struct tn_error *error)
{
    struct direct *direct = application->direct;
    const char *before_id = NULL;
    const char *after_id = NULL;
    if (!direct_run(
            direct, "set local role " ROLE_OWNER "; set local search_path = public", error) ||
        !transaction_id(direct, application->arena, &before_id, error) ||
        !statements_run(direct, sql, line, application->arena, error) ||
        !transaction_id(direct, application->arena, &after_id, error))
        return false;
    if (strcmp(before_id, after_id) != 0)
        return error_set(error, TN_MIGRATION,
            "ends its own transaction: take BEGIN, COMMIT and ROLLBACK out of it");
    if (!after)
        return true;

    struct pg_result *result = NULL;
    const char *const row[] = { application->plane, application->migration->name, value };
    const bool is_recorded = direct_run(direct, "set local role " ROLE_OWNER, error) &&
                             direct_query(direct, after, 3, row, &result, error);
    result_free(result);
    return is_recorded;
}

bool
transaction_run(const struct application *application, const char *sql, size_t line,
    const char *after, const char *value, struct tn_error *error)
{
    struct direct *direct = application->direct;
    if (direct_run(direct, "begin", error) &&
        transaction_body(application, sql, line, after, value, error) &&
        direct_run(direct, "commit", error))
        return true;

    hint_add(error);
    struct tn_error second = { 0 };
    if (!direct_run(direct, "rollback", &second))
        error_set(error, second.code, "%s", second.detail);
    return false;
}

/* --- all of them ---------------------------------------------------------------------------------
 */

static bool
whole_run(void *context, struct tn_error *error)
{
    const struct application *application = context;
    return transaction_run(
        application, application->migration->sql, 1, ledger_insert, application->sha256, error);
}

static bool
migration_run(struct application *application, bool *ret_is_new, struct tn_error *error)
{
    char *sha256 = arena_alloc(application->arena, DIGEST_HEX_LENGTH + 1);
    bool is_applied = false;
    const char *sql = application->migration->sql;
    digest_sha256_hex(sql, strlen(sql), sha256);
    application->sha256 = sha256;
    if (!applied_check(application, &is_applied, error))
        return false;
    *ret_is_new = !is_applied;
    if (is_applied)
        return true;

    const bool is_done = script_is_in_steps(sql)
                             ? steps_apply(application, error)
                             : attempt(application->target, application->migration->name, whole_run,
                                   application, error);
    if (is_done && application->target->tell)
        application->target->tell(
            application->target->teller, arena_printf(application->arena, "%s/%s: applied",
                                             application->plane, application->migration->name));
    return is_done;
}

/* The first migration of the set that is not applied; NULL if all are. `names` are applied. */
static const char *
first_pending(const struct migration_set *set, const struct pg_result *names)
{
    for (size_t i = 0; i < set->count; i++) {
        bool is_applied = false;
        size_t bytes;
        for (size_t row = 0; row < result_row_count(names) && !is_applied; row++)
            is_applied = strcmp(result_value(names, row, 0, &bytes), set->migrations[i].name) == 0;
        if (!is_applied)
            return set->migrations[i].name;
    }
    return NULL;
}

static bool
is_in_set(const struct migration_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->migrations[i].name, name) == 0)
            return true;
    return false;
}

/* Migrations that we do not know are a newer program's, and leave us nothing to do; or they are of
 * another history, and ours were not written for what they made. */
static bool
history_check(struct direct *direct, const struct migration_set *set, struct tn_error *error)
{
    struct pg_result *names = NULL;
    if (!direct_query(direct, "select name from tenantry.migration where plane = $1 order by name",
            1, &set->plane, &names, error))
        return false;

    bool is_ours = true;
    const char *pending = first_pending(set, names);
    for (size_t row = 0; pending && row < result_row_count(names) && is_ours; row++) {
        size_t bytes;
        const char *name = result_value(names, row, 0, &bytes);
        is_ours =
            is_in_set(set, name) ||
            error_set(error, TN_MIGRATION,
                "migration %s/%s was applied to this database and is not among those that "
                "are to be applied now, of which %s is missing here: the database has another "
                "history (of another branch, or another version); put that file back, or "
                "take another database",
                set->plane, name, pending);
    }
    result_free(names);
    return is_ours;
}

static bool
sets_run(struct direct *direct, const struct migration_target *target, struct arena *arena,
    size_t *ret_applied, struct tn_error *error)
{
    size_t applied = 0;
    for (size_t set = 0; set < target->set_count; set++)
        if (!history_check(direct, &target->sets[set], error))
            return false;
    for (size_t set = 0; set < target->set_count; set++)
        for (size_t i = 0; i < target->sets[set].count; i++) {
            struct application application = { .direct = direct,
                .arena = arena,
                .target = target,
                .plane = target->sets[set].plane,
                .migration = &target->sets[set].migrations[i] };
            bool is_new = false;
            if (!migration_run(&application, &is_new, error)) {
                error_prefix(
                    error, "migration %s/%s", application.plane, application.migration->name);
                error->code = TN_MIGRATION;
                return false;
            }
            applied += is_new;
        }
    if (ret_applied)
        *ret_applied = applied;
    return true;
}

static bool
lock_try(struct direct *direct, bool *ret_is_mine, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct, "select pg_try_advisory_lock(" LOCK_KEY ")", 0, NULL, &result, error))
        return false;

    size_t bytes;
    *ret_is_mine = *result_value(result, 0, 0, &bytes) == 't';
    result_free(result);
    return true;
}

/* One apply at a time; the second one waits, then finds everything done. It asks again and again:
 * a statement that waits has a snapshot, and the first one's CREATE INDEX CONCURRENTLY would wait
 * for that, each for the other. */
static bool
lock_take(struct direct *direct, const struct migration_target *target, struct tn_error *error)
{
    bool is_mine;
    if (!lock_try(direct, &is_mine, error))
        return false;

    if (!is_mine && target->tell)
        target->tell(target->teller, "another apply is at work on this database; waiting for it");

    while (!is_mine) {
        nanosleep(&(struct timespec){ .tv_nsec = LOCK_PAUSE_NS }, NULL);
        if (!lock_try(direct, &is_mine, error))
            return false;
    }
    return true;
}

bool
migration_apply(const struct migration_target *target, size_t *ret_applied, struct tn_error *error)
{
    struct direct *direct = NULL;
    if (!direct_open(target->admin_url, &direct, error)) {
        error_prefix(error, "the administrator's connection");
        return false;
    }

    struct arena *arena = arena_new(4096);
    /* The lock ends with the connection, also when we are killed. */
    const bool is_done = lock_take(direct, target, error) &&
                         roles_prepare(direct, target, arena, error) &&
                         attempt_limits(direct, target, error) && ledger_make(direct, error) &&
                         sets_run(direct, target, arena, ret_applied, error);
    arena_free(arena);
    direct_close(direct);
    return is_done;
}
