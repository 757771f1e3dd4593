#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "loop/inside.h"

static void
place(struct timer_heap *heap, size_t index, struct timer *timer)
{
    heap->timers[index] = timer;
    timer->heap_index = index;
}

static void
sift_up(struct timer_heap *heap, size_t index, struct timer *timer)
{
    while (index > 0) {
        const size_t parent = (index - 1) / 2;
        if (heap->timers[parent]->due_ms <= timer->due_ms)
            break;

        place(heap, index, heap->timers[parent]);
        index = parent;
    }
    place(heap, index, timer);
}

static void
sift_down(struct timer_heap *heap, size_t index, struct timer *timer)
{
    while (true) {
        size_t child = 2 * index + 1;
        if (child >= heap->count)
            break;

        if (child + 1 < heap->count &&
            heap->timers[child + 1]->due_ms < heap->timers[child]->due_ms)
            child++;
        if (timer->due_ms <= heap->timers[child]->due_ms)
            break;

        place(heap, index, heap->timers[child]);
        index = child;
    }
    place(heap, index, timer);
}

static void
heap_grow(struct timer_heap *heap)
{
    const size_t capacity = heap->capacity ? heap->capacity * 2 : 64;
    struct timer **timers = realloc(heap->timers, capacity * sizeof(struct timer *));
    if (!timers) {
        fprintf(stderr, "tenantry: out of memory (for %zu timers)\n", capacity);
        abort();
    }
    heap->timers = timers;
    heap->capacity = capacity;
}

void
timer_start(struct loop *loop, struct timer *timer, int64_t delay_ms)
{
    timer_cancel(loop, timer);

    struct timer_heap *heap = &loop->heap;
    if (heap->count == heap->capacity)
        heap_grow(heap);

    /* Never due at once: a timer that starts itself again must not keep timers_run for ever. */
    timer->due_ms = time_monotonic_ms() + (delay_ms > 1 ? delay_ms : 1);
    heap->count++;
    sift_up(heap, heap->count - 1, timer);
}

void
timer_cancel(struct loop *loop, struct timer *timer)
{
    if (timer->due_ms == 0)
        return;

    struct timer_heap *heap = &loop->heap;
    const size_t index = timer->heap_index;
    assert(index < heap->count && heap->timers[index] == timer);

    timer->due_ms = 0;
    heap->count--;
    struct timer *last = heap->timers[heap->count];
    if (last == timer)
        return;

    if (index > 0 && last->due_ms < heap->timers[(index - 1) / 2]->due_ms)
        sift_up(heap, index, last);
    else
        sift_down(heap, index, last);
}

void
timers_run(struct loop *loop)
{
    if (loop->heap.count == 0)
        return;

    const int64_t now_ms = time_monotonic_ms();
    while (loop->heap.count > 0 && loop->heap.timers[0]->due_ms <= now_ms) {
        struct timer *timer = loop->heap.timers[0];
        timer_cancel(loop, timer);
        timer->fire(timer);
    }
}

int
timers_wait_ms(const struct loop *loop)
{
    if (loop->heap.count == 0)
        return -1;

    const int64_t wait_ms = loop->heap.timers[0]->due_ms - time_monotonic_ms();
    if (wait_ms <= 0)
        return 0;

    return wait_ms < INT_MAX ? (int)wait_ms : INT_MAX;
}
