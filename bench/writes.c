/* writes [ADMIN-URL APPLICATION-URL]: what a write of one organization costs beside pgbench,
 * PostgreSQL's own driver, which writes the same row of a table without tenants, over a connection
 * for each of its clients.
 *
 * Ours goes over the pool's few connections as a flight: enter, update, Sync; and the same with the
 * version that it raises, as a generated query does. Without URLs on a scratch PostgreSQL, which
 * waits for no disk; with them on an empty database of somebody's, on this machine. Processor time
 * is the kernel's, for the driver and for all of PostgreSQL; what pgbench and its connections take
 * to start is measured apart and taken off. The kinds run in turn; medians are printed. SECONDS in
 * the environment is the time for each of them and each number of writers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/time.h"
#include "loop/fiber.h"

#include "common.h"

enum { ROUNDS = 3, ORGANIZATIONS = 100, ITEMS = 100 };

enum kind { PGBENCH, WRITE, WRITE_AND_VERSION, KIND_COUNT };

static const char *const kind_names[KIND_COUNT] = { "pgbench, without tenants",
    "enter, write, Sync", "the same, with its version" };
static const int writer_counts[] = { 1, 16, 64 };

static struct {
    struct stage stage;
    long postmaster;
    enum kind kind;
    int64_t end_ms;
    int64_t writes;
    int running;
} bench;

/* --- what is written -------------------------------------------------------------------------*/

static const char set_up_sql[] = TENANCY_SQL
    "create table tenantry.version (relation text, organization_id text, version bigint not null,"
    " primary key (relation, organization_id)) with (fillfactor = 50);"
    "create table tenant_item (organization_id text, id int, body text,"
    " primary key (organization_id, id)) with (fillfactor = 50);"
    "create table plain_item (id int primary key, body text) with (fillfactor = 50);"
    "insert into tenant_item select 'organization-' || o, i, repeat('x', 100)"
    " from generate_series(0, 99) o, generate_series(0, 99) i;"
    "insert into plain_item select i, repeat('x', 100) from generate_series(0, 9999) i;"
    "alter table tenant_item enable row level security;"
    "alter table tenant_item force row level security;"
    "create policy tenant on tenant_item using (organization_id = (select tenantry.organization()))"
    " with check (organization_id = (select tenantry.organization()));"
    "grant select, insert, update on tenantry.version to public;"
    "grant select, update on tenant_item, plain_item to public;"
    "analyze";

static const struct statement enter = { "bench_enter",
    "select tenantry.enter($1, $2::int, $3::int)", NULL, 3 };
static const struct statement tenant_write = { "bench_write",
    "update tenant_item set body = repeat('y', 100) where organization_id = $1 and id = $2::int",
    (const uint32_t[]){ 25, 0 }, 2 };
static const struct statement raise_version = { "bench_version",
    "insert into tenantry.version as v values ('public.tenant_item', $1, 1)"
    " on conflict (relation, organization_id) do update set version = v.version + 1",
    (const uint32_t[]){ 25 }, 1 };

static void
write_once(unsigned *seed)
{
    char organization[32];
    char id[16];
    snprintf(organization, sizeof organization, "organization-%d", rand_r(seed) % ORGANIZATIONS);
    snprintf(id, sizeof id, "%d", rand_r(seed) % ITEMS);
    const char *const entry[] = { organization, "60000", "60000" };
    const char *const values[] = { organization, id };

    struct tn_error error = { 0 };
    AUTO_FLIGHT flight = {
        .lane = FLIGHT_WRITE, .entry = FLIGHT_ENTRY_ORGANIZATION, .organization_id = organization
    };
    flight_add(&flight, &enter, entry);
    const struct flight_step *step = flight_add(&flight, &tenant_write, values);
    if (bench.kind == WRITE_AND_VERSION)
        flight_add(&flight, &raise_version, values);
    if (!pool_fly(bench.stage.pool, &flight, &error))
        bench_stop_with(error.detail);
    if (result_affected(step->result) != 1)
        bench_stop_with("a write found no row");
}

static void
writes_until_the_end(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument + 1;
    while (time_monotonic_ms() < bench.end_ms) {
        write_once(&seed);
        bench.writes++;
    }
    if (--bench.running == 0)
        loop_stop(bench.stage.loop);
}

static int64_t
write_with_fibers(int fibers, int64_t ms)
{
    bench.writes = 0;
    bench.running = fibers;
    bench.end_ms = time_monotonic_ms() + ms;
    for (int i = 0; i < fibers; i++) {
        struct tn_error error = { 0 };
        if (!fiber_start(bench.stage.loop, writes_until_the_end, (void *)(uintptr_t)i, &error))
            bench_stop_with(error.detail);
    }
    loop_run(bench.stage.loop);
    return bench.writes;
}

/* `extent` is "-T seconds" or "-t writes of each client". Answers how many were written. */
static int64_t
write_with_pgbench(int clients, const char *extent)
{
    char command[512];
    snprintf(command, sizeof command,
        "pgbench -n -M prepared -c %d -j 1 %s -f - 2>&1 <<'end'\n"
        "\\set id random(0, 9999)\n"
        "update plain_item set body = repeat('y', 100) where id = :id;\n"
        "end\n",
        clients, extent);
    FILE *said = popen(command, "r");
    if (!said)
        bench_stop_with("pgbench cannot be started");

    char line[512];
    long long written = 0;
    static const char counted[] = "number of transactions actually processed: ";
    while (fgets(line, sizeof line, said)) {
        if (strncmp(line, counted, strlen(counted)) == 0)
            written = strtoll(line + strlen(counted), NULL, 10);
    }
    const int code = pclose(said);
    if (code != 0 || written == 0)
        bench_stop_with("pgbench failed, or is not there (Debian: postgresql-15)");
    return written;
}

