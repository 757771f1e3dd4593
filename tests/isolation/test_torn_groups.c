/* Why a pool pipelines nothing behind PgBouncer: it releases a server when it has answered the
 * groups whose end it saw, also when half of the next group is on its way to that server. */
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "migration/apply.h"
#include "migration/own.h"
#include "pgbouncer.h"

static void
make_database(void)
{
    char admin_url[512];
    snprintf(admin_url, sizeof admin_url, "%s", fixture_database());
    const struct migration_set sets[] = { migration_own_tenant() };
    const struct migration_target target = { .admin_url = admin_url, .sets = sets, .set_count = 1 };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);
}

static PGconn *
connect_in_pipeline(const char *url)
{
    PGconn *connection = PQconnectdb(url);
    assert_int_equal(PQstatus(connection), CONNECTION_OK);
    assert_true(PQenterPipelineMode(connection));
    return connection;
}

static void
send_query(PGconn *connection, const char *sql)
{
    assert_true(PQsendQueryParams(connection, sql, 0, NULL, NULL, NULL, NULL, 0));
}

/* Reads up to the next Sync; the last value that came before it. */
static void
read_group(PGconn *connection, char *value, size_t bytes)
{
    int nothing_in_a_row = 0;
    value[0] = '\0';
    while (nothing_in_a_row < 2) {
        PGresult *result = PQgetResult(connection);
        const ExecStatusType status = result ? PQresultStatus(result) : PGRES_EMPTY_QUERY;
        nothing_in_a_row = result ? 0 : nothing_in_a_row + 1;
        if (status == PGRES_TUPLES_OK)
            snprintf(value, bytes, "%s", PQgetvalue(result, 0, 0));
        PQclear(result);
        if (status == PGRES_PIPELINE_SYNC)
            return;
    }
}

static void
a_group_that_begins_behind_another_is_torn_by_pgbouncer(void **state)
{
    (void)state;
    char url[256];
    char value[64];
    make_database();
    const pid_t bouncer = bouncer_start(fixture_role_url("tenantry_app"), url, sizeof url);
    assert_true(bouncer_answers(url));
    PGconn *writer = connect_in_pipeline(url);
    PGconn *other = connect_in_pipeline(url);

    /* A whole group, and the first statement of the next one, as half of what is under way may be
     * sent. Then the first is answered. */
    send_query(writer, "select 1 from pg_sleep(0.2)");
    assert_true(PQpipelineSync(writer));
    send_query(writer, "select tenantry.enter('org-1', 1000, 1000)");
    assert_int_equal(PQflush(writer), 0);
    read_group(writer, value, sizeof value);

    /* Somebody else, who entered nowhere. */
    send_query(other, "select coalesce(current_setting('app.org_id', true), '')");
    assert_true(PQpipelineSync(other));
    read_group(other, value, sizeof value);
    print_message("# behind another group: who entered nowhere is in \"%s\"\n", value);

    PQfinish(writer);
    PQfinish(other);
    bouncer_stop(bouncer);
    assert_string_equal(value, "org-1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_that_begins_behind_another_is_torn_by_pgbouncer),
    };
    return cmocka_run_group_tests_name("isolation/torn_groups", tests, fixture_start, fixture_stop);
}
