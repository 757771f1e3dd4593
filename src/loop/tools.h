/* Telling AddressSanitizer, ThreadSanitizer and valgrind about the stacks of fibers. Nothing at all
 * where none of them is compiled in. */
#pragma once

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TOOLS_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define TOOLS_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define TOOLS_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define TOOLS_TSAN 1
#endif

#ifdef TOOLS_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef TOOLS_TSAN
#include <sanitizer/tsan_interface.h>
#endif
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#define TOOLS_VALGRIND 1
#endif

struct tools_stack {
    void *bottom;
    size_t bytes;
    const void *back_bottom; /* of who switched to it */
    size_t back_bytes;
    void *fake_stack; /* ASan's, while it waits */
    void *thread;     /* TSan's idea of it */
    void *back_thread;
    unsigned valgrind_id;
};

static inline void
tools_stack_new(struct tools_stack *stack, void *bottom, size_t bytes)
{
    *stack = (struct tools_stack){ .bottom = bottom, .bytes = bytes };
#ifdef TOOLS_VALGRIND
    stack->valgrind_id = VALGRIND_STACK_REGISTER(bottom, (char *)bottom + bytes);
#endif
}

/* The frames that its last fiber left by switching away are no frames any more. */
static inline void
tools_stack_reuse(struct tools_stack *stack)
{
#ifdef TOOLS_ASAN
    __asan_unpoison_memory_region(stack->bottom, stack->bytes);
#endif
    (void)stack;
}

static inline void
tools_stack_free(struct tools_stack *stack)
{
#ifdef TOOLS_VALGRIND
    VALGRIND_STACK_DEREGISTER(stack->valgrind_id);
#endif
    tools_stack_reuse(stack);
#ifdef TOOLS_TSAN
    if (stack->thread)
        __tsan_destroy_fiber(stack->thread);
#endif
}

/* Just before a switch to the fiber; what it answers is for tools_return. */
static inline void *
tools_leave_to(struct tools_stack *stack)
{
    void *fake_stack = NULL;
#ifdef TOOLS_TSAN
    if (!stack->thread)
        stack->thread = __tsan_create_fiber(0);
    stack->back_thread = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(stack->thread, 0);
#endif
#ifdef TOOLS_ASAN
    __sanitizer_start_switch_fiber(&fake_stack, stack->bottom, stack->bytes);
#endif
    (void)stack;
    return fake_stack;
}

/* Just after the fiber gave the processor back. */
static inline void
tools_return(void *fake_stack)
{
#ifdef TOOLS_ASAN
    __sanitizer_finish_switch_fiber(fake_stack, NULL, NULL);
#endif
    (void)fake_stack;
}

/* First thing in a new fiber. */
static inline void
tools_arrive_first(struct tools_stack *stack)
{
#ifdef TOOLS_ASAN
    __sanitizer_finish_switch_fiber(NULL, &stack->back_bottom, &stack->back_bytes);
#endif
    (void)stack;
}

/* Before and after a wait, within the fiber. */
static inline void
tools_leave_back(struct tools_stack *stack)
{
#ifdef TOOLS_TSAN
    __tsan_switch_to_fiber(stack->back_thread, 0);
#endif
#ifdef TOOLS_ASAN
    __sanitizer_start_switch_fiber(&stack->fake_stack, stack->back_bottom, stack->back_bytes);
#endif
    (void)stack;
}

static inline void
tools_arrive(struct tools_stack *stack)
{
#ifdef TOOLS_ASAN
    __sanitizer_finish_switch_fiber(stack->fake_stack, &stack->back_bottom, &stack->back_bytes);
#endif
    (void)stack;
}

/* Last thing in a fiber. */
static inline void
tools_leave_last(struct tools_stack *stack)
{
#ifdef TOOLS_TSAN
    __tsan_switch_to_fiber(stack->back_thread, 0);
#endif
#ifdef TOOLS_ASAN
    __sanitizer_start_switch_fiber(NULL, stack->back_bottom, stack->back_bytes);
#endif
    (void)stack;
}
