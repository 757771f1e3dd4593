/* /sign-in, /sign-up and /sign-out. */
#pragma once

#include "server/request.h"

MUST_USE bool site_sign_in_page(struct tn_request *request, struct tn_error *error);
MUST_USE bool site_sign_in_post(struct tn_request *request, struct tn_error *error);
MUST_USE bool site_sign_up_page(struct tn_request *request, struct tn_error *error);
MUST_USE bool site_sign_up_post(struct tn_request *request, struct tn_error *error);
MUST_USE bool site_sign_out_post(struct tn_request *request, struct tn_error *error);
