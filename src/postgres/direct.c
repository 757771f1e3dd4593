#include "postgres/direct.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "postgres/libpq.h"

struct direct {
    PGconn *connection;
};

#define AUTO_RESULT __attribute__((cleanup(result_clear))) PGresult

static void
result_clear(PGresult **result)
{
    PQclear(*result);
}

bool
direct_open(const char *url, struct direct **ret_direct, struct tn_error *error)
{
    if (!libpq_check_url(url, error))
        return false;

    struct libpq_keywords keywords;
    libpq_keywords_fill(&keywords, url);
    PGconn *connection = PQconnectdbParams(keywords.names, keywords.values, 1);
    if (!connection || PQstatus(connection) != CONNECTION_OK) {
        libpq_error(connection, TN_UNAVAILABLE, "connecting", error);
        PQfinish(connection);
        return false;
    }
    PQsetNoticeProcessor(connection, libpq_drop_notice, NULL);

    struct direct *direct = calloc(1, sizeof *direct);
    if (!direct) {
        PQfinish(connection);
        return error_set(error, TN_INTERNAL, "no memory for a connection");
    }
    direct->connection = connection;
    *ret_direct = direct;
    return true;
}

void
direct_close(struct direct *direct)
{
    if (!direct)
        return;

    PQfinish(direct->connection);
    free(direct);
}

/* Did the statement do what it should? */
static bool
succeeded(const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

static bool
direct_error(
    struct direct *direct, const PGresult *result, const char *what, struct tn_error *error)
{
    if (!result || PQstatus(direct->connection) != CONNECTION_OK)
        return libpq_error(direct->connection, TN_UNAVAILABLE, what, error);

    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_FATAL_ERROR)
        return error_set(error, TN_DATABASE, "%s: an answer of an unexpected kind (%s)", what,
            PQresStatus(status));

    return result_error(result, what, error);
}

bool
direct_run(struct direct *direct, const char *sql, struct tn_error *error)
{
    AUTO_RESULT *result = PQexec(direct->connection, sql);
    return succeeded(result) || direct_error(direct, result, "statement", error);
}

bool
direct_run_script(struct direct *direct, const char *sql, int *ret_position, struct tn_error *error)
{
    AUTO_RESULT *result = PQexec(direct->connection, sql);
    *ret_position = 0;
    if (succeeded(result))
        return true;

    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    *ret_position = position ? (int)strtol(position, NULL, 10) : 0;
    if (message)
        return error_set(error, TN_DATABASE, "%s", message);
    return direct_error(direct, result, "statement", error);
}

bool
direct_query(struct direct *direct, const char *sql, int parameter_count, const char *const *values,
    struct pg_result **ret_result, struct tn_error *error)
{
    PGresult *result =
        PQexecParams(direct->connection, sql, parameter_count, NULL, values, NULL, NULL, 0);
    if (!succeeded(result)) {
        direct_error(direct, result, "query", error);
        PQclear(result);
        return false;
    }
    *ret_result = result;
    return true;
}

static bool
step_send(struct direct *direct, const struct direct_step *step)
{
    return PQsendQueryParams(direct->connection, step->sql, step->parameter_count, NULL,
               step->values, NULL, NULL, 0) &&
           (!step->ends || PQpipelineSync(direct->connection));
}

/* Its result, the NULL behind it, and the answer to the Sync, if one follows. */
static bool
step_receive(struct direct *direct, struct direct_step *step, struct tn_error *error)
{
    PGresult *result = PQgetResult(direct->connection);
    if (!result || PQstatus(direct->connection) != CONNECTION_OK) {
        PQclear(result);
        return libpq_error(direct->connection, TN_UNAVAILABLE, "query", error);
    }
    step->error = (struct tn_error){ 0 };
    step->result = NULL;
    if (succeeded(result)) {
        step->result = result;
    } else {
        if (PQresultStatus(result) != PGRES_PIPELINE_ABORTED)
            (void)direct_error(direct, result, "query", &step->error);
        PQclear(result);
    }
    result = PQgetResult(direct->connection);
    PQclear(result);
    if (step->ends)
        PQclear(PQgetResult(direct->connection));
    return true;
}

bool
direct_flight(
    struct direct *direct, struct direct_step *steps, size_t count, struct tn_error *error)
{
    size_t sent = 0;
    size_t received = 0;
    if (!count)
        return true;
    steps[count - 1].ends = true;
    if (!PQenterPipelineMode(direct->connection))
        return libpq_error(direct->connection, TN_UNAVAILABLE, "query", error);
    while (sent < count && step_send(direct, &steps[sent]))
        sent++;
    if (sent < count)
        return libpq_error(direct->connection, TN_UNAVAILABLE, "query", error);
    while (received < count && step_receive(direct, &steps[received], error))
        received++;
    return received == count &&
           (PQexitPipelineMode(direct->connection) ||
               libpq_error(direct->connection, TN_UNAVAILABLE, "query", error));
}

/* What libpq made, as memory of the arena. */
static char *
adopt(char *quoted, struct arena *arena)
{
    if (!quoted)
        return NULL;

    char *copy = arena_strdup(arena, quoted);
    PQfreemem(quoted);
    return copy;
}

char *
direct_identifier(struct direct *direct, const char *name, struct arena *arena)
{
    return adopt(PQescapeIdentifier(direct->connection, name, strlen(name)), arena);
}

char *
direct_literal(struct direct *direct, const char *text, struct arena *arena)
{
    return adopt(PQescapeLiteral(direct->connection, text, strlen(text)), arena);
}

void *
direct_libpq(struct direct *direct)
{
    return direct->connection;
}

void *
direct_give_up(struct direct *direct)
{
    PGconn *connection = direct->connection;
    free(direct);
    return connection;
}
