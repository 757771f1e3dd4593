/* The site around the organizations: its addresses (sign in, sign up, choose, …), and the way from
 * a bare address of the application to one below /o/<slug>. */
#pragma once

#include "server/request.h"

/* Add the site's own addresses; once, at start. */
MUST_USE bool site_routes(struct router *router, struct tn_error *error);
/* Every address that is not below /o/<slug>, /assets or /api/auth. false: answer with `error`. */
MUST_USE bool site_handle(struct tn_request *request, struct tn_error *error);
