#include "loop/fiber.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/metrics.h"
#include "loop/inside.h"
#include "loop/place.h"
#include "loop/tools.h"

#define SPARE_MAX 256

/* Lies at the top of its own stack's memory: one mapping a fiber, its guard page lowest. */
struct fiber {
    struct loop *loop;
    struct fiber *next;    /* in the loop's list of ready or of spare ones */
    struct fiber *starter; /* who ran when this one was switched to; NULL: the loop */
    void (*body)(void *argument);
    void *argument;
    void *owner;
    bool is_waiting;
    bool was_woken; /* before it waited: its next fiber_wait returns at once */
    bool is_over;
    bool holds_lease;
    enum tn_error_code abandoned; /* TN_NO_ERROR: it was not */
    struct fiber_hope *hope;      /* while it waits for what may end early */
    struct place here;            /* where it goes on */
    struct place back;            /* where its wait returns to */
    struct tools_stack tools;
};

static _Thread_local struct fiber *current;

static size_t
guard_bytes(void)
{
    static _Thread_local size_t bytes;
    if (bytes == 0)
        bytes = (size_t)sysconf(_SC_PAGESIZE);
    return bytes;
}

static size_t
head_bytes(void)
{
    return (sizeof(struct fiber) + 63) / 64 * 64;
}

static char *
mapping_of(struct fiber *fiber)
{
    return (char *)fiber + head_bytes() - guard_bytes() - FIBER_STACK_BYTES;
}

static struct fiber *
fiber_map(struct tn_error *error)
{
    const size_t bytes = guard_bytes() + FIBER_STACK_BYTES;
    char *mapping = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (mapping == MAP_FAILED) {
        error_set(error, TN_OVERLOADED, "a fiber's stack: %s", strerror(errno));
        return NULL;
    }
    if (mprotect(mapping, guard_bytes(), PROT_NONE) != 0) {
        error_set(error, TN_OVERLOADED, "a fiber's guard page: %s", strerror(errno));
        munmap(mapping, bytes);
        return NULL;
    }

    struct fiber *fiber = (struct fiber *)(void *)(mapping + bytes - head_bytes());
    tools_stack_new(&fiber->tools, mapping + guard_bytes(), FIBER_STACK_BYTES - head_bytes());
    return fiber;
}

static void
fiber_unmap(struct fiber *fiber)
{
    tools_stack_free(&fiber->tools);
    munmap(mapping_of(fiber), guard_bytes() + FIBER_STACK_BYTES);
}

/* What a new fiber needs: a stack used before, or a new one. */
static struct fiber *
fiber_take(struct loop *loop, struct tn_error *error)
{
    struct fiber *fiber = loop->spare;
    if (!fiber)
        return fiber_map(error);

    loop->spare = fiber->next;
    loop->spare_count--;
    tools_stack_reuse(&fiber->tools);
    return fiber;
}

static void
fiber_put_away(struct fiber *fiber)
{
    struct loop *loop = fiber->loop;
    loop->fiber_count--;
    metric_add(METRIC_FIBERS, 0, -1);
    if (loop->spare_count >= SPARE_MAX) {
        fiber_unmap(fiber);
        return;
    }
    fiber->next = loop->spare;
    loop->spare = fiber;
    loop->spare_count++;
}

static void
fiber_entry(void)
{
    struct fiber *fiber = current;
    tools_arrive_first(&fiber->tools);
    fiber->body(fiber->argument);
    assert(!fiber->holds_lease);

    fiber->is_over = true;
    tools_leave_last(&fiber->tools);
    place_switch(&fiber->here, &fiber->back);
}

/* Run `fiber` until it waits or ends; then go on here. */
static void
switch_to(struct fiber *fiber)
{
    fiber->starter = current;
    current = fiber;
    void *fake_stack = tools_leave_to(&fiber->tools);
    place_switch(&fiber->back, &fiber->here);
    tools_return(fake_stack);
    current = fiber->starter;

    if (fiber->is_over)
        fiber_put_away(fiber);
}

bool
fiber_start(struct loop *loop, void (*body)(void *argument), void *argument, struct tn_error *error)
{
    struct fiber *fiber = fiber_take(loop, error);
    if (!fiber)
        return false;

    fiber->loop = loop;
    fiber->next = NULL;
    fiber->body = body;
    fiber->argument = argument;
    fiber->owner = NULL;
    fiber->is_waiting = false;
    fiber->was_woken = false;
    fiber->is_over = false;
    fiber->holds_lease = false;
    fiber->abandoned = TN_NO_ERROR;
    fiber->hope = NULL;

    place_prepare(&fiber->here, mapping_of(fiber) + guard_bytes(), FIBER_STACK_BYTES - head_bytes(),
        fiber_entry);
    loop->fiber_count++;
    metric_add(METRIC_FIBERS, 0, 1);
    switch_to(fiber);
    return true;
}

