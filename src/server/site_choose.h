/* /choose: the organizations of a person, and a new one. */
#pragma once

#include "server/request.h"

MUST_USE bool site_choose_page(struct tn_request *request, struct tn_error *error);
/* Enter an organization, also one that this session was signed out of; with `default` make it the
 * session's default. */
MUST_USE bool site_choose_post(struct tn_request *request, struct tn_error *error);
/* Make one, owned by who asks, and go there. */
MUST_USE bool site_organization_post(struct tn_request *request, struct tn_error *error);
