#include <stdio.h>
#include <string.h>

#include "postgres/inside.h"

/* A pooler answers with the number of another process than it told when it was connected to: what
 * is set there stays with somebody else's session. To be the only one that uses a session is what
 * makes it right to set its limits once, instead of in each group.
 *
 * Read from the catalogue, not by the type's name: that would be an error where the role may not
 * look into the schema, or the migration has not run. */
static const char greeting[] =
    "SELECT CASE WHEN pg_catalog.pg_backend_pid() = $1 THEN"
    " pg_catalog.set_config('statement_timeout', $2, false)"
    " || pg_catalog.set_config('lock_timeout', $3, false) END,"
    " (SELECT t.oid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n"
    " ON n.oid = t.typnamespace WHERE n.nspname = 'tenantry' AND t.typname = 'entered'"
    " AND t.typtype = 'd')";

bool
greeting_is_due(const struct connection *connection)
{
    return connection->pool->limits[0][0] != '\0' && !connection->pool->unnamed &&
           connection->lane->index != LANE_LEASE;
}

bool
greeting_send(struct connection *connection)
{
    enum { OID_INT4 = 23, OID_TEXT = 25 };
    static const Oid types[] = { OID_INT4, OID_TEXT, OID_TEXT };
    char pid[16];
    snprintf(pid, sizeof pid, "%d", PQbackendPID(connection->pg));
    const char *const values[] = { pid, connection->pool->limits[0], connection->pool->limits[1] };
    return PQsendQueryParams(
               connection->pg, greeting, COUNT_OF(values), types, values, NULL, NULL, 1) &&
           PQpipelineSync(connection->pg) && PQflush(connection->pg) >= 0;
}

static uint32_t
oid_of(const PGresult *result, int column)
{
    if (PQgetisnull(result, 0, column) || PQgetlength(result, 0, column) != 4)
        return 0;

    uint32_t oid = 0;
    const char *bytes = PQgetvalue(result, 0, column);
    for (int i = 0; i < 4; i++)
        oid = oid << 8 | (unsigned char)bytes[i];
    return oid;
}

bool
greeting_read(struct connection *connection)
{
    PGconn *pg = connection->pg;
    if (!PQconsumeInput(pg))
        return false;

    while (!PQisBusy(pg)) {
        PGresult *result = PQgetResult(pg);
        if (!result)
            continue; /* the end of the answer; the Sync's comes next */

        const ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_TUPLES_OK && PQntuples(result) == 1) {
            connection->keeps_limits = !PQgetisnull(result, 0, 0);
            connection->entered_type = oid_of(result, 1);
        }
        PQclear(result);
        if (status == PGRES_PIPELINE_SYNC)
            connection->is_greeted = true;
        if (connection->is_greeted || PQstatus(pg) == CONNECTION_BAD)
            break;
    }
    return PQstatus(pg) != CONNECTION_BAD;
}

/* --- what that saves -------------------------------------------------------------------------- */

/* Is the organization that is entered what the query's first parameter says, as text? */
static bool
binds_organization(const struct flight *flight)
{
    enum { OID_TEXT = 25 };
    const struct flight_step *entry = &flight->steps[0];
    const struct flight_step *query = &flight->steps[1];
    const struct statement *statement = query->statement;
    return statement->parameter_count > 0 &&
           statement->parameter_count <= ENTERING_PARAMETERS_MAX && statement->types &&
           statement->types[0] == OID_TEXT && (!query->formats || query->formats[0] == 0) &&
           query->values[0] && strcmp(query->values[0], entry->values[0]) == 0;
}

bool
entry_is_spared(const struct connection *connection, const struct flight *flight)
{
    if (!connection->keeps_limits || flight->step_count < 2)
        return false;

    switch (flight->entry) {
    case FLIGHT_ENTRY_OWN:
        return false;
    case FLIGHT_ENTRY_LIMITS:
        return true;
    case FLIGHT_ENTRY_ORGANIZATION:
        return connection->entered_type != 0 && binds_organization(flight) &&
               !known_cannot_enter(connection->pool, flight->steps[1].statement);
    }
    return false;
}

const uint32_t *
entering_types(const struct connection *connection, const struct statement *statement,
    uint32_t types[ENTERING_PARAMETERS_MAX])
{
    memcpy(types, statement->types, (size_t)statement->parameter_count * sizeof *types);
    types[0] = connection->entered_type;
    return types;
}
