/* A fiber whose stack is full writes into its guard page. The kernel's word for that is SIGSEGV,
 * which tells nobody what to do; so it is said before the process ends as it would have. */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/inside.h"
#include "loop/tools.h"

/* Room for the handler: the fiber's own stack has none left. */
#define HANDLER_STACK_BYTES (16 * 1024)

static _Thread_local void *handler_stack;

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

    /* The same fault again, now for the kernel. */
    signal(number, SIG_DFL);
}

void
guard_begin(void)
{
#if defined(TOOLS_ASAN) || defined(TOOLS_TSAN)
    /* These have handlers of their own, which say more. */
    return;
#endif
    handler_stack = malloc(HANDLER_STACK_BYTES);
    if (!handler_stack)
        return;

    const stack_t stack = { .ss_sp = handler_stack, .ss_size = HANDLER_STACK_BYTES };
    sigaltstack(&stack, NULL);
    struct sigaction action = { .sa_sigaction = fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

void
guard_end(void)
{
    if (!handler_stack)
        return;

    const stack_t none = { .ss_flags = SS_DISABLE };
    sigaltstack(&none, NULL);
    free(handler_stack);
    handler_stack = NULL;
}
