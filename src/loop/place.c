#include "loop/place.h"

#include <stdint.h>
#include <string.h>

#ifdef PLACE_UCONTEXT

/* By itself: the compiler takes getcontext for a second setjmp and warns of what lives around it.
 */
__attribute__((noinline)) void
place_prepare(struct place *place, void *bottom, size_t bytes, void (*entry)(void))
{
    getcontext(&place->context);
    place->context.uc_stack.ss_sp = bottom;
    place->context.uc_stack.ss_size = bytes;
    place->context.uc_link = NULL;
    makecontext(&place->context, entry, 0);
}

void
place_switch(struct place *from, struct place *to)
{
    swapcontext(&from->context, &to->context);
}

#else

/* Keep the registers on this stack, its end in `*ret_stack`, and take those of the other one. */
void place_go(void **ret_stack, void *stack) __attribute__((visibility("hidden")));

#ifdef __x86_64__

/* In the order in which they are popped; at the lowest address how floating point is rounded. */
struct kept {
    uint32_t mxcsr;
    uint32_t x87;
    uint64_t r15, r14, r13, r12, rbx, rbp;
    void (*returns_to)(void);
    uint64_t end; /* of what a debugger walks: the caller of the first function */
};

__asm__(".text\n"
        ".p2align 4\n"
        ".globl place_go\n"
        ".hidden place_go\n"
        ".type place_go, @function\n"
        "place_go:\n"
        ".cfi_startproc\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    subq $8, %rsp\n"
        ".cfi_def_cfa_offset 64\n"
        "    stmxcsr (%rsp)\n"
        "    fnstcw 4(%rsp)\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    ldmxcsr (%rsp)\n"
        "    fldcw 4(%rsp)\n"
        "    addq $8, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        ".cfi_def_cfa_offset 8\n"
        "    ret\n"
        ".cfi_endproc\n"
        ".size place_go, . - place_go\n");

static void
kept_fill(struct kept *kept, void (*entry)(void))
{
    __asm__("stmxcsr %0\n\tfnstcw %1" : "=m"(kept->mxcsr), "=m"(kept->x87));
    kept->returns_to = entry;
}

#else /* aarch64 */

struct kept {
    uint64_t x19_to_x28[10];
    uint64_t frame; /* x29 */
    void (*returns_to)(void);
    uint64_t d8_to_d15[8];
};

__asm__(".text\n"
        ".p2align 4\n"
        ".globl place_go\n"
        ".hidden place_go\n"
        ".type place_go, %function\n"
        "place_go:\n"
        ".cfi_startproc\n"
        "    sub sp, sp, #160\n"
        ".cfi_def_cfa_offset 160\n"
        "    stp x19, x20, [sp]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x9, sp\n"
        "    str x9, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        ".cfi_def_cfa_offset 0\n"
        "    ret\n"
        ".cfi_endproc\n"
        ".size place_go, . - place_go\n");

static void
kept_fill(struct kept *kept, void (*entry)(void))
{
    kept->returns_to = entry;
}

#endif

void
place_prepare(struct place *place, void *bottom, size_t bytes, void (*entry)(void))
{
    /* `entry` begins as after a call: at a multiple of 16, but for the address to return to, where
     * the processor keeps that on the stack. */
    const uintptr_t top = ((uintptr_t)bottom + bytes) & ~(uintptr_t)15;
    struct kept *kept = (struct kept *)(top - sizeof *kept);
    memset(kept, 0, sizeof *kept);
    kept_fill(kept, entry);
    place->stack = kept;
}

void
place_switch(struct place *from, struct place *to)
{
    place_go(&from->stack, to->stack);
}

#endif
