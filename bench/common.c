#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "postgres/private_server.h"

_Noreturn void
bench_stop_with(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    abort();
}

/* --- samples ---------------------------------------------------------------------------------*/

double
sample_us(const struct sample *sample)
{
    return sample->client_us + sample->server_us;
}

static int
by_processor_time(const void *left, const void *right)
{
    const double a = sample_us(left);
    const double b = sample_us(right);
    return (a > b) - (a < b);
}

const struct sample *
sample_median(struct sample *samples, size_t count)
{
    qsort(samples, count, sizeof *samples, by_processor_time);
    return &samples[count / 2];
}

double
bench_used_us(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* --- main ------------------------------------------------------------------------------------*/

static bool
run_on(const char *admin_url, const char *application_url, const char *set_up_sql,
    void (*run)(const struct stage *), struct tn_error *error)
{
    /* What the limits cost is measured, not how busy the machine is: they must not be reached. */
    const struct pool_options options = { .url = application_url,
        .name = "bench",
        .leases = 16,
        .statement_ms = 60000,
        .lock_ms = 60000 };
    struct stage stage = { .application_url = application_url };
    if (!direct_open(admin_url, &stage.admin, error))
        return false;

    if (direct_run(stage.admin, set_up_sql, error) && loop_new(&stage.loop, error) &&
        pool_new(stage.loop, &options, &stage.pool, error))
        run(&stage);
    pool_free(stage.pool);
    loop_free(stage.loop);
    direct_close(stage.admin);
    return error->code == TN_NO_ERROR;
}

static bool
run_on_scratch(const char *set_up_sql, void (*run)(const struct stage *), struct tn_error *error)
{
    const struct private_server_options options = { .folder = NULL };
    struct private_server *server = NULL;
    if (!private_server_start(&options, &server, error))
        return false;

    char *admin_url = strdup(private_server_url(server, "postgres", "postgres"));
    char *application_url = strdup(private_server_url(server, "tenantry_app", "postgres"));
    const bool ran = run_on(admin_url, application_url, set_up_sql, run, error);
    free(admin_url);
    free(application_url);
    private_server_stop(server);
    return ran;
}

int
bench_main(int argc, char **argv, const char *set_up_sql, void (*run)(const struct stage *))
{
    struct tn_error error = { 0 };
    if (argc != 1 && argc != 3) {
        fprintf(stderr, "usage: %s [ADMIN-URL APPLICATION-URL]\n", argv[0]);
        return 2;
    }

    const bool ran = argc == 3 ? run_on(argv[1], argv[2], set_up_sql, run, &error)
                               : run_on_scratch(set_up_sql, run, &error);
    if (!ran)
        fprintf(stderr, "%s: %s\n", argv[0], error.detail);
    return ran ? 0 : 1;
}
