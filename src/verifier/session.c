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
}

bool
session_run(struct session *session, const char *sql, struct tn_error *error)
{
    session->audit->statement_count++;
    return direct_run(session->direct, sql, error);
}

static bool
is_lost(const struct tn_error *error)
{
    return error->code == TN_UNAVAILABLE;
}

bool
session_try(
    struct session *session, const char *sql, struct outcome *ret_outcome, struct tn_error *error)
{
    struct tn_error failure = { 0 };
    rows_done(&ret_outcome->rows);
    *ret_outcome = (struct outcome){ 0 };
    if (session->in_transaction && !session_run(session, "SAVEPOINT tried", error))
        return false;

    session->audit->statement_count++;
    ret_outcome->succeeded =
        rows_query(session->direct, sql, 0, NULL, session->arena, &ret_outcome->rows, &failure);
    if (ret_outcome->succeeded) {
        ret_outcome->affected = result_affected(ret_outcome->rows.result);
        return !session->in_transaction || session_run(session, "RELEASE tried", error);
    }
    snprintf(ret_outcome->sqlstate, sizeof ret_outcome->sqlstate, "%s", failure.sqlstate);
    snprintf(ret_outcome->message, sizeof ret_outcome->message, "%s", failure.detail);
    snprintf(ret_outcome->constraint, sizeof ret_outcome->constraint, "%s", failure.constraint);
    if (is_lost(&failure)) {
        *error = failure;
        return false;
    }
    return !session->in_transaction ||
           session_run(session, "ROLLBACK TO tried; RELEASE tried", error);
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
