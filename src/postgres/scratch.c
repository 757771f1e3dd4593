#include "postgres/scratch.h"

#include <stdlib.h>
#include <sys/random.h>

#include "postgres/direct.h"
#include "postgres/private_server.h"

enum { DATABASES_MAX = 64 };

struct scratch_server {
    struct arena *arena;
    struct private_server *server; /* NULL: somebody else's */
    struct direct *admin;
    const char *strategy; /* of CREATE DATABASE */
    const char *databases[DATABASES_MAX];
    size_t database_count;
};

static bool
is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

/* Copying files is several times quicker than logging each page, but for a server that then waits
 * for its disk. */
static bool
strategy_choose(struct scratch_server *server, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(server->admin,
            "select case when current_setting('fsync')::boolean"
            " or current_setting('server_version_num')::integer < 150000 then ''"
            " else 'STRATEGY file_copy' end",
            0, NULL, &result, error))
        return false;

    server->strategy = result_text(result, 0, 0, server->arena);
    result_free(result);
    return true;
}

static bool
server_find(struct scratch_server *server, struct tn_error *error)
{
    if (is_set("PGHOST") || is_set("PGSERVICE") || is_set("PGDATABASE"))
        return direct_open(NULL, &server->admin, error);

    const struct private_server_options options = { .folder = NULL };
    return private_server_start(&options, &server->server, error) &&
           direct_open(
               private_server_url(server->server, "postgres", "postgres"), &server->admin, error);
}

bool
scratch_server_start(
    struct arena *arena, struct scratch_server **ret_server, struct tn_error *error)
{
    struct scratch_server *server = ARENA_NEW(arena, struct scratch_server);
    server->arena = arena;
    *ret_server = server;
    return server_find(server, error) && strategy_choose(server, error);
}

void
scratch_server_stop(struct scratch_server *server)
{
    if (!server)
        return;

    for (size_t i = 0; server->admin && !server->server && i < server->database_count; i++) {
        struct tn_error ignored = { 0 };
        (void)!direct_run(server->admin,
            arena_printf(
                server->arena, "DROP DATABASE IF EXISTS %s WITH (FORCE)", server->databases[i]),
            &ignored);
    }
    direct_close(server->admin);
    private_server_stop(server->server);
}

bool
scratch_database(struct scratch_server *server, const char *template, const char **ret_name,
    const char **ret_url, struct tn_error *error)
{
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return error_set(error, TN_INTERNAL, "the system gives no random numbers");
    if (server->database_count == DATABASES_MAX)
        return error_set(error, TN_INTERNAL, "too many scratch databases");

    const char *name =
        arena_printf(server->arena, "tenantry_scratch_%016lx", (unsigned long)random);
    if (!direct_run(server->admin,
            arena_printf(server->arena, "CREATE DATABASE %s TEMPLATE %s %s", name,
                template ? template : "template0 ENCODING 'UTF8'", server->strategy),
            error)) {
        error_prefix(error, "scratch database");
        return false;
    }
    server->databases[server->database_count++] = name;
    if (ret_name)
        *ret_name = name;
    *ret_url = server->server ? private_server_url(server->server, "postgres", name)
                              : arena_printf(server->arena, "dbname=%s", name);
    return true;
}