/* --- what it took ----------------------------------------------------------------------------*/

/* The fields 14 to 17 of /proc/PID/stat: its own time, then that of children that it buried. */
static double
process_us(long pid, int fields)
{
    char path[64];
    char text[1024] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;

    const size_t bytes = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[bytes] = '\0';
    const char *end_of_name = strrchr(text, ')');
    char *at = text + (end_of_name ? end_of_name + 1 - text : 0);
    double ticks = 0;
    for (int field = 3; field < 14 + fields && *at; field++) {
        at += strspn(at, " ");
        if (field >= 14)
            ticks += strtod(at, NULL);
        at += strcspn(at, " ");
    }
    return ticks * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

/* All of PostgreSQL, its backends that have ended included. */
static double
server_us(void)
{
    char path[64];
    double sum_us = process_us(bench.postmaster, 4);
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", bench.postmaster, bench.postmaster);
    FILE *file = fopen(path, "re");
    if (!file)
        bench_stop_with("what PostgreSQL's processes took cannot be read: is it on this machine?");

    long child;
    while (fscanf(file, "%ld", &child) == 1)
        sum_us += process_us(child, 2);
    fclose(file);
    return sum_us;
}

static long
find_postmaster(void)
{
    struct tn_error error = { 0 };
    struct pg_result *result = NULL;
    if (!direct_query(bench.stage.admin,
            "select split_part(pg_read_file('postmaster.pid'), chr(10), 1)", 0, NULL, &result,
            &error))
        bench_stop_with(error.detail);

    size_t bytes;
    const long pid = strtol(result_value(result, 0, 0, &bytes), NULL, 10);
    result_free(result);
    return pid;
}

static struct sample
measure_pgbench(int clients, int seconds)
{
    char extent[32];
    snprintf(extent, sizeof extent, "-T %d", seconds);
    const double times[] = { bench_used_us(RUSAGE_CHILDREN), server_us() };
    const double few = (double)write_with_pgbench(clients, "-t 1");
    const double started[] = { bench_used_us(RUSAGE_CHILDREN), server_us() };
    const double all = (double)write_with_pgbench(clients, extent);
    const double writes = all - few; /* as many as the start was measured with */
    return (struct sample){
        .requests_per_s = all / seconds,
        .client_us = (bench_used_us(RUSAGE_CHILDREN) - 2 * started[0] + times[0]) / writes,
        .server_us = (server_us() - 2 * started[1] + times[1]) / writes,
    };
}

static struct sample
measure_ours(int fibers, int seconds)
{
    const double before[] = { bench_used_us(RUSAGE_SELF), server_us() };
    const double writes = (double)write_with_fibers(fibers, (int64_t)seconds * 1000);
    return (struct sample){
        .requests_per_s = writes / seconds,
        .client_us = (bench_used_us(RUSAGE_SELF) - before[0]) / writes,
        .server_us = (server_us() - before[1]) / writes,
    };
}

static struct sample
measure(enum kind kind, int writers, int seconds)
{
    bench.kind = kind;
    return kind == PGBENCH ? measure_pgbench(writers, seconds) : measure_ours(writers, seconds);
}

/* --- the table -------------------------------------------------------------------------------*/

static void
print_rows(int writers, struct sample samples[KIND_COUNT][ROUNDS])
{
    const struct sample *theirs = sample_median(samples[PGBENCH], ROUNDS);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const struct sample *median = sample_median(samples[kind], ROUNDS);
        printf("%7d  %-27s %9.0f %10.1f %10.1f %10.1f %8.2f %8.2f\n", writers, kind_names[kind],
            median->requests_per_s, median->client_us, median->server_us, sample_us(median),
            sample_us(median) / sample_us(theirs), median->requests_per_s / theirs->requests_per_s);
    }
    fflush(stdout);
}

static int
measure_seconds(void)
{
    const char *seconds = getenv("SECONDS");
    const long value = seconds ? strtol(seconds, NULL, 10) : 0;
    return value > 0 && value < 3600 ? (int)value : 3;
}

static void
run_all(const struct stage *stage)
{
    const int seconds = measure_seconds();
    bench.stage = *stage;
    /* pgbench's database, with a password that nobody is to see among its arguments. */
    setenv("PGDATABASE", stage->application_url, 1);
    bench.postmaster = find_postmaster();
    printf("%7s  %-27s %9s %10s %10s %10s %8s %8s\n", "writers", "", "writes/s", "driver µs",
        "server µs", "sum µs", "ratio", "writes");
    for (size_t at = 0; at < COUNT_OF(writer_counts); at++) {
        struct sample samples[KIND_COUNT][ROUNDS];
        for (int kind = WRITE; kind < KIND_COUNT; kind++)
            measure((enum kind)kind, 64, 1); /* connections opened, plans made */
        for (int round = 0; round < ROUNDS; round++) {
            for (int kind = 0; kind < KIND_COUNT; kind++)
                samples[kind][round] = measure((enum kind)kind, writer_counts[at], seconds);
        }
        print_rows(writer_counts[at], samples);
    }
    printf(
        "ratio: processor time of driver and PostgreSQL; writes: writes a second; pgbench is 1\n");
}

int
main(int argc, char **argv)
{
    return bench_main(argc, argv, set_up_sql, run_all);
}
