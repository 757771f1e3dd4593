#include "postgres/describe.h"

#include <libpq-fe.h>
#include <stdlib.h>

static bool
describe_failed(PGresult *result, int *ret_position, struct tn_error *error)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    *ret_position = position ? (int)strtol(position, NULL, 10) : 0;
    error_set(error, TN_DATABASE, "%s", message ? message : PQresultErrorMessage(result));
    PQclear(result);
    return false;
}

bool
direct_describe_typed(struct direct *direct, const char *sql, const uint32_t *types, int type_count,
    struct arena *arena, struct direct_description *ret_description, int *ret_position,
    struct tn_error *error)
{
    PGconn *connection = direct_libpq(direct);
    PGresult *result = PQprepare(connection, "", sql, type_count, types);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return describe_failed(result, ret_position, error);
    PQclear(result);
    result = PQdescribePrepared(connection, "");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return describe_failed(result, ret_position, error);

    struct direct_description description = { .parameter_count = PQnparams(result),
        .column_count = PQnfields(result) };
    description.parameter_types = ARENA_ARRAY(arena, description.parameter_count, uint32_t);
    description.columns = ARENA_ARRAY(arena, description.column_count, struct direct_column);
    for (int i = 0; i < description.parameter_count; i++)
        description.parameter_types[i] = PQparamtype(result, i);
    for (int i = 0; i < description.column_count; i++) {
        description.columns[i] = (struct direct_column){
            .name = arena_strdup(arena, PQfname(result, i)),
            .type = PQftype(result, i),
            .modifier = PQfmod(result, i),
            .table = PQftable(result, i),
            .table_column = PQftablecol(result, i),
        };
    }
    PQclear(result);
    *ret_description = description;
    return true;
}
