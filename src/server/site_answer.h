/* What the pages around the organizations share: how they look, who asks, and where they lead. */
#pragma once

#include "organization/change.h"
#include "server/request.h"

/* The pages that are shown there: the application's, or tenantry's own where it has none. */
const struct tn_site_pages *site_pages(struct tn_request *request);
/* Headers that every answer has: no framing, no sniffing, nothing from other origins. */
void site_headers(struct http_response *response);

/* Collect what the request says of who and where. TN_DOUBLED_COOKIE. */
MUST_USE bool site_claims(struct tn_request *request, const char *slug,
    struct context_claims *ret_claims, struct tn_error *error);
/* Who asks, and where, of a bare address; `slug` may be NULL. */
MUST_USE bool site_resolve(struct tn_request *request, const char *slug,
    enum context_answer *ret_answer, struct tn_error *error);
/* The failure that an answer of the resolver other than CONTEXT_FOUND stands for; answers false. */
bool site_refuse(enum context_answer answer, struct tn_error *error);

/* 303 to the sign-in page, from where the person comes back to what they asked for. */
void site_redirect_to_sign_in(struct tn_request *request);
void site_redirect_to_chooser(struct tn_request *request);
/* 303 to `location`, which is ours. */
void site_redirect(struct tn_request *request, const char *location);
/* Where `next` leads, if that is an address of ours; else the start page. */
const char *site_next(const char *next);
/* A change by who is signed in, of an organization that they do not stand in: one that they make,
 * or that invites them. Noted as theirs. */
MUST_USE bool
site_change(struct tn_request *request, struct change_request *ret_change, struct tn_error *error);
