/* The answer to a failure: a page for people, JSON for programs; the status and sentence of
 * errors.def. What the client must not see goes to the log under the request's id. */
#pragma once

#include "server/request.h"

/* Replaces whatever was answered so far. */
void failure_answer(struct tn_request *request, const struct tn_error *error);
/* The same where no handler ran (framing, limits): struct http_server_options' `refuse`. */
void failure_refuse(struct http_request *http, struct http_response *response,
    const struct tn_error *error, void *owner);
