/* A fiber whose stack is full writes into its guard page. The kernel's word for that is SIGSEGV,
 * which tells nobody what to do; so it is said before the process ends as it would have. */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/inside.h"

/* Room for the handler, and for a sanitizer's around it: the fiber's own stack has none left. */
#define HANDLER_STACK_BYTES (64 * 1024)

static _Thread_local void *handler_stack;
static _Thread_local stack_t stack_before;
static struct sigaction segv_before;
static struct sigaction bus_before;
static pthread_mutex_t handling = PTHREAD_MUTEX_INITIALIZER;

static void
say(const char *text)
{
    const ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

static void
fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (fiber_guard_holds(info->si_addr))
        say("tenantry: a fiber's stack is full: a handler has too much on it, or calls itself too "
            "deep (see FIBER_STACK_BYTES)\n");

    /* The same fault again, now for whoever had it before: the kernel, or a sanitizer. */
    sigaction(number, number == SIGBUS ? &bus_before : &segv_before, NULL);
}

static void
handle(int number, struct sigaction *before)
{
    const struct sigaction action = { .sa_sigaction = fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    struct sigaction now;

    sigaction(number, NULL, &now);
    if (now.sa_sigaction == fault)
        return;

    *before = now;
    sigaction(number, &action, NULL);
}

/* Handlers are the process's, their stack is the thread's. */
void
guard_begin(void)
{
    handler_stack = malloc(HANDLER_STACK_BYTES);
    if (!handler_stack)
        return;

    const stack_t stack = { .ss_sp = handler_stack, .ss_size = HANDLER_STACK_BYTES };
    sigaltstack(&stack, &stack_before);
    pthread_mutex_lock(&handling);
    handle(SIGSEGV, &segv_before);
    handle(SIGBUS, &bus_before);
    pthread_mutex_unlock(&handling);
}

void
guard_end(void)
{
    if (!handler_stack)
        return;

    sigaltstack(&stack_before, NULL);
    free(handler_stack);
    handler_stack = NULL;
}
