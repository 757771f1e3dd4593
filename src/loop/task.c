#include "loop/task.h"

static void
run_task(void *argument)
{
    struct task *task = argument;
    task->run(task->argument);
    task->is_running = false;
    if (task->waiting)
        fiber_wake(task->waiting);
}

bool
task_start(struct task *task, void (*run)(void *argument), void *argument, struct tn_error *error)
{
    *task = (struct task){ .run = run, .argument = argument, .is_running = true };
    if (fiber_start(fiber_loop(fiber_current()), run_task, task, error))
        return true;

    task->is_running = false;
    return false;
}

void
task_join(struct task *task)
{
    if (!task->is_running)
        return;

    task->waiting = fiber_current();
    fiber_wait();
    task->waiting = NULL;
}
