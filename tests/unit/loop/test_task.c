#include "loop/task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct loop *loop;
static int order[8];
static size_t count;

static void
sleep_and_note(void *argument)
{
    const int delay_ms = *(const int *)argument;
    if (delay_ms > 0)
        fiber_sleep(delay_ms);
    order[count++] = delay_ms;
}

static void
start_two_and_join(void *argument)
{
    static const int delays[] = { 30, 10, 0 };
    struct task tasks[3] = { 0 };
    struct tn_error error = { 0 };
    for (size_t i = 0; i < 3; i++)
        assert_true(task_start(&tasks[i], sleep_and_note, (void *)(uintptr_t)&delays[i], &error));
    for (size_t i = 0; i < 3; i++) {
        task_join(&tasks[i]);
        task_join(&tasks[i]);
    }
    task_join(&(struct task){ 0 });
    *(bool *)argument = count == 3;
    loop_stop(loop);
}

static void
tasks_run_side_by_side_and_are_waited_for(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    bool all_were_done = false;
    assert_true(loop_new(&loop, &error));
    assert_true(fiber_start(loop, start_two_and_join, &all_were_done, &error));
    loop_run(loop);
    loop_free(loop);

    assert_true(all_were_done);
    assert_int_equal(order[0], 0);
    assert_int_equal(order[1], 10);
    assert_int_equal(order[2], 30);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_run_side_by_side_and_are_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
