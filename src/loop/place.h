/* A place to go on at: a stack and the registers that a call keeps.
 *
 * ucontext asks the kernel for the signal mask at every switch. Fibers keep their thread's mask, so
 * that here a switch is a handful of instructions and no system call. On processors for which these
 * are not written, where calls are checked by a shadow stack, and under ThreadSanitizer, ucontext
 * does it. */
#pragma once

#include <stddef.h>

#include "loop/tools.h"

#if defined(__CET__) && (__CET__ & 2)
#define PLACE_UCONTEXT 1
#elif defined(TOOLS_TSAN)
#define PLACE_UCONTEXT 1
#elif !defined(__x86_64__) && !defined(__aarch64__)
#define PLACE_UCONTEXT 1
#endif

#ifdef PLACE_UCONTEXT
#include <ucontext.h>

struct place {
    ucontext_t context;
};
#else
struct place {
    void *stack; /* lowest address in use; the registers lie there */
};
#endif

/* The first switch to it runs `entry`, which must never return, on this memory. */
void place_prepare(struct place *place, void *bottom, size_t bytes, void (*entry)(void));
/* Go on at `to`; it returns when somebody goes on at `from`. */
void place_switch(struct place *from, struct place *to);
