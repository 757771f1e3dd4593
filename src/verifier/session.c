#include "verifier/session.h"

#include <stdio.h>
#include <string.h>

void
outcome_done(struct outcome *outcome)
{
    rows_done(&outcome->rows);
}

/* The client may be killed at any time: the server has to notice by itself, within a statement too.
 * That setting is of version 14 and not of every system. */
static const char settings_sql[] =
    "SET statement_timeout = '10s'; SET lock_timeout = '1s';"
    "SET idle_in_transaction_session_timeout = '60s'; SET row_security = on;"
    "SET default_transaction_read_only = off;"
    "SET client_min_messages = error;"
    "DO $$ BEGIN PERFORM pg_catalog.set_config('client_connection_check_interval', '1s', false);"
    " EXCEPTION WHEN OTHERS THEN NULL; END $$";

bool
session_open(struct audit *audit, const char *url, bool is_read_only, struct session *ret_session,
    struct tn_error *error)
{
    *ret_session = (struct session){ .audit = audit, .arena = audit->arena };
    AUTO_OUTCOME outcome = { 0 };
    if (!direct_open(url, &ret_session->direct, error) ||
        !session_run(ret_session, settings_sql, error) ||
        (is_read_only &&
            !session_run(ret_session, "SET default_transaction_read_only = on", error)) ||
        !session_try(ret_session,
            "select rolsuper, rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = "
            "current_user",
            &outcome, error))
        return false;

    ret_session->is_superuser =
        outcome.succeeded && outcome.rows.count && rows_true(&outcome.rows, 0);
    ret_session->sees_all = outcome.succeeded && outcome.rows.count && rows_true(&outcome.rows, 1);
    return true;
}

static bool
may_become(struct session *session, const struct role *role, bool *ret_may, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    if (!session_try(session,
            arena_printf(session->arena,
                "select pg_catalog.pg_has_role(current_user, %u, 'MEMBER')", role->oid),
            &outcome, error))
        return false;

    *ret_may = outcome.succeeded && outcome.rows.count && rows_true(&outcome.rows, 0);
    return true;
}

bool
session_join_roles(struct session *session, bool *ret_any, struct tn_error *error)
{
    const struct scope *scope = &session->audit->scope;
    *ret_any = false;
    for (size_t r = 0; r < scope->role_count; r++) {
        AUTO_OUTCOME outcome = { 0 };
        struct role *role = scope->roles[r];
        bool may = session->is_superuser;
        if (!may && !may_become(session, role, &may, error))
            return false;
        if (!may) {
            /* An owner who may give roles away gives this one to himself, for the transaction. */
            if (!session_try(session,
                    arena_printf(session->arena, "GRANT %s TO CURRENT_USER", role->quoted),
                    &outcome, error))
                return false;
            role->is_lent = outcome.succeeded;
        }
        role->is_out_of_reach = !may && !role->is_lent;
        *ret_any |= !role->is_out_of_reach;
    }
    return true;
}

void
session_close(struct session *session)
{
    direct_close(session->direct);
    session->direct = NULL;
    arena_free(session->waiting_arena);
    session->waiting_arena = NULL;
}

/* The end of the statement at `at`: a semicolon outside of quotes, or the end. */
static const char *
statement_end(const char *at)
{
    char quote = '\0';
    for (; *at && (quote || *at != ';'); at++) {
        if (quote ? *at == quote : *at == '\'' || *at == '"')
            quote = quote ? '\0' : *at;
    }
    return at;
}

static bool
wait_add(struct session *session, const char *sql, struct tn_error *error)
{
    if (!session->waiting_arena)
        session->waiting_arena = arena_new(1 << 12);
    while (*(sql += strspn(sql, "; \n"))) {
        const char *end = statement_end(sql);
        if (session->waiting_count == SESSION_WAITING_MAX && !session_flush(session, error))
            return false;
        session->audit->statement_count++;
        session->waiting[session->waiting_count++] =
            arena_memdup(session->waiting_arena, sql, (size_t)(end - sql));
        sql = end;
    }
    return true;
}

bool
session_run(struct session *session, const char *sql, struct tn_error *error)
{
    if (session->in_transaction)
        return wait_add(session, sql, error);
    session->audit->statement_count++;
    session->audit->round_trip_count++;
    return direct_run(session->direct, sql, error);
}

static void
outcome_fill(struct session *session, struct direct_step *step, struct outcome *outcome)
{
    *outcome = (struct outcome){ 0 };
    outcome->succeeded = step->result != NULL;
    if (step->result) {
        outcome->rows = (struct rows){ .arena = session->arena, .result = step->result };
        outcome->rows.count = result_row_count(step->result);
        outcome->affected = result_affected(step->result);
        step->result = NULL;
        return;
    }
    snprintf(outcome->sqlstate, sizeof outcome->sqlstate, "%s", step->error.sqlstate);
    snprintf(outcome->message, sizeof outcome->message, "%s", step->error.detail);
    snprintf(outcome->constraint, sizeof outcome->constraint, "%s", step->error.constraint);
}

