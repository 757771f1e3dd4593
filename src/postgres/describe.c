#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "postgres/direct.h"

static bool
describe_failed(PGresult *result, int *ret_position, struct tn_error *error)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    *ret_position = position ? (int)strtol(position, NULL, 10) : 0;
    error_set(error, sqlstate ? TN_DATABASE : TN_UNAVAILABLE, "%s",
        message ? message : PQresultErrorMessage(result));
    snprintf(error->sqlstate, sizeof error->sqlstate, "%s", sqlstate ? sqlstate : "");
    PQclear(result);
    return false;
}

static void
describe_parameters(const PGresult *result, struct arena *arena, struct direct_description *out)
{
    out->parameter_count = PQnparams(result);
    out->parameter_types = ARENA_ARRAY(arena, (size_t)out->parameter_count, uint32_t);
    for (int i = 0; i < out->parameter_count; i++)
        out->parameter_types[i] = PQparamtype(result, i);
}

static void
describe_columns(const PGresult *result, struct arena *arena, struct direct_description *out)
{
    out->column_count = PQnfields(result);
    out->columns = ARENA_ARRAY(arena, (size_t)out->column_count, struct direct_column);
    for (int i = 0; i < out->column_count; i++) {
        out->columns[i] = (struct direct_column){
            .name = arena_strdup(arena, PQfname(result, i)),
            .type = PQftype(result, i),
            .modifier = PQfmod(result, i),
            .table = PQftable(result, i),
            .table_column = PQftablecol(result, i),
        };
    }
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

    describe_parameters(result, arena, ret_description);
    describe_columns(result, arena, ret_description);
    PQclear(result);
    return true;
}

bool
direct_describe(struct direct *direct, const char *sql, struct arena *arena,
    struct direct_description *ret_description, int *ret_position, struct tn_error *error)
{
    return direct_describe_typed(direct, sql, NULL, 0, arena, ret_description, ret_position, error);
}

bool
direct_plan(struct direct *direct, const char *sql, const struct direct_description *description,
    struct arena *arena, struct tn_error *error)
{
    const int count = description->parameter_count;
    const char **nulls = ARENA_ARRAY(arena, (size_t)count, const char *);
    int position;
    PGresult *result = PQexecParams(direct_libpq(direct), arena_printf(arena, "EXPLAIN %s", sql),
        count, description->parameter_types, nulls, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        return describe_failed(result, &position, error);
    PQclear(result);
    return true;
}
