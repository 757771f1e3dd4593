/* W3C Trace Context, level 1: which trace a request belongs to, and what to send on.
 * https://www.w3.org/TR/trace-context/ */
#pragma once

#include "http/request.h"

/* Fill `request->trace` from its headers. */
void trace_read(struct http_request *request);
/* The traceparent for whomever we ask in this request's name: its parent is this request, whose id
 * serves as the span's. Where none came that holds, a trace begins here. In `arena`. */
const char *trace_parent(const struct http_request *request, struct arena *arena);
