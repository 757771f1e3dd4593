/* Who acts, from where: what the audit log notes beside each change. */
#pragma once

#include "server/server.h"

/* For the changes of `identity` from now on. `user_id` NULL: nobody signed in. A request that only
 * reads notes nothing. */
MUST_USE bool actor_note(const struct server *server, const struct http_request *http,
    struct tn_identity identity, const char *user_id, struct tn_error *error);
