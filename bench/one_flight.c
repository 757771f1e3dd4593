/* one_flight [ADMIN-URL APPLICATION-URL]: what a tenant transaction of one flight costs beside the
 * same query without tenants in the same pipeline, on a table with a key of one integer and on one
 * with the key that a tenant's table has, and beside four round trips.
 *
 * Without URLs on a scratch PostgreSQL of its own; with them on an empty database of somebody's,
 * where it makes a schema `tenantry` and three tables. Processor time is read from the kernel, for
 * this process and for the server's: it travels better than requests a second. The kinds run in
 * turn, for a moment each, often: what else the machine does meets all alike. Medians are printed.
 * SECONDS in the environment is the time for each of them and each number of fibers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/time.h"
#include "loop/fiber.h"

#include "common.h"

enum { ROUNDS = 25, ORGANIZATIONS = 100, ITEMS = 100 };

enum kind { ONE_FLIGHT, UNSCOPED, SAME_KEY, FOUR_TRIPS, KIND_COUNT };

static const char *const kind_names[KIND_COUNT] = { "enter, query, Sync", "query without tenants",
    "the same, tenant's key", "four round trips" };
static const int fiber_counts[] = { 1, 16, 64 };

static struct {
    struct stage stage;
    enum kind kind;
    int64_t end_ms;
    int64_t requests;
    int running;
} bench;

/* --- what is asked ---------------------------------------------------------------------------*/

static const char set_up_sql[] = TENANCY_SQL
    "create table tenant_item (organization_id text, id int, body text,"
    " primary key (organization_id, id));"
    "create table open_item (like tenant_item including all);"
    "create table plain_item (id int primary key, body text);"
    "insert into tenant_item select 'organization-' || o, i, repeat('x', 100)"
    " from generate_series(0, 99) o, generate_series(0, 99) i;"
    "insert into open_item select * from tenant_item;"
    "insert into plain_item select i, repeat('x', 100) from generate_series(0, 9999) i;"
    "alter table tenant_item enable row level security;"
    "alter table tenant_item force row level security;"
    "create policy tenant on tenant_item using (organization_id = (select tenantry.organization()))"
    " with check (organization_id = (select tenantry.organization()));"
    "grant select on tenant_item, open_item, plain_item to public;"
    "analyze";

static const struct statement enter = { "bench_enter",
    "select tenantry.enter($1, $2::int, $3::int)", NULL, 3 };
static const struct statement tenant_query = { "bench_tenant",
    "select id, body from tenant_item where organization_id = $1 and id = $2::int",
    (const uint32_t[]){ 25, 0 }, 2 };
static const struct statement plain_query = { "bench_plain",
    "select id, body from plain_item where id = $1::int", NULL, 1 };
static const struct statement same_key_query = { "bench_same_key",
    "select id, body from open_item where organization_id = $1 and id = $2::int",
    (const uint32_t[]){ 25, 0 }, 2 };
static const struct statement begin = { "bench_begin", "begin", NULL, 0 };
static const struct statement commit = { "bench_commit", "commit", NULL, 0 };

static void
check_rows(const struct flight *flight)
{
    const struct flight_step *last = &flight->steps[flight->step_count - 1];
    if (result_row_count(last->result) == 1)
        return;

    bench_stop_with("a query found no row");
}

struct request {
    char organization[32];
    char id[16];
    const char *entry[3];
    const char *scoped[2];
    const char *plain[1];
};

static void
request_fill(struct request *request, unsigned *seed)
{
    const int organization = rand_r(seed) % ORGANIZATIONS;
    const int item = rand_r(seed) % ITEMS;
    snprintf(request->organization, sizeof request->organization, "organization-%d", organization);
    snprintf(request->id, sizeof request->id, "%d", item);
    request->entry[0] = request->organization;
    request->entry[1] = "60000";
    request->entry[2] = "60000";
    request->scoped[0] = request->organization;
    request->scoped[1] = request->id;
    request->plain[0] = request->id;
}

static void
ask_in_one_flight(const struct request *request)
{
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    if (bench.kind == ONE_FLIGHT) {
        flight.entry = FLIGHT_ENTRY_ORGANIZATION;
        flight_add(&flight, &enter, request->entry);
        flight_add(&flight, &tenant_query, request->scoped);
    } else if (bench.kind == SAME_KEY) {
        flight_add(&flight, &same_key_query, request->scoped);
    } else {
        flight_add(&flight, &plain_query, request->plain);
    }
    if (!pool_fly(bench.stage.pool, &flight, &error))
        bench_stop_with(error.detail);
    check_rows(&flight);
}

static void
fly_on(
    struct lease *lease, const struct statement *statement, const char *const *values, bool has_row)
{
    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ };
    flight_add(&flight, statement, values);
    if (!lease_fly(lease, &flight, &error))
        bench_stop_with(error.detail);
    if (has_row)
        check_rows(&flight);
}

