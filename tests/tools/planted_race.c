/* A race that is meant: fibers of two loops count in one place without a lock. `make torture` wants
 * ThreadSanitizer to say so; one that is silent here would be silent about the server too. */
#include <pthread.h>
#include <stdio.h>

#include "loop/fiber.h"

enum { TURNS = 1000 };

static long counted; /* by everybody, with nothing between them */

static void
count(void *argument)
{
    for (int i = 0; i < TURNS; i++) {
        counted++;
        fiber_sleep(0);
    }
    loop_stop(argument);
}

static void *
run(void *argument)
{
    struct tn_error error = { 0 };
    struct loop *loop;
    if (!loop_new(&loop, &error) || !fiber_start(loop, count, loop, &error))
        return NULL;

    loop_run(loop);
    loop_free(loop);
    return argument;
}

int
main(void)
{
    pthread_t other;
    if (pthread_create(&other, NULL, run, NULL) != 0)
        return 1;

    run(NULL);
    pthread_join(other, NULL);
    printf("counted %ld\n", counted);
    return 0;
}
