#include "loop/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/time.h"

enum { MANY = 500 };

struct probe {
    struct timer timer;
    int64_t asked_ms; /* when it should fire at the earliest */
    int fired;
};

static struct loop *loop;
static int64_t last_fired_ms;
static int to_come;

static void
fired(struct timer *timer)
{
    struct probe *probe = CONTAINER_OF(timer, struct probe, timer);
    const int64_t now_ms = time_monotonic_ms();
    assert_true(now_ms >= probe->asked_ms);
    assert_true(probe->asked_ms >= last_fired_ms);
    assert_int_equal(timer->due_ms, 0);
    last_fired_ms = probe->asked_ms;
    probe->fired++;
    if (--to_come == 0)
        loop_stop(loop);
}

static void
timers_fire_once_in_order_and_cancelled_ones_do_not(void **state)
{
    (void)state;
    static struct probe probes[MANY];
    struct tn_error error = { 0 };
    assert_true(loop_new(&loop, &error));
    srand(7);
    to_come = 0;
    last_fired_ms = 0;

    for (int i = 0; i < MANY; i++) {
        const int delay_ms = 5 + rand() % 40;
        probes[i] = (struct probe){ .timer.fire = fired };
        timer_start(loop, &probes[i].timer, delay_ms + 1000);
        timer_start(loop, &probes[i].timer, delay_ms); /* again: only the last one counts */
        probes[i].asked_ms = probes[i].timer.due_ms;
        to_come++;
    }
    for (int i = 0; i < MANY; i += 3) {
        timer_cancel(loop, &probes[i].timer);
        timer_cancel(loop, &probes[i].timer);
        to_come--;
    }
    loop_run(loop);

    for (int i = 0; i < MANY; i++)
        assert_int_equal(probes[i].fired, i % 3 == 0 ? 0 : 1);
    loop_free(loop);
}

static struct timer again;
static int times;

static void
starts_itself_again(struct timer *timer)
{
    if (++times < 3)
        timer_start(loop, timer, 0);
    else
        loop_stop(loop);
}

static void
a_timer_may_start_itself_again(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    assert_true(loop_new(&loop, &error));
    again = (struct timer){ .fire = starts_itself_again };

    timer_start(loop, &again, 0);
    loop_run(loop);

    assert_int_equal(times, 3);
    loop_free(loop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_once_in_order_and_cancelled_ones_do_not),
        cmocka_unit_test(a_timer_may_start_itself_again),
    };
    return cmocka_run_group_tests_name("loop/timer", tests, NULL, NULL);
}
