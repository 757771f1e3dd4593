/* A connection string taken apart: for another database on the same server, and for programs that
 * read the environment. */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"

/* The same server and user, another database. In `arena`. */
MUST_USE bool url_with_database(const char *url, const char *database, struct arena *arena,
    const char **ret_url, struct tn_error *error);
/* "PGHOST=…", "PGPASSWORD=…", …, ended by NULL, in `arena`: what stands on a command line is seen
 * by everybody. */
MUST_USE bool
url_environment(const char *url, struct arena *arena, char ***ret_pairs, struct tn_error *error);
