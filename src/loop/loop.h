/* The loop: one thread, one epoll, the fibers that run on it.
 *
 * Loops share nothing; everything here but loop_stop and loop_post belongs to the loop's own
 * thread. Order of a turn: ready descriptors, due timers, posted messages, ready fibers until none
 * is left, then the before-sleep hooks (which send what the fibers queued), then sleep. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct loop;

/* Free with loop_free; nothing may still be watched or running on it. */
MUST_USE bool loop_new(struct loop **ret_loop, struct tn_error *error);
void loop_free(struct loop *loop);
/* Run until loop_stop. */
void loop_run(struct loop *loop);
/* From any thread, and from a signal handler. */
void loop_stop(struct loop *loop);
/* The loop that runs on this thread, NULL on others. */
struct loop *loop_current(void);

/* A descriptor that is watched, level-triggered. Lives in its owner; CONTAINER_OF finds that. */
struct watch {
    int fd;
    void (*ready)(struct watch *watch, uint32_t events); /* EPOLLIN and so on; may unwatch itself */
};
MUST_USE bool
loop_watch(struct loop *loop, struct watch *watch, uint32_t events, struct tn_error *error);
void loop_watch_events(struct loop *loop, struct watch *watch, uint32_t events);
void loop_unwatch(struct loop *loop, struct watch *watch);

/* Called at the end of each turn, in the order of their registration. */
struct loop_hook {
    void (*run)(struct loop_hook *hook);
    struct loop_hook *next;
};
void loop_before_sleep(struct loop *loop, struct loop_hook *hook);
/* Likewise, but before those that are registered: for who starts fibers, whose work the others
 * send. */
void loop_before_sleep_first(struct loop *loop, struct loop_hook *hook);
void loop_forget_hook(struct loop *loop, struct loop_hook *hook);

/* A message from another thread: `deliver` runs on the loop. The message is the sender's until
 * then. */
struct loop_message {
    void (*deliver)(struct loop_message *message);
    struct loop_message *next;
};
void loop_post(struct loop *loop, struct loop_message *message);

/* A timer, in its owner. It fires once. */
struct timer {
    int64_t due_ms; /* monotonic; 0 when it is not set */
    void (*fire)(struct timer *timer);
    size_t heap_index;
};
void timer_start(struct loop *loop, struct timer *timer, int64_t delay_ms);
void timer_cancel(struct loop *loop, struct timer *timer);
