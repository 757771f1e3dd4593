#include "engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

struct loop *engine_loop;
struct pool *engine_pool;

void
engine_start(const struct pool_options *options, const char *sql)
{
    struct tn_error error = { 0 };
    struct pool_options with_url = *options;
    if (!with_url.url)
        with_url.url = fixture_database();
    if (sql)
        fixture_run(sql);
    assert_true(loop_new(&engine_loop, &error));
    assert_true(pool_new(engine_loop, &with_url, &engine_pool, &error));
}

int
engine_stop(void **state)
{
    (void)state;
    /* A test that failed within a fiber left it there: let its message be the last word. */
    if (fiber_count(engine_loop) > 0)
        return 0;

    pool_free(engine_pool);
    loop_free(engine_loop);
    engine_pool = NULL;
    engine_loop = NULL;
    return 0;
}

void
engine_fiber(void (*body)(void *argument), void *argument)
{
    struct tn_error error = { 0 };
    assert_true(fiber_start(engine_loop, body, argument, &error));
}

static void
stop_when_alone(struct loop_hook *hook)
{
    (void)hook;
    if (fiber_count(engine_loop) == 0)
        loop_stop(engine_loop);
}

void
engine_run(void)
{
    struct loop_hook hook = { .run = stop_when_alone };
    loop_before_sleep(engine_loop, &hook);
    loop_run(engine_loop);
    loop_forget_hook(engine_loop, &hook);
}
