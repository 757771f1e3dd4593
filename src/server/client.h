/* Where a request comes from, as a session notes it. */
#pragma once

#include "account/session.h"
#include "server/server.h"

struct session_client
client_of_request(const struct server *server, const struct http_request *http, bool is_remembered);
