/* /choose: the organizations of a person. */
#pragma once

#include "server/request.h"

MUST_USE bool site_choose_page(struct tn_request *request, struct tn_error *error);
/* Enter an organization, also one that this session was signed out of; with `default` make it the
 * session's default. */
MUST_USE bool site_choose_post(struct tn_request *request, struct tn_error *error);
