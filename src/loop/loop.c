#include "loop/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "loop/inside.h"

static _Thread_local struct loop *current;

static void
bell_ring(struct loop *loop)
{
    /* A full counter still wakes the loop, so there is nothing to do about a failure. A signal
     * handler must leave errno as it was. */
    const int saved = errno;
    const uint64_t one = 1;
    const ssize_t written = write(loop->bell.fd, &one, sizeof one);
    (void)written;
    errno = saved;
}

static void
bell_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    uint64_t count;
    const ssize_t got = read(watch->fd, &count, sizeof count);
    (void)got; /* rung or not, the turn goes on */
}

bool
loop_new(struct loop **ret_loop, struct tn_error *error)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return error_set(error, TN_INTERNAL, "no memory for a loop");

    pthread_mutex_init(&loop->post_lock, NULL);
    loop->posted_end = &loop->posted;
    loop->ready_end = &loop->ready;
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->bell.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    loop->bell.ready = bell_ready;
    if (loop->epoll_fd < 0 || loop->bell.fd < 0) {
        error_set(error, TN_INTERNAL, "a loop: %s", strerror(errno));
        loop_free(loop);
        return false;
    }
    if (!loop_watch(loop, &loop->bell, EPOLLIN, error)) {
        loop_free(loop);
        return false;
    }
    *ret_loop = loop;
    return true;
}

void
loop_free(struct loop *loop)
{
    if (!loop)
        return;

    assert(loop->fiber_count == 0 && loop->heap.count == 0);
    fibers_free(loop);
    free(loop->heap.timers);
    if (loop->bell.fd >= 0)
        close(loop->bell.fd);
    if (loop->epoll_fd >= 0)
        close(loop->epoll_fd);
    pthread_mutex_destroy(&loop->post_lock);
    free(loop);
}

struct loop *
loop_current(void)
{
    return current;
}

void
loop_stop(struct loop *loop)
{
    atomic_store(&loop->is_stopped, true);
    bell_ring(loop);
}

bool
loop_watch(struct loop *loop, struct watch *watch, uint32_t events, struct tn_error *error)
{
    struct epoll_event event = { .events = events, .data.ptr = watch };
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) != 0)
        return error_set(error, TN_INTERNAL, "watching a descriptor: %s", strerror(errno));

    return true;
}

void
loop_watch_events(struct loop *loop, struct watch *watch, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = watch };
    const int answer = epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
    assert(answer == 0);
    (void)answer;
}

void
loop_unwatch(struct loop *loop, struct watch *watch)
{
    /* Fails only when the descriptor was closed before, and then epoll forgot it by itself. */
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);

    /* What this turn has in hand already must not reach a watch that is gone. */
    for (int i = loop->event_at; i < loop->event_count; i++) {
        if (loop->events[i].data.ptr == watch)
            loop->events[i].data.ptr = NULL;
    }
}

void
loop_before_sleep(struct loop *loop, struct loop_hook *hook)
{
    struct loop_hook **end = &loop->hooks;
    while (*end)
        end = &(*end)->next;
    hook->next = NULL;
    *end = hook;
}

void
loop_before_sleep_first(struct loop *loop, struct loop_hook *hook)
{
    hook->next = loop->hooks;
    loop->hooks = hook;
}

void
loop_forget_hook(struct loop *loop, struct loop_hook *hook)
{
    for (struct loop_hook **at = &loop->hooks; *at; at = &(*at)->next) {
        if (*at == hook) {
            *at = hook->next;
            return;
        }
    }
}

void
loop_post(struct loop *loop, struct loop_message *message)
{
    message->next = NULL;
    pthread_mutex_lock(&loop->post_lock);
    *loop->posted_end = message;
    loop->posted_end = &message->next;
    /* Within the lock: the loop may be freed as soon as the message was delivered. */
    bell_ring(loop);
    pthread_mutex_unlock(&loop->post_lock);
}

static void
deliver_posted(struct loop *loop)
{
    pthread_mutex_lock(&loop->post_lock);
    struct loop_message *message = loop->posted;
    loop->posted = NULL;
    loop->posted_end = &loop->posted;
    pthread_mutex_unlock(&loop->post_lock);

    while (message) {
        struct loop_message *next = message->next;
        message->deliver(message);
        message = next;
    }
}

static void
run_hooks(struct loop *loop)
{
    struct loop_hook *next;
    for (struct loop_hook *hook = loop->hooks; hook; hook = next) {
        next = hook->next;
        hook->run(hook);
    }
}

static void
dispatch_descriptors(struct loop *loop)
{
    /* A hook may have made a fiber ready. */
    const int wait_ms = loop->ready ? 0 : timers_wait_ms(loop);
    const int count = epoll_wait(loop->epoll_fd, loop->events, LOOP_EVENTS, wait_ms);

    loop->event_count = count > 0 ? count : 0;
    loop->event_at = 0;
    while (loop->event_at < loop->event_count) {
        const struct epoll_event event = loop->events[loop->event_at++];
        struct watch *watch = event.data.ptr;
        if (watch)
            watch->ready(watch, event.events);
    }
    loop->event_count = 0;
    loop->event_at = 0;
}

void
loop_run(struct loop *loop)
{
    assert(!current);
    current = loop;
    guard_begin();
    while (true) {
        timers_run(loop);
        deliver_posted(loop);
        fibers_run(loop);
        run_hooks(loop);
        if (atomic_exchange(&loop->is_stopped, false))
            break;

        dispatch_descriptors(loop);
    }
    guard_end();
    current = NULL;
}
