/* A PostgreSQL of our own: made, run, restarted and ended by us, as an unprivileged user, reachable
 * by a unix socket only.
 *
 * A supervisor process in a session of its own starts it, restarts it with back-off when it dies,
 * and ends it when told to or when our process is gone. A scratch server lies in a temporary
 * folder, without fsync, and is removed at its end. */
#pragma once

#include "base/error.h"

struct private_server;

struct private_server_options {
    const char *folder; /* NULL: a scratch server */
};

/* Blocks until it answers. A folder that another process uses: TN_CONFIGURATION, who holds it. */
MUST_USE bool private_server_start(const struct private_server_options *options,
    struct private_server **ret_server, struct tn_error *error);
/* Fast shutdown; waits for the end. Accepts NULL. */
void private_server_stop(struct private_server *server);
/* A connection string (socket, port, user, password, dbname) for `role` and `database`. The
 * superuser's name is "postgres". Passwords are made at initdb and lie in the folder, mode 0600,
 * as a password file of libpq.
 * Owned by the server. */
const char *
private_server_url(struct private_server *server, const char *role, const char *database);
/* The same without the password: it names the file that holds it, which only its owner can read. */
const char *
private_server_url_to_show(struct private_server *server, const char *role, const char *database);
