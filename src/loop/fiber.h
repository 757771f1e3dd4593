/* Fibers: sequential code on the loop. A fiber runs until it waits; while it waits, others run.
 * Its stack is small (FIBER_STACK_BYTES) and ends in a guard page. */
#pragma once

#include "loop/loop.h"

struct fiber;

#define FIBER_STACK_BYTES (128 * 1024)

/* Run `body(argument)` as a fiber: at once, until it waits first or ends. Its memory is given back
 * when `body` returns. Fails when no stack can be had. */
MUST_USE bool fiber_start(
    struct loop *loop, void (*body)(void *argument), void *argument, struct tn_error *error);
/* The fiber that runs now, NULL outside of fibers. */
struct fiber *fiber_current(void);
/* The loop that it runs on. */
struct loop *fiber_loop(const struct fiber *fiber);
/* Give up the processor until somebody calls fiber_wake on this fiber. */
void fiber_wait(void);
/* Let a waiting fiber go on, in this turn of the loop. Exactly once for each fiber_wait. */
void fiber_wake(struct fiber *fiber);
/* Nobody wants what this fiber does any more, and why: what it waits for may end early, and what it
 * begins from now on is refused (fiber_check). Only the first time counts. */
void fiber_abandon(struct fiber *fiber, enum tn_error_code reason);
/* False with that reason when the fiber that runs now was abandoned. */
MUST_USE bool fiber_check(struct tn_error *error);
/* As fiber_wait; `abandoned` is called, on the loop, when the fiber is abandoned meanwhile. It may
 * wake the fiber, or hasten what will. */
struct fiber_hope {
    void (*abandoned)(struct fiber_hope *hope);
};
void fiber_wait_in_hope(struct fiber_hope *hope);

/* Wait `delay_ms` (at least one turn). */
void fiber_sleep(int64_t delay_ms);
/* On whose behalf a fiber runs, for who asks from deep below; NULL until somebody says so. Outside
 * of fibers NULL, and saying so is nothing. */
void *fiber_owner(void);
void fiber_set_owner(void *owner);
/* The most that a fiber of this loop had on its stack, in whole pages; of those whose stack is kept
 * for the next one. */
size_t fiber_stack_used(const struct loop *loop);
/* How many fibers of this loop have not ended. */
size_t fiber_count(const struct loop *loop);

/* Does the fiber that runs now hold a leased connection? While it does it may wait for PostgreSQL
 * only, not for a worker nor for a second lease. src/postgres says so. */
bool fiber_holds_lease(void);
void fiber_set_holds_lease(struct fiber *fiber, bool holds);
