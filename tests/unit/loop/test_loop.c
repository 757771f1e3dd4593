#include "loop/loop.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cmocka.h>

static struct loop *loop;

static int
set_up(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    return loop_new(&loop, &error) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    return 0;
}

struct pipe_end {
    struct watch watch;
    struct pipe_end *other;
    int write_fd;
    int ready_count;
};

static void
pipe_open(struct pipe_end *end, void (*ready)(struct watch *watch, uint32_t events))
{
    int fds[2];
    struct tn_error error = { 0 };
    assert_int_equal(pipe(fds), 0);
    *end = (struct pipe_end){ .watch = { .fd = fds[0], .ready = ready }, .write_fd = fds[1] };
    assert_true(loop_watch(loop, &end->watch, EPOLLIN, &error));
    assert_int_equal(write(end->write_fd, "x", 1), 1);
}

static void
pipe_close(struct pipe_end *end)
{
    loop_unwatch(loop, &end->watch);
    close(end->watch.fd);
    close(end->write_fd);
}

static void
unwatches_the_other(struct watch *watch, uint32_t events)
{
    struct pipe_end *end = CONTAINER_OF(watch, struct pipe_end, watch);
    assert_true(events & EPOLLIN);
    end->ready_count++;
    loop_unwatch(loop, &end->other->watch);
    loop_unwatch(loop, watch);
    loop_stop(loop);
}

static void
a_watch_that_is_gone_is_not_called_in_the_same_turn(void **state)
{
    (void)state;
    struct pipe_end first;
    struct pipe_end second;
    pipe_open(&first, unwatches_the_other);
    pipe_open(&second, unwatches_the_other);
    first.other = &second;
    second.other = &first;

    loop_run(loop);

    assert_int_equal(first.ready_count + second.ready_count, 1);
    pipe_close(&first);
    pipe_close(&second);
}

enum { THREADS = 4, MESSAGES = 1000 };

struct numbered {
    struct loop_message message;
    int thread;
    int number;
};

static int next_number[THREADS];
static int delivered;
static struct numbered messages[THREADS][MESSAGES];

static void
deliver(struct loop_message *message)
{
    const struct numbered *numbered = CONTAINER_OF(message, struct numbered, message);
    assert_ptr_equal(loop_current(), loop);
    assert_int_equal(numbered->number, next_number[numbered->thread]++);
    if (++delivered == THREADS * MESSAGES)
        loop_stop(loop);
}

static void *
post_many(void *argument)
{
    const int thread = (int)(intptr_t)argument;
    for (int i = 0; i < MESSAGES; i++) {
        messages[thread][i] =
            (struct numbered){ .message.deliver = deliver, .thread = thread, .number = i };
        loop_post(loop, &messages[thread][i].message);
    }
    return NULL;
}

static void
messages_of_other_threads_come_once_and_in_order(void **state)
{
    (void)state;
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, post_many, (void *)(intptr_t)i), 0);
    loop_run(loop);

    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(delivered, THREADS * MESSAGES);
    assert_null(loop_current());
}

static void
stop_on_alarm(int signal_number)
{
    (void)signal_number;
    loop_stop(loop);
}

static void
a_signal_handler_stops_a_loop_that_sleeps(void **state)
{
    (void)state;
    const struct sigaction action = { .sa_handler = stop_on_alarm, .sa_flags = SA_RESTART };
    sigaction(SIGALRM, &action, NULL);

    ualarm(20000, 0);
    loop_run(loop);

    signal(SIGALRM, SIG_DFL);
}

static char order[8];
static int order_count;

static void
first_hook(struct loop_hook *hook)
{
    (void)hook;
    order[order_count++] = '1';
}

static void
second_hook(struct loop_hook *hook)
{
    (void)hook;
    order[order_count++] = '2';
    loop_stop(loop);
}

static void
hooks_run_before_sleep_in_order(void **state)
{
    (void)state;
    struct loop_hook first = { .run = first_hook };
    struct loop_hook second = { .run = second_hook };
    loop_before_sleep(loop, &first);
    loop_before_sleep(loop, &second);

    loop_run(loop);
    loop_forget_hook(loop, &first);
    loop_run(loop);
    loop_forget_hook(loop, &second);

    assert_memory_equal(order, "122", 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_watch_that_is_gone_is_not_called_in_the_same_turn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            messages_of_other_threads_come_once_and_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_signal_handler_stops_a_loop_that_sleeps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hooks_run_before_sleep_in_order, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("loop/loop", tests, NULL, NULL);
}
