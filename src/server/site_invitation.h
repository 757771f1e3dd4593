/* /invitation/<id>: what an invitation is, and its answer. Who is signed in as somebody else is
 * told so, and loses nothing. */
#pragma once

#include "server/request.h"

MUST_USE bool site_invitation_page(struct tn_request *request, struct tn_error *error);
/* Accept it; with `decline` refuse it. */
MUST_USE bool site_invitation_post(struct tn_request *request, struct tn_error *error);
