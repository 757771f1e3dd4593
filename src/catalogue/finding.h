/* A fault that was found in a database: which, where, and the statement that mends it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"

enum finding_kind {
#define FINDING(name, code, level, start, message, mend) FINDING_##name,
#include "findings.def"
#undef FINDING
};

struct finding {
    enum finding_kind kind;
    const char *object; /* quoted as SQL wants it; NULL: the role itself */
    const char *role;
    const char *message;
    const char *mend;
};

struct finding_list {
    struct arena *arena;
    struct finding *items;
    size_t count;
    size_t capacity;
};

/* Add one, unless it is there. `other` and `more` as findings.def says; NULL where it says nothing.
 */
void finding_add(struct finding_list *list, enum finding_kind kind, const char *object,
    const char *role, const char *other, const char *more);

const char *finding_code(enum finding_kind kind);
bool finding_is_leak(enum finding_kind kind);
/* Does a server not start on it? */
bool finding_refuses(enum finding_kind kind);
/* How many of them do. */
size_t finding_refusal_count(const struct finding *findings, size_t count);
/* "rls-disabled: public.invoice, role tenantry_app: row-level security is not enabled; mend: …" */
void finding_append(struct buffer *out, const struct finding *finding);