/* What waits, and `extra` steps behind it. Those that wait have to work. */
static bool
send_waiting(
    struct session *session, struct direct_step *extra, size_t extra_count, struct tn_error *error)
{
    struct direct_step steps[SESSION_WAITING_MAX + 2];
    const size_t count = session->waiting_count;
    memset(steps, 0, sizeof steps);
    for (size_t i = 0; i < count; i++)
        steps[i].sql = session->waiting[i];
    for (size_t i = 0; i < extra_count; i++)
        steps[count + i] = extra[i];
    session->waiting_count = 0;
    session->audit->round_trip_count += count + extra_count > 0;
    bool works = direct_flight(session->direct, steps, count + extra_count, error);
    for (size_t i = 0; i < count; i++) {
        if (works && !steps[i].result) {
            *error = steps[i].error;
            works = error->code ? false : error_set(error, TN_INTERNAL, "%s", steps[i].sql);
        }
        result_free(steps[i].result);
    }
    for (size_t i = 0; i < extra_count; i++)
        extra[i] = steps[count + i];
    if (session->waiting_arena)
        arena_reset(session->waiting_arena);
    return works;
}

bool
session_flush(struct session *session, struct tn_error *error)
{
    return send_waiting(session, NULL, 0, error);
}

/* In a transaction: a savepoint, and the statement in it. */
static bool
try_within(
    struct session *session, const char *sql, struct outcome *ret_outcome, struct tn_error *error)
{
    struct direct_step steps[2] = { { .sql = "SAVEPOINT tried" }, { .sql = sql } };
    session->audit->statement_count += 2;
    if (!send_waiting(session, steps, COUNT_OF(steps), error))
        return false;
    if (!steps[0].result) {
        *error = steps[0].error;
        return false;
    }
    result_free(steps[0].result);
    outcome_fill(session, &steps[1], ret_outcome);
    return wait_add(session,
        ret_outcome->succeeded ? "RELEASE tried" : "ROLLBACK TO tried; RELEASE tried", error);
}

bool
session_try(
    struct session *session, const char *sql, struct outcome *ret_outcome, struct tn_error *error)
{
    rows_done(&ret_outcome->rows);
    if (session->in_transaction)
        return try_within(session, sql, ret_outcome, error);

    struct direct_step step = { .sql = sql };
    session->audit->statement_count++;
    session->audit->round_trip_count++;
    if (!direct_flight(session->direct, &step, 1, error))
        return false;
    outcome_fill(session, &step, ret_outcome);
    return true;
}

bool
session_try_all(struct session *session, const char *const *sqls, struct outcome *ret_outcomes,
    size_t count, struct tn_error *error)
{
    static const char *const before[] = { "SAVEPOINT tried" };
    static const char *const after[] = { "ROLLBACK TO tried", "RELEASE tried" };
    const size_t each = session->in_transaction ? 4 : 1;
    const size_t place = session->in_transaction ? COUNT_OF(before) : 0;
    if (!session_flush(session, error))
        return false;

    struct direct_step *steps = ARENA_ARRAY(session->arena, count * each + 1, struct direct_step);
    for (size_t i = 0; i < count; i++) {
        struct direct_step *own = &steps[i * each];
        own[place] = (struct direct_step){ .sql = sqls[i], .ends = true };
        if (!session->in_transaction)
            continue;
        own[0].sql = before[0];
        own[2].sql = after[0];
        own[3].sql = after[1];
    }
    session->audit->statement_count += count * each;
    session->audit->round_trip_count++;
    const bool works = direct_flight(session->direct, steps, count * each, error);
    for (size_t i = 0; works && i < count; i++)
        outcome_fill(session, &steps[i * each + place], &ret_outcomes[i]);
    for (size_t i = 0; i < count * each; i++)
        result_free(steps[i].result);
    return works;
}

const char *
session_become(const struct session *session, const struct role *role, bool is_local)
{
    const char *local = is_local ? "LOCAL " : "";
    if (!role)
        return session->is_superuser
                   ? arena_printf(session->arena, "SET %sSESSION AUTHORIZATION DEFAULT", local)
                   : arena_printf(session->arena, "SET %sROLE NONE", local);
    return session->is_superuser
               ? arena_printf(session->arena, "SET %sSESSION AUTHORIZATION %s", local, role->quoted)
               : arena_printf(session->arena, "SET %sROLE %s", local, role->quoted);
}
