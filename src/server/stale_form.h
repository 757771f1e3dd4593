/* A form that was posted where it was not opened: under another organization, at a bare address, or
 * after its context was revoked. A 409 page names what it was opened in and where it would go and
 * keeps what was typed; nothing is saved. */
#pragma once

#include "server/request.h"

/* Does the form's _ctx say that this session opened it in this organization? */
bool stale_form_is_fresh(struct tn_request *request, const struct tn_route *route);
/* The request's context must have a session. */
MUST_USE bool
stale_form_answer(struct tn_request *request, const struct tn_route *route, struct tn_error *error);
