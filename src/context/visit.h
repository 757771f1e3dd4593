/* The session's memory of the organizations it is used in (session_context). */
#pragma once

#include "account/session_lookup.h"
#include "loop/loop.h"
#include "tenant/runtime.h"

/* Note that a verified request of this session came in the visitor's organization, if that is due:
 * in a fiber of its own, which nobody waits for and whose failure nobody misses. `visitor` is
 * copied. */
void context_visit_note(
    struct tenant_runtime *runtime, struct loop *loop, const struct visitor *visitor);

/* Is there something to note? */
bool context_visit_is_due(const struct visitor *visitor);

/* Enter the visitor's organization on purpose, also where this session was signed out of it; with
 * `as_default` make it the session's default. */
MUST_USE bool context_visit_enter(struct tn_identity identity, const struct visitor *visitor,
    bool as_default, struct tn_error *error);

/* Sign the session out of the visitor's organization, and of no other. */
MUST_USE bool context_visit_leave(
    struct tn_identity identity, const struct visitor *visitor, struct tn_error *error);
