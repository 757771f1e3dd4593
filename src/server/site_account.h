/* /account: a person's sessions, each with the organizations that it was opened in, to be ended. */
#pragma once

#include "server/request.h"

MUST_USE bool site_account_page(struct tn_request *request, struct tn_error *error);
/* One session; the own one is a sign-out. */
MUST_USE bool site_account_end_post(struct tn_request *request, struct tn_error *error);
/* One session in one organization. */
MUST_USE bool site_account_leave_post(struct tn_request *request, struct tn_error *error);
/* All sessions but the own one. */
MUST_USE bool site_account_others_post(struct tn_request *request, struct tn_error *error);
