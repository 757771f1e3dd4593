/* Requests below /o/<slug>: the context, the route, the permission, the handle, the handler. */
#pragma once

#include "server/request.h"

/* `slug` is decoded, `path` what follows it, "/" at least. false: answer with `error`. */
MUST_USE bool organization_handle(
    struct tn_request *request, const char *slug, const char *path, struct tn_error *error);

/* A route of ours below every organization: sign the session out of it, and of no other. */
extern const struct tn_route organization_leave_route;
