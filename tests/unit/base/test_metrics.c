#include "base/metrics.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void *
count_in_a_thread(void *argument)
{
    struct tn_error error = { 0 };
    const bool begun = metrics_thread_begin(&error);
    for (int i = 0; begun && i < 1000; i++)
        metric_add(METRIC_FLIGHTS, 4, 1);
    return argument;
}

static void
numbers_of_all_threads_are_summed(void **state)
{
    (void)state;
    pthread_t threads[3];
    const int64_t before = metric_total(METRIC_FLIGHTS, 4);

    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_in_a_thread, NULL), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);

    assert_int_equal(metric_total(METRIC_FLIGHTS, 4) - before, 3000);
    assert_int_equal(metric_total(METRIC_FLIGHTS, 3), 0);
}

static void
who_did_not_begin_counts_nothing(void **state)
{
    (void)state;
    struct metrics *mine = metrics_of_thread;
    metrics_of_thread = NULL;

    metric_add(METRIC_REQUESTS, 1, 1);

    metrics_of_thread = mine;
    assert_int_equal(metric_total(METRIC_REQUESTS, 1), 0);
}

static void
the_text_is_openmetrics(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    struct buffer out;
    buffer_init(&out, arena, 1024);

    metric_add(METRIC_REQUESTS, 4, 7);
    metric_add(METRIC_CONNECTIONS, 0, 3);
    metric_add(METRIC_CONNECTIONS, 0, -1);
    metric_observe(METRIC_LEASE_SECONDS, 1, 400);
    metric_observe(METRIC_LEASE_SECONDS, 1, 30000);
    metric_observe(METRIC_LEASE_SECONDS, 1, 99000000);
    metrics_write(&out);

    assert_non_null(strstr(out.data, "# TYPE tenantry_http_requests counter\n"));
    assert_non_null(strstr(out.data, "\ntenantry_http_requests_total{class=\"5xx\"} 7\n"));
    assert_non_null(strstr(out.data, "\ntenantry_http_connections 2\n"));
    assert_non_null(strstr(out.data, "# UNIT tenantry_lease_duration_seconds seconds\n"));
    static const char *const lines[] = {
        "_bucket{plane=\"tenant\",le=\"0.0005\"} 1\n",
        "_bucket{plane=\"tenant\",le=\"0.025\"} 1\n",
        "_bucket{plane=\"tenant\",le=\"0.05\"} 2\n",
        "_bucket{plane=\"tenant\",le=\"10\"} 2\n",
        "_bucket{plane=\"tenant\",le=\"+Inf\"} 3\n",
        "_count{plane=\"tenant\"} 3\n",
        "_sum{plane=\"tenant\"} 99.030400\n",
        "_count{plane=\"identity\"} 0\n",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        char line[128];
        snprintf(line, sizeof line, "\ntenantry_lease_duration_seconds%s", lines[i]);
        assert_non_null(strstr(out.data, line));
    }
    assert_string_equal(out.data + out.length - 6, "# EOF\n");
    arena_free(arena);
}

static int
begin(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    return metrics_thread_begin(&error) ? 0 : 1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_all_threads_are_summed),
        cmocka_unit_test(who_did_not_begin_counts_nothing),
        cmocka_unit_test(the_text_is_openmetrics),
    };
    return cmocka_run_group_tests_name("base/metrics", tests, begin, NULL);
}
