#include "loop/fiber.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop/inside.h"

static struct loop *loop;
static char story[64];

static void
tell(char letter)
{
    const size_t length = strlen(story);
    assert_true(length + 1 < sizeof story);
    story[length] = letter;
    story[length + 1] = '\0';
}

static int
set_up(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    story[0] = '\0';
    return loop_new(&loop, &error) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    return 0;
}

static void
start(void (*body)(void *argument), void *argument)
{
    struct tn_error error = { 0 };
    assert_true(fiber_start(loop, body, argument, &error));
}

static void
stop_when_alone(struct loop_hook *hook)
{
    (void)hook;
    if (fiber_count(loop) == 0)
        loop_stop(loop);
}

static void
run_until_all_ended(void)
{
    struct loop_hook hook = { .run = stop_when_alone };
    loop_before_sleep(loop, &hook);
    loop_run(loop);
    loop_forget_hook(loop, &hook);
}

static void
waits_once(void *argument)
{
    tell('a');
    *(struct fiber **)argument = fiber_current();
    fiber_wait();
    tell('c');
}

static void
a_fiber_runs_at_once_until_it_waits_and_goes_on_when_woken(void **state)
{
    (void)state;
    struct fiber *fiber = NULL;

    start(waits_once, &fiber);
    tell('b');
    assert_null(fiber_current());
    fiber_wake(fiber);
    run_until_all_ended();

    assert_string_equal(story, "abc");
}

static void
starts_another(void *argument)
{
    struct fiber *self = fiber_current();
    tell('1');
    start(waits_once, argument);
    tell('2');
    assert_ptr_equal(fiber_current(), self);
    fiber_wake(*(struct fiber **)argument);
    fiber_sleep(0);
    tell('3');
}

static void
a_fiber_may_start_another(void **state)
{
    (void)state;
    struct fiber *inner = NULL;

    start(starts_another, &inner);
    run_until_all_ended();

    assert_string_equal(story, "1a2c3");
}

static void
wakes_itself_first(void *argument)
{
    (void)argument;
    fiber_wake(fiber_current());
    fiber_wait();
    tell('x');
}

static void
a_wake_before_the_wait_is_not_lost(void **state)
{
    (void)state;

    start(wakes_itself_first, NULL);

    assert_string_equal(story, "x");
    assert_int_equal(fiber_count(loop), 0);
}

static void
fills_its_stack_and_sleeps(void *argument)
{
    char memory[64 * 1024];
    const char mine = (char)(intptr_t)argument;
    memset(memory, mine, sizeof memory);
    fiber_sleep((intptr_t)argument % 3);
    for (size_t i = 0; i < sizeof memory; i++)
        assert_int_equal(memory[i], mine);
}

static void
a_thousand_fibers_keep_their_stacks_apart(void **state)
{
    (void)state;

    for (int round = 0; round < 2; round++) {
        for (intptr_t i = 0; i < 1000; i++)
            start(fills_its_stack_and_sleeps, (void *)i);
        assert_int_equal(fiber_count(loop), 1000);
        run_until_all_ended();
    }
}

static int
digs(volatile char *above, int depth)
{
    volatile char here[1024];
    here[0] = above[0];
    return depth == 0 ? here[0] : digs(here, depth - 1) + here[0];
}

static void
overflows(void *argument)
{
    volatile char start_of_stack[1] = { 1 };
    *(volatile int *)argument = digs(start_of_stack, 1 << 20);
}

static void
a_stack_that_overflows_ends_the_process_and_says_so(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        int sum = 0;
        struct tn_error error = { 0 };
        signal(SIGSEGV, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        guard_begin();
        _exit(fiber_start(loop, overflows, &sum, &error) ? 0 : 1);
    }

    int status = 0;
    char said[1024] = "";
    close(ends[1]);
    assert_true(read(ends[0], said, sizeof said - 1) > 0);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!strstr(said, "a fiber's stack is full") && !strstr(said, "Sanitizer"))
        fail_msg("it said \"%s\"", said);

    /* A sanitizer makes an exit of it. */
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) > 1);
}

static void
uses_some_of_its_stack(void *argument)
{
    volatile char start_of_stack[1] = { 1 };
    *(volatile int *)argument = digs(start_of_stack, 40);
}

static void
what_fibers_use_of_their_stacks_is_measured(void **state)
{
    (void)state;
    int sum = 0;
    start(uses_some_of_its_stack, &sum);
    run_until_all_ended();

    print_message("# 40 frames of 1 KiB: %zu bytes of stack\n", fiber_stack_used(loop));
    assert_in_range(fiber_stack_used(loop), 40 * 1024, FIBER_STACK_BYTES);
}

/* --- what a switch keeps ---------------------------------------------------------------------- */

struct sums {
    long long whole;
    double broken;
};

/* More values at once than there are registers that a call keeps. */
static void
adds_up(void *argument)
{
    struct sums *sums = argument;
    long long a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
    double x = 0.5, y = 1.5;
    for (int i = 0; i < 10; i++) {
        fiber_sleep(0);
        a += b, b += c, c += d, d += e, e += f, f += g, g += h, h += i;
        x += y, y *= 2;
    }
    *sums = (struct sums){ a + b + c + d + e + f + g + h, x + y };
}

static void
fibers_that_take_turns_keep_their_values(void **state)
{
    (void)state;
    struct sums sums[8] = { 0 };

    for (size_t i = 0; i < COUNT_OF(sums); i++)
        start(adds_up, &sums[i]);
    run_until_all_ended();

    for (size_t i = 0; i < COUNT_OF(sums); i++) {
        assert_true(sums[i].whole == sums[0].whole && sums[i].whole != 0);
        assert_true(sums[i].broken == 0.5 + 1.5 * 1023 + 1.5 * 1024);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_fiber_runs_at_once_until_it_waits_and_goes_on_when_woken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fiber_may_start_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wake_before_the_wait_is_not_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            fibers_that_take_turns_keep_their_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_thousand_fibers_keep_their_stacks_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_fibers_use_of_their_stacks_is_measured, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_stack_that_overflows_ends_the_process_and_says_so, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("loop/fiber", tests, NULL, NULL);
}
