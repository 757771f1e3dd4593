/* A piece of work in a fiber of its own, which another fiber starts, goes on beside, and joins:
 * two questions to the database in the time of one. */
#pragma once

#include "loop/fiber.h"

/* In the memory of who starts it, which must not end before task_join. Begins as { 0 }. */
struct task {
    void (*run)(void *argument);
    void *argument;
    bool is_running;
    struct fiber *waiting;
};

/* From a fiber: run `run(argument)` beside it. Fails when no stack can be had. */
MUST_USE bool
task_start(struct task *task, void (*run)(void *argument), void *argument, struct tn_error *error);
/* From the same fiber: wait until it is done. Accepts { 0 } and a second call. */
void task_join(struct task *task);
