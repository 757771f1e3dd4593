/* Many transactions of random organizations over few connections, with everything that may go wrong
 * between them: errors, timeouts, deferred constraints, abandoned work, killed backends; directly
 * and through PgBouncer in transaction mode. No row of another organization may come, nothing of a
 * group may be left for the next one on its connection, and what was told of a write must be so.
 *
 * The reads lack the predicate on purpose: what is looked at is what the connection remembers.
 * TENANTRY_TRANSACTIONS says how many; each run ends with a leak that is planted, and must be seen.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tenantry/query.h"

#include "fixture.h"
#include "loop/fiber.h"
#include "migration/apply.h"
#include "migration/own.h"
#include "pgbouncer.h"
#include "postgres/direct.h"
#include "tenant/runtime.h"

enum {
#define ERROR(name, status, type, sentence) +1
    TN_ERROR_COUNT = 1
#include "errors.def"
#undef ERROR
    ,
    ORGANIZATIONS = 50,
    ROWS_EACH = 5,
    UNDER_WAY = 48,
    STANDARD_COUNT = 3000,
    KILL_EVERY_US = 150 * 1000,
    PATIENCE_S = 20,
    WHY_BYTES = 96,
    LIMIT_MS = 50,
};

static const char schema[] =
    "create table note (organization_id text not null, id bigint not null, body text not null,"
    "  primary key (organization_id, id));"
    "create table link (organization_id text not null, id bigint not null, note_id bigint not null,"
    "  primary key (organization_id, id), foreign key (organization_id, note_id) references note"
    "  deferrable initially deferred);"
    "alter table note enable row level security; alter table note force row level security;"
    "alter table link enable row level security; alter table link force row level security;"
    "create policy note_organization on note using (organization_id = (select "
    "tenantry.organization()))"
    "  with check (organization_id = (select tenantry.organization()));"
    "create policy link_organization on link using (organization_id = (select "
    "tenantry.organization()))"
    "  with check (organization_id = (select tenantry.organization()));"
    "grant select, insert, update, delete on note, link to tenantry_app;"
    "insert into note select 'org-' || o, -n, 'org-' || o from generate_series(0, 49) o,"
    "  generate_series(1, 5) n";

static const char *const note_table[] = { "public.note", NULL };
static const char *const link_table[] = { "public.link", NULL };

#define QUERY(name_, text_, count_, columns_, writes_, written_) \
    static const struct tn_query name_ = {                       \
        .name = #name_,                                          \
        .text = text_,                                           \
        .statement = "tn_t_" #name_,                             \
        .parameter_types = (const uint32_t[]){ 25, 20 },         \
        .parameter_count = count_,                               \
        .column_count = columns_,                                \
        .writes = writes_,                                       \
        .tables_written = written_,                              \
    }
/* Long, as queries are that somebody has written with care: PgBouncer reads 4 KiB at a time, and
 * what it has of a group when an earlier one ends must not end up on two servers. */
#define LINE "/* a line of sixty-four bytes, of which there are many more here */"
#define PAGE LINE LINE LINE LINE LINE LINE LINE LINE LINE LINE LINE LINE LINE LINE LINE LINE
QUERY(list,
    "select " PAGE PAGE "organization_id, body from note where $1::text is not null limit 40", 1, 2,
    false, NULL);
QUERY(add, "insert into note values ($1, $2, $1)", 2, 0, true, note_table);
QUERY(
    add_wrongly, "insert into note values ($1, $2, (1 / ($2 - $2))::text)", 2, 0, true, note_table);
QUERY(add_link, "insert into link values ($1, $2, $2)", 2, 0, true, link_table);
QUERY(sleep_long, "select pg_sleep(0.2)::text where $1::text is not null", 1, 1, false, NULL);

static const struct statement look = { "tn_t_look",
    "select coalesce(current_setting('app.org_id', true), ''), "
    "current_setting('statement_timeout'),"
    " current_setting('lock_timeout'), (select count(*)::text from note)",
    NULL, 0 };
static const struct statement plant = { NULL, "select set_config('app.org_id', 'org-1', false)",
    NULL, 0 };

enum told {
    TOLD_NOTHING,
    TOLD_DONE,
    TOLD_FAILED,
    TOLD_UNKNOWN,
};

static struct world {
    bool is_pooled; /* its sessions are somebody else's too */
    struct loop *loop;
    struct pool *pool;
    struct tenant_runtime *runtime;
    struct worker_pool *workers;
    struct loop_hook hook;
    uint64_t random;
    long wanted;
    long begun;
    long ended;
    unsigned char *told;    /* of the row with that id */
    char (*why)[WHY_BYTES]; /* it failed */
    long outcomes[TN_ERROR_COUNT];
    long looks;
    long leftovers;
    long rows;
    long foreign_rows;
    long missing_rows;
    bool is_leaking;  /* a leak was planted */
    char detail[512]; /* of the first thing that is wrong */
} world;

