#include "loop/worker.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "loop/fiber.h"

static struct loop *loop;
static struct worker_pool *pool;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* closed: no work ends */
static int refused;
static int finished;

static void
stop_when_alone(struct loop_hook *hook)
{
    (void)hook;
    if (fiber_count(loop) == 0)
        loop_stop(loop);
}

static struct loop_hook hook = { .run = stop_when_alone };

static int
set_up(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    refused = 0;
    finished = 0;
    if (!loop_new(&loop, &error) || !worker_pool_new(2, 8, &pool, &error))
        return -1;

    loop_before_sleep(loop, &hook);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    worker_pool_free(pool);
    loop_free(loop);
    return 0;
}

struct sum {
    pthread_t loop_thread;
    int a, b, answer;
};

static void
add_behind_the_gate(void *argument)
{
    struct sum *sum = argument;
    assert_false(pthread_equal(pthread_self(), sum->loop_thread));
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    sum->answer = sum->a + sum->b;
}

static void
adds(void *argument)
{
    struct sum sum = { .loop_thread = pthread_self(), .a = (int)(intptr_t)argument, .b = 1 };
    struct tn_error error = { 0 };
    if (!worker_run(pool, add_behind_the_gate, &sum, &error)) {
        assert_int_equal(error.code, TN_OVERLOADED);
        refused++;
        return;
    }
    assert_int_equal(sum.answer, sum.a + 1);
    finished++;
}

static void
a_fiber_waits_for_its_work_and_a_full_queue_is_told(void **state)
{
    (void)state;
    struct tn_error error = { 0 };

    pthread_mutex_lock(&gate);
    for (intptr_t i = 0; i < 40; i++)
        assert_true(fiber_start(loop, adds, (void *)i, &error));
    pthread_mutex_unlock(&gate);
    loop_run(loop);

    /* Eight in the queue, and up to one that each of the two threads took from it meanwhile. */
    assert_int_equal(finished + refused, 40);
    assert_in_range(finished, 8, 10);
}

static void
asks_while_it_holds_a_lease(void *argument)
{
    (void)argument;
    struct sum sum = { .loop_thread = pthread_self() };
    struct tn_error error = { 0 };
    fiber_set_holds_lease(fiber_current(), true);
    assert_false(worker_run(pool, add_behind_the_gate, &sum, &error));
    assert_int_equal(error.code, TN_BUSY);
    fiber_set_holds_lease(fiber_current(), false);
    finished++;
}

static void
a_fiber_with_a_lease_may_not_wait_for_a_worker(void **state)
{
    (void)state;
    struct tn_error error = { 0 };

    assert_true(fiber_start(loop, asks_while_it_holds_a_lease, NULL, &error));

    assert_int_equal(finished, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_fiber_waits_for_its_work_and_a_full_queue_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_fiber_with_a_lease_may_not_wait_for_a_worker, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("loop/worker", tests, NULL, NULL);
}
