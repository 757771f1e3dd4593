/* Where each request goes: the one entry of every fiber of the server. */
#pragma once

#include "server/server.h"

/* struct http_server_options' `handle`; `owner` is the struct server_loop. */
void dispatch(struct http_request *http, struct http_response *response, void *owner);
