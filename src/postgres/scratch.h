/* Databases to try things in: on the server that the libpq variables name, or without them
 * on a private one. All of it is gone afterwards. */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"

struct scratch_server;

MUST_USE bool scratch_server_start(
    struct arena *arena, struct scratch_server **ret_server, struct tn_error *error);
/* Accepts NULL. */
void scratch_server_stop(struct scratch_server *server);
/* A new database, empty or a copy of `template`; the superuser's connection string. Both in the
 * server's arena. `ret_name` may be NULL. */
MUST_USE bool scratch_database(struct scratch_server *server, const char *template,
    const char **ret_name, const char **ret_url, struct tn_error *error);
