#include "migration/apply.h"

#include <string.h>

#include "crypto/digest.h"
#include "migration/roles.h"
#include "postgres/direct.h"
#include "postgres/script.h"

/* Any number will do that nobody else takes in the same database: "tenantry" in ASCII. */
#define LOCK_KEY "8387231245791425145"

/* Migrations wait for whom they disturb, but not for ever: everybody else waits behind them. */
#define SESSION_SETTINGS                                                                       \
    "set statement_timeout = 0; set lock_timeout = '30s'; set client_min_messages = warning; " \
    "set role " ROLE_OWNER

static bool
ledger_make(struct direct *direct, struct tn_error *error)
{
    if (direct_run(direct,
            "create schema if not exists tenantry;"
            "create table if not exists tenantry.migration ("
            " plane text not null, name text not null, sha256 text not null,"
            " applied_at timestamp with time zone not null default current_timestamp,"
            " constraint migration_pkey primary key (plane, name))",
            error))
        return true;

    error_prefix(error, "the schema tenantry, which must belong to " ROLE_OWNER);
    return false;
}

/* Was it applied? An error when as something else. */
static bool
applied_check(struct direct *direct, const char *plane, const struct tn_migration *migration,
    const char *sha256, bool *ret_is_applied, struct tn_error *error)
{
    struct pg_result *result = NULL;
    const char *const key[] = { plane, migration->name };
    if (!direct_query(direct,
            "select sha256, to_char(applied_at, 'YYYY-MM-DD HH24:MI') from tenantry.migration"
            " where plane = $1 and name = $2",
            2, key, &result, error))
        return false;

    bool is_same = true;
    *ret_is_applied = result_row_count(result) == 1;
    if (*ret_is_applied) {
        size_t bytes;
        is_same = strcmp(result_value(result, 0, 0, &bytes), sha256) == 0;
        if (!is_same)
            error_set(error, TN_MIGRATION,
                "was changed after it was applied on %s: put the file back as it was, and write "
                "what "
                "is to change into a new migration",
                result_value(result, 0, 1, &bytes));
    }
    result_free(result);
    return is_same;
}

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

/* Between BEGIN and COMMIT. A file that ends the transaction itself would be half applied when it
 * fails later, so it is refused; but what it committed stays. */
static bool
migration_body(struct direct *direct, const char *plane, const struct tn_migration *migration,
    const char *sha256, struct arena *arena, struct tn_error *error)
{
    const char *before = NULL;
    const char *after = NULL;
    if (!direct_run(
            direct, "set local role " ROLE_OWNER "; set local search_path = public", error) ||
        !transaction_id(direct, arena, &before, error) ||
        !script_run(direct, migration->sql, error) || !transaction_id(direct, arena, &after, error))
        return false;
    if (strcmp(before, after) != 0)
        return error_set(error, TN_MIGRATION,
            "ends its own transaction: take BEGIN, COMMIT and ROLLBACK out of it");

    struct pg_result *result = NULL;
    const char *const row[] = { plane, migration->name, sha256 };
    const bool is_recorded =
        direct_run(direct, "set local role " ROLE_OWNER, error) &&
        direct_query(direct,
            "insert into tenantry.migration (plane, name, sha256) values ($1, $2, $3)", 3, row,
            &result, error);
    result_free(result);
    return is_recorded;
}

static bool
migration_run(struct direct *direct, const char *plane, const struct tn_migration *migration,
    struct arena *arena, bool *ret_is_new, struct tn_error *error)
{
    char sha256[DIGEST_HEX_LENGTH + 1];
    bool is_applied = false;
    digest_sha256_hex(migration->sql, strlen(migration->sql), sha256);
    if (!applied_check(direct, plane, migration, sha256, &is_applied, error))
        return false;
    *ret_is_new = !is_applied;
    if (is_applied)
        return true;

    if (direct_run(direct, "begin", error) &&
        migration_body(direct, plane, migration, sha256, arena, error) &&
        direct_run(direct, "commit", error))
        return true;

    struct tn_error second = { 0 };
    if (!direct_run(direct, "rollback", &second))
        error_set(error, second.code, "%s", second.detail);
    return false;
}

static bool
sets_run(struct direct *direct, const struct migration_target *target, struct arena *arena,
    size_t *ret_applied, struct tn_error *error)
{
    size_t applied = 0;
    for (size_t set = 0; set < target->set_count; set++)
        for (size_t i = 0; i < target->sets[set].count; i++) {
            const char *plane = target->sets[set].plane;
            const struct tn_migration *migration = &target->sets[set].migrations[i];
            bool is_new = false;
            if (!migration_run(direct, plane, migration, arena, &is_new, error)) {
                error_prefix(error, "migration %s/%s", plane, migration->name);
                error->code = TN_MIGRATION;
                return false;
            }
            applied += is_new;
        }
    if (ret_applied)
        *ret_applied = applied;
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
    const bool is_done = direct_run(direct, "select pg_advisory_lock(" LOCK_KEY ")", error) &&
                         roles_prepare(direct, target, arena, error) &&
                         direct_run(direct, SESSION_SETTINGS, error) &&
                         ledger_make(direct, error) &&
                         sets_run(direct, target, arena, ret_applied, error);
    arena_free(arena);
    direct_close(direct);
    return is_done;
}