static char app_url[512];
static char admin_url[512];

static uint64_t
draw(uint64_t below)
{
    world.random ^= world.random << 13;
    world.random ^= world.random >> 7;
    world.random ^= world.random << 17;
    return world.random % below;
}

static void
note_fault(const char *what, const char *got, const char *wanted)
{
    if (!world.detail[0] && !world.is_leaking)
        snprintf(
            world.detail, sizeof world.detail, "%s: \"%.200s\", not \"%s\"", what, got, wanted);
}

/* --- what a transaction does ---------------------------------------------------------------------
 */

struct work {
    struct tn_db db;
    struct arena *arena;
    char organization[16];
    long id;
    struct timer timer; /* abandons it */
    struct fiber *fiber;
};

static void
check_row(const struct work *work, const struct tn_call *call, size_t row)
{
    struct tn_error error = { 0 };
    struct tn_text organization;
    struct tn_text body;
    world.rows++;
    if (tn_column_text(call, row, 0, &organization, &error) &&
        tn_column_text(call, row, 1, &body, &error) &&
        strcmp(organization.p, work->organization) == 0 && strcmp(body.p, work->organization) == 0)
        return;

    world.foreign_rows++;
    note_fault("a row", error.detail, work->organization);
}

static bool
read_rows(struct tn_db db, struct work *work, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &list, error) || !tn_call_run(&call, error))
        return false;

    for (size_t row = 0; row < tn_call_row_count(&call); row++)
        check_row(work, &call, row);
    world.missing_rows += tn_call_row_count(&call) < ROWS_EACH;
    return true;
}

static bool
write_row(struct tn_db db, const struct tn_query *query, struct work *work, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, query, error))
        return false;

    if (query->parameter_count > 1)
        tn_call_int64(&call, work->id);
    return tn_call_run(&call, error);
}

static bool
write_and_read(struct tn_db db, void *argument, struct tn_error *error)
{
    struct work *work = argument;
    if (!read_rows(db, work, error) || !write_row(db, &add, work, error))
        return false;

    switch (draw(6)) {
    case 0:
        return error_set(error, TN_CONFLICT, "the body changed its mind");
    case 1:
        return write_row(db, &add_wrongly, work, error);
    default:
        return read_rows(db, work, error);
    }
}

static void
abandon(struct timer *timer)
{
    fiber_abandon(CONTAINER_OF(timer, struct work, timer)->fiber, TN_ABANDONED);
}

/* Nothing is set in a group that entered nowhere: not on a connection of the pool, not behind it.
 */
static void
look_for_leftovers(void)
{
    struct tn_error error = { 0 };
    static const enum flight_lane lanes[] = { FLIGHT_READ, FLIGHT_WRITE, FLIGHT_ALONE };
    AUTO_FLIGHT flight = { .lane = lanes[draw(COUNT_OF(lanes))], .only_reads = true };
    flight_add(&flight, &look, NULL);
    if (!pool_fly(world.pool, &flight, &error))
        return;

    /* A session that is shared by our groups only keeps their limits. */
    const char *limit = flight.lane == FLIGHT_ALONE || world.is_pooled ? "0" : "50ms";
    const char *const wanted[] = { "", limit, limit, "0" };
    static const char *const names[] = { "organization", "statement_timeout", "lock_timeout",
        "rows that are seen" };
    bool is_clean = true;
    world.looks++;
    for (int i = 0; i < 4; i++) {
        size_t bytes = 0;
        const char *value = result_value(flight.steps[0].result, 0, i, &bytes);
        if (strcmp(value, wanted[i]) == 0)
            continue;
        is_clean = false;
        note_fault(names[i], value, wanted[i]);
    }
    world.leftovers += !is_clean;
}

static bool
act(struct work *work, bool *ret_writes, struct tn_error *error)
{
    const uint64_t kind = draw(100);
    *ret_writes = kind >= 35;
    if (kind < 35)
        return read_rows(work->db, work, error);
    if (kind < 55)
        return write_row(work->db, &add, work, error);
    if (kind < 62)
        return write_row(work->db, &add_wrongly, work, error);
    if (kind < 69)
        return write_row(work->db, &add_link, work, error);
    if (kind < 90)
        return tn_transaction(work->db, write_and_read, work, error);
    if (kind < 91) {
        *ret_writes = false;
        return write_row(work->db, &sleep_long, work, error);
    }
    work->timer.fire = abandon;
    timer_start(world.loop, &work->timer, (int64_t)draw(4));
    return kind < 95 ? tn_transaction(work->db, write_and_read, work, error)
                     : write_row(work->db, &add, work, error);
}

