/* Invitations by link: whoever holds one may join the request's organization, for a time. Each
 * function acts for the person who asks, by tenantry's own rules. What is not done is no failure:
 * `ret_refusal` is a sentence to show then, and NULL when it was done. */
#pragma once

#include "tenantry/request.h"

struct tn_link {
    struct tn_text id;
    struct tn_text role;
    struct tn_time expires_at;
    int64_t uses_left; /* below 0: any number */
};

struct tn_links {
    size_t count;
    const struct tn_link *items;
};

/* Those that still lead here. TN_FORBIDDEN for who may not invite. */
TN_PUBLIC bool
tn_links(struct tn_request *request, struct tn_links *ret_links, struct tn_error *error);

/* For `uses` people (0: any number). `ret_link` is the whole address; the database keeps only its
 * digest, so this is the one time that it can be shown. */
TN_PUBLIC bool tn_link_make(struct tn_request *request, const char *role, int uses,
    const char **ret_link, const char **ret_refusal, struct tn_error *error);
TN_PUBLIC bool tn_link_revoke(struct tn_request *request, const char *link_id,
    const char **ret_refusal, struct tn_error *error);