struct fiber *
fiber_current(void)
{
    return current;
}

struct loop *
fiber_loop(const struct fiber *fiber)
{
    return fiber->loop;
}

void *
fiber_owner(void)
{
    return current ? current->owner : NULL;
}

void
fiber_set_owner(void *owner)
{
    if (current)
        current->owner = owner;
}

void
fiber_wait(void)
{
    struct fiber *fiber = current;
    assert(fiber);
    if (fiber->was_woken) {
        fiber->was_woken = false;
        return;
    }

    fiber->is_waiting = true;
    tools_leave_back(&fiber->tools);
    place_switch(&fiber->here, &fiber->back);
    tools_arrive(&fiber->tools);
}

void
fiber_wake(struct fiber *fiber)
{
    if (!fiber->is_waiting) {
        fiber->was_woken = true;
        return;
    }

    struct loop *loop = fiber->loop;
    fiber->is_waiting = false;
    fiber->next = NULL;
    *loop->ready_end = fiber;
    loop->ready_end = &fiber->next;
}

void
fiber_abandon(struct fiber *fiber, enum tn_error_code reason)
{
    if (fiber->abandoned != TN_NO_ERROR)
        return;

    fiber->abandoned = reason;
    struct fiber_hope *hope = fiber->hope;
    fiber->hope = NULL;
    if (hope)
        hope->abandoned(hope);
}

bool
fiber_check(struct tn_error *error)
{
    if (!current || current->abandoned == TN_NO_ERROR)
        return true;

    return error_set(error, current->abandoned, "the work was given up");
}

void
fiber_wait_in_hope(struct fiber_hope *hope)
{
    struct fiber *fiber = current;
    fiber->hope = hope;
    fiber_wait();
    fiber->hope = NULL;
}

void
fibers_run(struct loop *loop)
{
    while (loop->ready) {
        struct fiber *fiber = loop->ready;
        loop->ready = fiber->next;
        if (!loop->ready)
            loop->ready_end = &loop->ready;
        switch_to(fiber);
    }
}

void
fibers_free(struct loop *loop)
{
    while (loop->spare) {
        struct fiber *fiber = loop->spare;
        loop->spare = fiber->next;
        fiber_unmap(fiber);
    }
    loop->spare_count = 0;
}

struct sleep {
    struct timer timer;
    struct fiber *fiber;
};

static void
sleep_is_over(struct timer *timer)
{
    fiber_wake(CONTAINER_OF(timer, struct sleep, timer)->fiber);
}

void
fiber_sleep(int64_t delay_ms)
{
    struct sleep sleep = { .timer.fire = sleep_is_over, .fiber = current };
    assert(current);
    timer_start(current->loop, &sleep.timer, delay_ms);
    fiber_wait();
}

bool
fiber_guard_holds(const void *address)
{
    if (!current)
        return false;

    const uintptr_t guard = (uintptr_t)mapping_of(current);
    return (uintptr_t)address >= guard && (uintptr_t)address < guard + guard_bytes();
}

/* Pages that were never touched are not there; the lowest that is tells how deep it went. */
static size_t
used_of(struct fiber *fiber)
{
    enum { PAGES_MAX = FIBER_STACK_BYTES / 4096 };
    unsigned char resident[PAGES_MAX];
    char *lowest = mapping_of(fiber) + guard_bytes();
    if (mincore(lowest, FIBER_STACK_BYTES, resident) != 0)
        return 0;

    size_t untouched = 0;
    while (untouched < FIBER_STACK_BYTES && !(resident[untouched / guard_bytes()] & 1))
        untouched += guard_bytes();
    return FIBER_STACK_BYTES - untouched;
}

size_t
fiber_stack_used(const struct loop *loop)
{
    size_t most = 0;
    for (struct fiber *fiber = loop->spare; fiber; fiber = fiber->next) {
        const size_t used = used_of(fiber);
        most = used > most ? used : most;
    }
    return most;
}

size_t
fiber_count(const struct loop *loop)
{
    return loop->fiber_count;
}

bool
fiber_holds_lease(void)
{
    return current && current->holds_lease;
}

void
fiber_set_holds_lease(struct fiber *fiber, bool holds)
{
    fiber->holds_lease = holds;
}
