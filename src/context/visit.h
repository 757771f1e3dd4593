/* The session's memory of the organizations it is used in (session_context). */
#pragma once

#include "account/session_lookup.h"
#include "loop/loop.h"
#include "tenant/runtime.h"

/* Note that a verified request of this session came in the view's organization, if that is due: in
 * a fiber of its own, which nobody waits for and whose failure nobody misses. `view` is copied. */
void context_visit_note(
    struct tenant_runtime *runtime, struct loop *loop, const struct session_view *view);

/* Enter the view's organization on purpose, also where this session was signed out of it; with
 * `as_default` make it the session's default. */
MUST_USE bool context_visit_enter(struct tn_identity identity, const struct session_view *view,
    bool as_default, struct tn_error *error);

/* Sign the session out of the view's organization, and of no other. */
MUST_USE bool context_visit_leave(
    struct tn_identity identity, const struct session_view *view, struct tn_error *error);