static void
open_handle(struct work *work, struct tn_identity *identity, struct tn_membership *membership)
{
    struct tn_error error = { 0 };
    if (!identity_open(world.runtime, work->arena, identity, &error) ||
        !membership_open(*identity, work->organization, membership, &error) ||
        !tenant_db_open(*membership, NULL, &work->db, &error))
        note_fault("a handle", error.detail, "one");
}

static void
transaction(void *argument)
{
    (void)argument;
    struct tn_error error = { 0 };
    struct tn_identity identity;
    struct tn_membership membership;
    bool writes = false;
    struct work work = {
        .arena = arena_new(4096), .id = world.begun - 1, .fiber = fiber_current()
    };
    snprintf(work.organization, sizeof work.organization, "org-%d", (int)draw(ORGANIZATIONS));

    open_handle(&work, &identity, &membership);
    const bool done = act(&work, &writes, &error);
    timer_cancel(world.loop, &work.timer);
    world.outcomes[error.code]++;
    if (error.code == TN_SCHEMA_DIFFERS || error.code == TN_NULL)
        note_fault("an answer to something else", error.detail, "what was asked");
    if (writes && !world.is_leaking)
        world.told[work.id] = done                               ? TOLD_DONE
                              : error.code == TN_OUTCOME_UNKNOWN ? TOLD_UNKNOWN
                                                                 : TOLD_FAILED;
    if (writes && !world.is_leaking)
        snprintf(
            world.why[work.id], WHY_BYTES, "%d %s %.80s", error.code, error.sqlstate, error.detail);
    tenant_db_close(work.db);
    membership_close(membership);
    identity_close(identity);
    arena_free(work.arena);
    world.ended++;
}

static void
looking(void *argument)
{
    (void)argument;
    look_for_leftovers();
}

/* --- a run ---------------------------------------------------------------------------------------
 */

static void
keep_going(struct loop_hook *hook)
{
    (void)hook;
    struct tn_error error = { 0 };
    while (world.begun < world.wanted && fiber_count(world.loop) < UNDER_WAY) {
        world.begun++;
        if (!fiber_start(world.loop, transaction, NULL, &error) ||
            (draw(6) == 0 && !fiber_start(world.loop, looking, NULL, &error)))
            fail_msg("%s", error.detail);
    }
    if (world.begun == world.wanted && fiber_count(world.loop) == 0)
        loop_stop(world.loop);
}

static bool
plant_leak(void)
{
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, &plant, NULL);
    return pool_fly(world.pool, &flight, &error);
}

static void
planting(void *argument)
{
    (void)argument;
    /* Again and again: a connection may be one that was killed last, and its successor knows of
     * nothing. Two looks for each, so that one meets the planted connection where they take turns.
     */
    for (int i = 0; i < 30; i++) {
        if (!plant_leak())
            fiber_sleep(20);
        look_for_leftovers();
        look_for_leftovers();
    }
}

static void
world_open(const char *url, bool unnamed)
{
    struct tn_error error = { 0 };
    const char *count = getenv("TENANTRY_TRANSACTIONS");
    world = (struct world){ .random = UINT64_C(0x2545F4914F6CDD1D),
        .is_pooled = unnamed,
        .wanted = count ? strtol(count, NULL, 10) : STANDARD_COUNT };
    world.told = calloc((size_t)world.wanted, 1);
    world.why = calloc((size_t)world.wanted, WHY_BYTES);
    if (!world.told || !world.why || !loop_new(&world.loop, &error) ||
        !worker_pool_new(1, 256, &world.workers, &error))
        fail_msg("%s", error.detail);

    const struct pool_options options = {
        .url = url,
        .name = "tenant",
        .read_connections = 2,
        .read_depth = 8,
        .write_connections = 4,
        .write_depth = 2,
        .leases = 4,
        .workers = world.workers,
        .unnamed = unnamed,
        .statement_ms = LIMIT_MS,
        .lock_ms = LIMIT_MS,
    };
    if (!pool_new(world.loop, &options, &world.pool, &error))
        fail_msg("%s", error.detail);

    const struct tenant_runtime_options runtime = {
        .tenant = world.pool,
        .limits = { .statement_ms = LIMIT_MS,
            .lock_ms = LIMIT_MS,
            .statement_alone_ms = 100,
            .lock_alone_ms = 1000,
            .rows_per_query = 100000,
            .rows_per_stream = 100000 },
    };
    if (!tenant_runtime_new(&runtime, &world.runtime, &error))
        fail_msg("%s", error.detail);
    world.hook.run = keep_going;
    loop_before_sleep_first(world.loop, &world.hook);
}

static void
world_close(void)
{
    loop_forget_hook(world.loop, &world.hook);
    tenant_runtime_free(world.runtime);
    pool_free(world.pool);
    loop_free(world.loop);
    worker_pool_free(world.workers);
    free(world.told);
    free(world.why);
}

