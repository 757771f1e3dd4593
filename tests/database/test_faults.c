/* Faults of the server and of the way to it, as a pool meets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/time.h"
#include "engine.h"
#include "fixture.h"

static const struct statement insert = { "insert", "insert into note values (1)", NULL, 0 };
static const struct statement read_notes = { "read_notes", "select * from note", NULL, 0 };
static const char note_table[] = "create table note (number int); grant all on note to public";

static struct tn_error told;
static int done_count;

static bool
fly(const struct statement *statement, enum flight_lane lane)
{
    told = (struct tn_error){ 0 };
    AUTO_FLIGHT flight = { .lane = lane };
    flight_add(&flight, statement, NULL);
    return pool_fly(engine_pool, &flight, &told);
}

static void
must_fly(const struct statement *statement, enum flight_lane lane)
{
    if (!fly(statement, lane))
        fail_msg("%s", told.detail);
}

/* --- a network that stalls: a go-between that stops passing on, and closes nothing ---------------
 */

static struct {
    int listen_fd;
    char folder[64];
    struct sockaddr_un server;
    pthread_t thread;
    atomic_bool stalls;
    atomic_bool ends;
} between;

static void *
pass_on(void *argument)
{
    struct pollfd ends[2] = { { .fd = (int)(intptr_t)argument, .events = POLLIN },
        { .fd = socket(AF_UNIX, SOCK_STREAM, 0), .events = POLLIN } };
    bool goes_on =
        connect(ends[1].fd, (struct sockaddr *)&between.server, sizeof between.server) == 0;
    while (goes_on && !atomic_load(&between.ends)) {
        poll(ends, 2, 20);
        for (int i = 0; i < 2 && goes_on && !atomic_load(&between.stalls); i++) {
            char bytes[16384];
            if (!(ends[i].revents & (POLLIN | POLLHUP)))
                continue;
            const ssize_t count = recv(ends[i].fd, bytes, sizeof bytes, MSG_DONTWAIT);
            goes_on =
                count > 0 && send(ends[1 - i].fd, bytes, (size_t)count, MSG_NOSIGNAL) == count;
        }
        /* What waits while it stalls would wake poll at once. */
        if (atomic_load(&between.stalls))
            usleep(10 * 1000);
    }
    close(ends[0].fd);
    close(ends[1].fd);
    return NULL;
}

static void *
accept_all(void *argument)
{
    (void)argument;
    struct pollfd listening = { .fd = between.listen_fd, .events = POLLIN };
    while (!atomic_load(&between.ends)) {
        pthread_t thread;
        if (poll(&listening, 1, 20) == 1 && !atomic_load(&between.stalls)) {
            const int fd = accept(between.listen_fd, NULL, NULL);
            if (pthread_create(&thread, NULL, pass_on, (void *)(intptr_t)fd) == 0)
                pthread_detach(thread);
        }
    }
    return NULL;
}

/* The value of a keyword of libpq's, "host='…'". */
static void
keyword(const char *url, const char *name, char *out, size_t bytes)
{
    const char *at = strstr(url, name);
    assert_non_null(at);
    at += strlen(name) + 2;
    snprintf(out, bytes, "%.*s", (int)strcspn(at, "'"), at);
}

