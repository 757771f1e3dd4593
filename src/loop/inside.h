/* What the files of this folder know of a loop, and nobody else. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>

#include "loop/fiber.h"
#include "loop/loop.h"

#define LOOP_EVENTS 128

struct timer_heap {
    struct timer **timers; /* each knows its place, heap_index; the first is due first */
    size_t count;
    size_t capacity;
};

struct loop {
    int epoll_fd;
    struct watch bell; /* an eventfd: loop_stop and loop_post ring it */
    atomic_bool is_stopped;

    struct epoll_event events[LOOP_EVENTS]; /* of this turn; [event_at, event_count) are to come */
    int event_at;
    int event_count;

    struct timer_heap heap;
    struct loop_hook *hooks;

    pthread_mutex_t post_lock;
    struct loop_message *posted; /* under post_lock; oldest first */
    struct loop_message **posted_end;

    struct fiber *ready; /* oldest first */
    struct fiber **ready_end;
    struct fiber *spare; /* ended, for the next fiber_start */
    size_t spare_count;
    size_t fiber_count;
};

/* Fire the timers that are due. */
void timers_run(struct loop *loop);
/* Milliseconds until the first timer is due, -1 when there is none. */
int timers_wait_ms(const struct loop *loop);
/* Run ready fibers until none is left. */
void fibers_run(struct loop *loop);
/* Is it an address in the guard page of the fiber that runs now? */
bool fiber_guard_holds(const void *address);
/* For the thread that runs a loop: say what it was when a stack is full. */
void guard_begin(void);
void guard_end(void);
/* Give back the stacks of ended fibers. */
void fibers_free(struct loop *loop);