static atomic_bool killing;

static void *
kill_backends(void *argument)
{
    struct direct *direct = argument;
    while (atomic_load(&killing)) {
        struct tn_error error = { 0 };
        usleep(KILL_EVERY_US);
        const bool killed = direct_run(direct,
            "select pg_terminate_backend(pid) from (select pid from pg_stat_activity where usename "
            "= 'tenantry_app' order by random() limit 1) victim",
            &error);
        (void)killed;
    }
    return NULL;
}

/* What the database has against what was told; answers the rows that were not as told. */
static long
rows_not_as_told(void)
{
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    struct pg_result *result = NULL;
    if (!direct_open(admin_url, &direct, &error) ||
        !direct_query(direct,
            "select id::text from note where id >= 0 union all "
            "select id::text from link",
            0, NULL, &result, &error))
        fail_msg("%s", error.detail);

    long lost = 0;
    long kept = 0;
    unsigned char *is_there = calloc((size_t)world.wanted, 1);
    for (size_t row = 0; row < result_row_count(result); row++) {
        size_t bytes = 0;
        is_there[strtol(result_value(result, row, 0, &bytes), NULL, 10)] = 1;
    }
    for (long id = 0; id < world.wanted; id++) {
        lost += world.told[id] == TOLD_DONE && !is_there[id];
        if (world.told[id] != TOLD_FAILED || !is_there[id])
            continue;
        kept++;
        print_message("# told as failed, and there: %s\n", world.why[id]);
    }
    if (lost + kept > 0)
        print_message(
            "# told as done and not there: %ld; told as failed and there: %ld\n", lost, kept);
    free(is_there);
    result_free(result);
    direct_close(direct);
    return lost + kept;
}

static void
tell(const char *how)
{
    print_message("# %s: %ld transactions, %ld rows read, %ld looks for leftovers;", how,
        world.ended, world.rows, world.looks);
    for (int i = 0; i < TN_ERROR_COUNT; i++) {
        if (world.outcomes[i] > 0)
            print_message(
                " %s %ld", i ? tn_error_type((enum tn_error_code)i) : "done", world.outcomes[i]);
    }
    print_message("\n");
}

static void
run(const char *how, const char *url, bool unnamed)
{
    pthread_t killer;
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    world_open(url, unnamed);
    if (!direct_open(admin_url, &direct, &error))
        fail_msg("%s", error.detail);
    atomic_store(&killing, true);
    assert_int_equal(pthread_create(&killer, NULL, kill_backends, direct), 0);

    loop_run(world.loop);
    atomic_store(&killing, false);
    pthread_join(killer, NULL);
    tell(how);

    /* The same world with a leak: session-level, as a library that forgets `local` would set it. */
    const struct world quiet = world;
    const long wrong_rows = rows_not_as_told();
    world.is_leaking = true;
    if (!fiber_start(world.loop, planting, NULL, &error))
        fail_msg("%s", error.detail);
    loop_run(world.loop);
    const long seen = world.leftovers - quiet.leftovers;
    print_message("# %s: the planted leak was seen by %ld of %ld looks\n", how, seen,
        world.looks - quiet.looks);
    world_close();
    direct_close(direct);

    assert_string_equal(quiet.detail, "");
    assert_int_equal(quiet.ended, quiet.wanted);
    assert_int_equal(quiet.foreign_rows, 0);
    assert_int_equal(quiet.missing_rows, 0);
    assert_int_equal(quiet.leftovers, 0);
    assert_int_equal(wrong_rows, 0);
    assert_true(quiet.looks > quiet.wanted / 20 && quiet.rows > quiet.wanted);
    assert_true(seen > 0);
}

static void
make_database(void)
{
    snprintf(admin_url, sizeof admin_url, "%s", fixture_database());
    const struct migration_set sets[] = { migration_own_tenant() };
    const struct migration_target target = { .admin_url = admin_url, .sets = sets, .set_count = 1 };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);
    fixture_run(schema);
    snprintf(app_url, sizeof app_url, "%s", fixture_role_url("tenantry_app"));
}

static void
directly_nothing_leaks(void **state)
{
    (void)state;
    make_database();
    run("directly", app_url, false);
}

static void
through_pgbouncer_nothing_leaks(void **state)
{
    (void)state;
    char url[256];
    make_database();
    const pid_t bouncer = bouncer_start(app_url, url, sizeof url);
    assert_true(bouncer_answers(url));
    run("through PgBouncer", url, true);
    bouncer_stop(bouncer);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directly_nothing_leaks),
        cmocka_unit_test(through_pgbouncer_nothing_leaks),
    };
    return cmocka_run_group_tests_name(
        "isolation/transactions", tests, fixture_start, fixture_stop);
}
