/* One request below /o/<slug>, as the application's handlers see it (struct tn_request). */
#pragma once

#include "tenantry/application.h"

#include "context/resolver.h"
#include "context/visit.h"
#include "server/server.h"
#include "tenant/standing.h"

struct tn_request {
    struct server_loop *loop;
    struct http_request *http;
    struct http_response *response;
    struct tn_identity identity;
    struct context context;
    struct standing standing;            /* of the context, where it is remembered */
    struct tn_organization organization; /* of the context; zeroed outside organizations */
    struct tn_organization shown;        /* the same, where a page may not show the role */

    struct http_pairs segments; /* of the route */
    struct http_pairs query;
    struct http_pairs fields;
    struct read_log reads;           /* what this page read: what it is kept with */
    const struct versions *versions; /* the organization's; NULL: nobody asked yet */

    bool shows_person; /* the page asked who asks, or holds a form of their session */
    bool shows_role;   /* … what they are here */
    bool cache_is_refused;
    const char *const *cache_tags;
    size_t cache_tag_count;

    bool answered;

    const struct tn_organization *organizations; /* read once, by tn_request_organizations */
    size_t organization_count;
    bool has_organizations;
};

/* For pages outside organizations: sign-in, chooser, failure. All in the request's arena. */
struct tn_request *
request_new(struct server_loop *loop, struct http_request *http, struct http_response *response);
/* As request_new made it and request_parse left it, with an empty answer: nothing of it was sent.
 */
void request_restart(struct tn_request *request);
/* What is to be checked of who asks; NULL where they were asked. */
struct standing *request_standing(struct tn_request *request);
/* Text of a C string in tn_text; NULL becomes "". */
struct tn_text request_text(const char *text);
/* An address for the header Location: whatever a URL cannot hold (blanks, line breaks, bytes beyond
 * ASCII) is percent-encoded, whoever wrote it. */
const char *request_location(struct arena *arena, const char *address);
/* "/o/<slug>" and `rest`, for a header or a page. A slug is whatever its founder typed: quotes,
 * slashes, line breaks. Everything of ours that leads into an organization is made here. */
const char *request_organization_path(struct arena *arena, const char *slug, const char *rest);
/* What the request that runs on this fiber has read so far; NULL where none does. */
struct read_log *request_reads(void);
/* May a member with `role` (a comma list) do `permission`? */
bool request_role_may(struct tn_request *request, const char *role, const char *permission);
/* Parse query and form, once. TN_BAD_REQUEST, TN_MEDIA_TYPE. */
MUST_USE bool request_parse(struct tn_request *request, struct tn_error *error);