static void
ask_in_four_trips(const struct request *request)
{
    struct tn_error error = { 0 };
    AUTO_LEASE lease = { 0 };
    if (!lease_acquire(bench.stage.pool, NULL, &lease, &error))
        bench_stop_with(error.detail);
    fly_on(&lease, &begin, NULL, false);
    fly_on(&lease, &enter, request->entry, true);
    fly_on(&lease, &tenant_query, request->scoped, true);
    fly_on(&lease, &commit, NULL, false);
}

static void
asks_until_the_end(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument + 1;
    struct request request;
    while (time_monotonic_ms() < bench.end_ms) {
        request_fill(&request, &seed);
        if (bench.kind == FOUR_TRIPS)
            ask_in_four_trips(&request);
        else
            ask_in_one_flight(&request);
        bench.requests++;
    }
    if (--bench.running == 0)
        loop_stop(bench.stage.loop);
}

/* --- what it took ----------------------------------------------------------------------------*/

/* Nanoseconds on a processor: finer than /proc/PID/stat, which counts ticks. */
static double
process_cpu_us(const char *pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/schedstat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;

    long long ns = 0;
    if (fscanf(file, "%lld", &ns) != 1)
        ns = 0;
    fclose(file);
    return (double)ns / 1000;
}

static double
server_cpu_us(void)
{
    struct tn_error error = { 0 };
    struct pg_result *pids = NULL;
    if (!direct_query(bench.stage.admin,
            "select pid from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid()",
            0, NULL, &pids, &error))
        bench_stop_with(error.detail);

    double sum_us = 0;
    size_t bytes = 0;
    for (size_t row = 0; row < result_row_count(pids); row++)
        sum_us += process_cpu_us(result_value(pids, row, 0, &bytes));
    result_free(pids);
    return sum_us;
}

static void
run_fibers(enum kind kind, int fibers, int64_t ms)
{
    bench.kind = kind;
    bench.requests = 0;
    bench.running = fibers;
    bench.end_ms = time_monotonic_ms() + ms;
    for (int i = 0; i < fibers; i++) {
        struct tn_error error = { 0 };
        if (!fiber_start(bench.stage.loop, asks_until_the_end, (void *)(uintptr_t)i, &error))
            bench_stop_with(error.detail);
    }
    loop_run(bench.stage.loop);
}

static struct sample
measure(enum kind kind, int fibers, int64_t ms)
{
    const double server_us = server_cpu_us();
    const double client_us = bench_used_us(RUSAGE_SELF);
    const int64_t began_us = time_now_us();
    run_fibers(kind, fibers, ms);
    const double took_s = (double)(time_now_us() - began_us) / 1e6;
    const double requests = (double)bench.requests;
    return (struct sample){
        .requests_per_s = requests / took_s,
        .client_us = (bench_used_us(RUSAGE_SELF) - client_us) / requests,
        .server_us = (server_cpu_us() - server_us) / requests,
    };
}

/* --- the table -------------------------------------------------------------------------------*/

static void
print_rows(int fibers, struct sample samples[KIND_COUNT][ROUNDS])
{
    const double unscoped_us = sample_us(sample_median(samples[UNSCOPED], ROUNDS));
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const struct sample *median = sample_median(samples[kind], ROUNDS);
        printf("%6d  %-22s %10.0f %10.1f %10.1f %10.1f %8.2f\n", fibers, kind_names[kind],
            median->requests_per_s, median->client_us, median->server_us, sample_us(median),
            sample_us(median) / unscoped_us);
    }
    fflush(stdout);
}

static int64_t
measure_ms(void)
{
    const char *seconds = getenv("SECONDS");
    const double value = seconds ? strtod(seconds, NULL) : 0;
    const int64_t ms = (int64_t)((value > 0 ? value : 2.5) * 1000) / ROUNDS;
    return ms > 0 ? ms : 1;
}

static void
run_all(const struct stage *stage)
{
    const int64_t ms = measure_ms();
    bench.stage = *stage;
    printf("%6s  %-22s %10s %10s %10s %10s %8s\n", "fibers", "", "requests/s", "client µs",
        "server µs", "sum µs", "ratio");
    for (int kind = 0; kind < KIND_COUNT; kind++)
        run_fibers((enum kind)kind, 64, 500); /* connections opened, plans made */

    for (size_t at = 0; at < COUNT_OF(fiber_counts); at++) {
        struct sample samples[KIND_COUNT][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int kind = 0; kind < KIND_COUNT; kind++)
                samples[kind][round] = measure((enum kind)kind, fiber_counts[at], ms);
        }
        print_rows(fiber_counts[at], samples);
    }
    printf("ratio: processor time of both, the query without tenants is 1\n");
}

int
main(int argc, char **argv)
{
    return bench_main(argc, argv, set_up_sql, run_all);
}
