/* A page for who is remembered: rendered as if they had been asked for, and answered only when the
 * database has said, in the page's own transaction or at its end, that nothing of it changed. */
#pragma once

#include "server/request.h"

/* Take who asks, and where, from what the loop remembers. False: they are to be asked; so is
 * whoever changes anything, has a visit to be noted, or a session to be prolonged. */
bool remembered_begin(struct tn_request *request, const struct context_claims *claims);
/* After a handler that answered `done`: does its answer stand? False: nothing of it is left, and
 * the request is to be served as if it had just come. */
bool remembered_end(struct tn_request *request, const struct context_claims *claims, bool done,
    struct tn_error *error);
/* Would it be remembered, if they were asked with their organizations? */
bool remembered_is_wanted(const struct tn_request *request);
/* They were asked. */
void remembered_keep(struct tn_request *request, const struct context_claims *claims);
