/* Where the next page begins: a sort key and an id, as one word that a client passes back. It is no
 * secret and no permission: a made-up one leads to another place of the same list. */
#pragma once

#include "server/auth_exchange.h"

/* In the request's arena. */
const char *auth_cursor_make(struct auth_exchange *exchange, const char *key, const char *id);
/* From the query; both NULL when it was not sent. False: it is none, and refused. */
bool auth_cursor_read(
    struct auth_exchange *exchange, const char *name, const char **ret_key, const char **ret_id);
