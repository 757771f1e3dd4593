#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "postgres/direct.h"
#include "postgres/private_server.h"

static struct private_server *server;
static int database_count;
static char database[32];

/* A test that cannot be set up says what PostgreSQL said. */
static void
check(bool worked, const struct tn_error *error)
{
    if (!worked)
        fail_msg("%s", error->detail);
}

static struct direct *
superuser(const char *name)
{
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    check(direct_open(private_server_url(server, "postgres", name), &direct, &error), &error);
    return direct;
}

static void
run_in(const char *name, const char *sql)
{
    struct tn_error error = { 0 };
    struct direct *direct = superuser(name);
    check(direct_run(direct, sql, &error), &error);
    direct_close(direct);
}

int
fixture_start(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    const struct private_server_options options = { .folder = NULL };
    if (private_server_start(&options, &server, &error))
        return 0;

    print_error("%s\n", error.detail);
    return -1;
}

int
fixture_stop(void **state)
{
    (void)state;
    private_server_stop(server);
    server = NULL;
    return 0;
}

const char *
fixture_database(void)
{
    char sql[64];
    snprintf(database, sizeof database, "test_%d", ++database_count);
    snprintf(sql, sizeof sql, "create database %s", database);
    run_in("postgres", sql);
    return private_server_url(server, "postgres", database);
}

const char *
fixture_role_url(const char *role)
{
    char sql[256];
    snprintf(sql, sizeof sql,
        "do $$ begin if not exists (select from pg_roles where rolname = '%s') then "
        "create role %s login; end if; end $$",
        role, role);
    run_in(database, sql);
    return private_server_url(server, role, database);
}

void
fixture_run(const char *sql)
{
    run_in(database, sql);
}

const char *
fixture_ask(const char *sql)
{
    static char answer[1024];
    struct tn_error error = { 0 };
    struct pg_result *result = NULL;
    struct direct *direct = superuser(database);
    check(direct_query(direct, sql, 0, NULL, &result, &error), &error);

    size_t bytes = 0;
    const char *value = result_row_count(result) > 0 ? result_value(result, 0, 0, &bytes) : NULL;
    snprintf(answer, sizeof answer, "%s", value ? value : "");
    result_free(result);
    direct_close(direct);
    return answer;
}
