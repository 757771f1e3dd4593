#include <assert.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres/direct.h"
#include "postgres/flight.h"

size_t
result_row_count(const struct pg_result *result)
{
    return (size_t)PQntuples(result);
}

int
result_column_count(const struct pg_result *result)
{
    return PQnfields(result);
}

int64_t
result_affected(const struct pg_result *result)
{
    /* libpq asks for a result that it may change here, and does not change it. */
    return strtoll(PQcmdTuples((PGresult *)result), NULL, 10);
}

const char *
result_value(const struct pg_result *result, size_t row, int column, size_t *ret_bytes)
{
    assert(row < (size_t)PQntuples(result) && column < PQnfields(result));
    const int bytes = PQgetlength(result, (int)row, column);
    if (bytes == 0 && PQgetisnull(result, (int)row, column)) /* whose length is 0, too */
        return NULL;

    *ret_bytes = (size_t)bytes;
    return PQgetvalue(result, (int)row, column);
}

char *
result_text(const struct pg_result *result, size_t row, int column, struct arena *arena)
{
    size_t bytes = 0;
    const char *value = result_value(result, row, column, &bytes);
    return value ? arena_memdup(arena, value, bytes) : NULL;
}

void
result_free(struct pg_result *result)
{
    PQclear(result);
}

/* By SQLSTATE, or by its class where only two characters stand; the first that fits. */
static const struct {
    const char *sqlstate;
    enum tn_error_code code;
} codes[] = {
    { "23505", TN_CONFLICT }, { "23", TN_CONSTRAINT },
    { "57014", TN_TIMEOUT },                             /* query_canceled: statement_timeout */
    { "55P03", TN_TIMEOUT },                             /* lock_not_available: lock_timeout */
    { "08", TN_UNAVAILABLE }, { "57P", TN_UNAVAILABLE }, /* shut down, crashed, starting */
    { "53", TN_UNAVAILABLE },    /* too many connections, no memory, no room on the disk */
    { "25006", TN_UNAVAILABLE }, /* read-only: recovery, or a server that is no primary any more */
    { "40", TN_TIMEOUT },        /* deadlock: rolled back, to be tried again */
};

static enum tn_error_code
code_of(const char *sqlstate)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        if (strncmp(sqlstate, codes[i].sqlstate, strlen(codes[i].sqlstate)) == 0)
            return codes[i].code;
    }
    return TN_DATABASE;
}

static void
copy_field(char *out, size_t capacity, const PGresult *result, int field)
{
    const char *text = PQresultErrorField(result, field);
    snprintf(out, capacity, "%s", text ? text : "");
}

bool
result_error(const struct pg_result *result, const char *what, struct tn_error *error)
{
    if (error->code != TN_NO_ERROR)
        return false;

    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    copy_field(error->sqlstate, sizeof error->sqlstate, result, PG_DIAG_SQLSTATE);
    copy_field(error->constraint, sizeof error->constraint, result, PG_DIAG_CONSTRAINT_NAME);

    /* Without a SQLSTATE it is libpq that speaks, and of the connection. */
    return error_set(error, sqlstate ? code_of(sqlstate) : TN_UNAVAILABLE, "%s: %s", what,
        message ? message : PQresultErrorMessage(result));
}
