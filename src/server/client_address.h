/* Who is at the other end: the connection's peer, or whom a trusted proxy names. */
#pragma once

#include "server/server.h"

/* An address as better-auth notes it: IPv4 mapped into IPv6 as IPv4; IPv6 in full lower-case
 * groups, cut to its /64. "" when it is none. In `arena`. */
const char *client_address_normalise(const char *address, struct arena *arena);
/* Is it the address of a trusted proxy? */
bool client_address_is_proxy(const struct server *server, const char *address);
/* An address, or a network as 10.0.0.0/8? */
bool client_address_is_network(const char *text, struct arena *arena);
/* X-Forwarded-For is read from the right: the first address that is no trusted proxy. Only when the
 * peer is one itself, or connects by a unix socket. In the request's arena. */
const char *client_address(const struct server *server, const struct http_request *http);