static void
go_between(const char *url, char *ret_url, size_t bytes)
{
    char host[64];
    char port[8];
    char database[32];
    char password[80] = "";
    struct sockaddr_un own = { .sun_family = AF_UNIX };
    keyword(url, "host", host, sizeof host);
    keyword(url, "port", port, sizeof port);
    keyword(url, "dbname", database, sizeof database);
    keyword(url, "password", password, sizeof password);
    snprintf(between.folder, sizeof between.folder, "/tmp/tenantry-between-XXXXXX");
    assert_non_null(mkdtemp(between.folder));
    between.server.sun_family = AF_UNIX;
    snprintf(between.server.sun_path, sizeof between.server.sun_path, "%s/.s.PGSQL.%s", host, port);
    snprintf(own.sun_path, sizeof own.sun_path, "%s/.s.PGSQL.5432", between.folder);
    between.listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(between.listen_fd, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(listen(between.listen_fd, 16), 0);
    atomic_store(&between.stalls, false);
    atomic_store(&between.ends, false);
    assert_int_equal(pthread_create(&between.thread, NULL, accept_all, NULL), 0);
    snprintf(ret_url, bytes, "host='%s' port=5432 user=postgres password='%s' dbname='%s'",
        between.folder, password, database);
}

static void
go_between_ends(void)
{
    char path[96];
    atomic_store(&between.ends, true);
    pthread_join(between.thread, NULL);
    close(between.listen_fd);
    snprintf(path, sizeof path, "%s/.s.PGSQL.5432", between.folder);
    unlink(path);
    rmdir(between.folder);
}

static void
writes_into_the_stall(void *argument)
{
    (void)argument;
    must_fly(&insert, FLIGHT_WRITE);
    must_fly(&read_notes, FLIGHT_READ);

    atomic_store(&between.stalls, true);
    const int64_t began_ms = time_monotonic_ms();
    assert_false(fly(&insert, FLIGHT_WRITE));
    assert_int_equal(told.code, TN_OUTCOME_UNKNOWN);
    assert_in_range(time_monotonic_ms() - began_ms, 250, 60000);
    assert_false(fly(&read_notes, FLIGHT_READ));
    assert_int_equal(told.code, TN_UNAVAILABLE);

    atomic_store(&between.stalls, false);
    must_fly(&insert, FLIGHT_WRITE);
    must_fly(&read_notes, FLIGHT_READ);
    done_count++;
}

static void
a_network_that_stalls_is_noticed_and_outlived(void **state)
{
    (void)state;
    char url[512];
    go_between(fixture_database(), url, sizeof url);
    engine_start(&(struct pool_options){ .url = url,
                     .name = "test",
                     .read_connections = 1,
                     .write_connections = 1,
                     .answer_limit_ms = 300 },
        note_table);
    done_count = 0;

    engine_fiber(writes_into_the_stall, NULL);
    engine_run();

    go_between_ends();
    assert_int_equal(done_count, 1);
}

/* --- a server that takes no writes ---------------------------------------------------------------
 */

static void
writes_to_what_is_read_only(void *argument)
{
    (void)argument;
    assert_false(fly(&insert, FLIGHT_WRITE));
    assert_int_equal(told.code, TN_UNAVAILABLE);
    if (strcmp(told.sqlstate, "25006") != 0)
        fail_msg("%s", told.detail);
    must_fly(&read_notes, FLIGHT_READ);

    /* As after a failover: what is connected anew finds a server that writes. The connection that
     * was told no would go on being told so. */
    fixture_run("alter role tenantry_app reset default_transaction_read_only");
    must_fly(&insert, FLIGHT_WRITE);
    done_count++;
}

static void
a_read_only_server_is_left_for_one_that_writes(void **state)
{
    (void)state;
    fixture_database();
    fixture_run(note_table);
    const char *url = fixture_role_url("tenantry_app");
    fixture_run("alter role tenantry_app set default_transaction_read_only = on");
    engine_start(
        &(struct pool_options){ .url = url, .name = "test", .write_connections = 1 }, NULL);
    done_count = 0;

    engine_fiber(writes_to_what_is_read_only, NULL);
    engine_run();

    assert_int_equal(done_count, 1);
    assert_string_equal(fixture_ask("select count(*) from note"), "1");
}

/* --- a server that has no connections left -------------------------------------------------------
 */

static void
reads_once(void *argument)
{
    (void)argument;
    must_fly(&read_notes, FLIGHT_READ);
    must_fly(&insert, FLIGHT_WRITE);
    done_count++;
}

static void
few_connections_of_many_that_are_wanted_serve_all(void **state)
{
    (void)state;
    fixture_database();
    fixture_run(note_table);
    const char *url = fixture_role_url("tenantry_app");
    fixture_run("alter role tenantry_app connection limit 2");
    engine_start(&(struct pool_options){ .url = url,
                     .name = "test",
                     .read_connections = 1,
                     .read_depth = 2,
                     .write_connections = 4 },
        NULL);
    done_count = 0;

    for (int i = 0; i < 40; i++)
        engine_fiber(reads_once, NULL);
    engine_run();

    fixture_run("alter role tenantry_app connection limit -1");
    assert_int_equal(done_count, 40);
}

/* --- a schema that changes under the server ------------------------------------------------------
 */

static int changes_noticed;

static void
schema_changed(void *owner)
{
    (void)owner;
    changes_noticed++;
}

static void
reads_before_and_after(void *argument)
{
    (void)argument;
    must_fly(&read_notes, FLIGHT_READ);
    must_fly(&read_notes, FLIGHT_READ);
    fixture_run("alter table note add column body text");

    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &read_notes, NULL);
    if (!pool_fly(engine_pool, &flight, &told))
        fail_msg("%s", told.detail);
    assert_int_equal(result_column_count(flight.steps[0].result), 2);
    done_count++;
}

static void
a_changed_schema_is_read_anew_and_told(void **state)
{
    (void)state;
    engine_start(
        &(struct pool_options){
            .name = "test", .read_connections = 1, .schema_changed = schema_changed },
        note_table);
    done_count = changes_noticed = 0;

    engine_fiber(reads_before_and_after, NULL);
    engine_run();

    assert_int_equal(done_count, 1);
    assert_int_equal(changes_noticed, 1);
}

/* --- a pooler that tears what is pipelined -------------------------------------------------------
 */

/* Returns when four have come. A sequence is the same for all at once, transactions or not. */
static const char meeting[] = "create sequence came;"
                              "create function meet() returns void language plpgsql as $$ begin"
                              " perform nextval('came');"
                              " for i in 1 .. 1000 loop"
                              "  if (select last_value from came) >= 4 then return; end if;"
                              "  perform pg_sleep(0.02);"
                              " end loop;"
                              " raise 'nobody else came'; end $$";
static const struct statement meet = { NULL, "select meet()", NULL, 0 };

static void
meets_the_others(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &meet, NULL);
    if (!pool_fly(engine_pool, &flight, &error))
        fail_msg("%s", error.detail);
    done_count++;
}

/* What a pooler may tear apart: tests/isolation/test_torn_groups.c shows it. */
static void
without_names_no_group_is_sent_behind_another(void **state)
{
    (void)state;
    engine_start(
        &(struct pool_options){
            .name = "test", .read_connections = 1, .read_depth = 4, .unnamed = true },
        meeting);
    done_count = 0;

    for (int i = 0; i < 4; i++)
        engine_fiber(meets_the_others, NULL);
    engine_run();

    assert_int_equal(done_count, 4);
}

#define TEST(name) cmocka_unit_test_teardown(name, engine_stop)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_network_that_stalls_is_noticed_and_outlived),
        TEST(a_read_only_server_is_left_for_one_that_writes),
        TEST(few_connections_of_many_that_are_wanted_serve_all),
        TEST(a_changed_schema_is_read_anew_and_told),
        TEST(without_names_no_group_is_sent_behind_another),
    };
    return cmocka_run_group_tests_name("database/faults", tests, fixture_start, fixture_stop);
}
