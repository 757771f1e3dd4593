/* Where a private PostgreSQL lies, as whom it runs, and which passwords it knows.
 *
 *     FOLDER/lock            flock of the one process that uses it; holds that process's id
 *     FOLDER/passwords       a line a role, mode 0600, ours
 *     FOLDER/postgres/       the data directory, owned by whoever PostgreSQL runs as
 *     FOLDER/postgres.log
 *     RUNTIME/.s.PGSQL.5432  the socket, in a short path: a socket's path has 107 bytes at most */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/error.h"

#define PRIVATE_DATABASE "tenantry"
#define PRIVATE_PORT "5432"

/* In the order of enum private_role. */
#define PRIVATE_ROLE_NAMES                                                                \
    {                                                                                     \
        "postgres", "tenantry_owner", "tenantry_identity", "tenantry_app", "tenantry_raw" \
    }
enum { PRIVATE_ROLE_COUNT = 5 };
enum { PRIVATE_PASSWORD_BYTES = 33 };

struct private_folder {
    bool is_scratch;
    char path[PATH_MAX / 2];
    char data[PATH_MAX]; /* PATH/postgres */
    char log[PATH_MAX];
    char runtime[96];
    char programs[PATH_MAX / 2]; /* where initdb and postgres are */
    int lock;                    /* -1 when not held */

    /* As whom PostgreSQL runs. */
    bool changes_user;
    uid_t uid;
    gid_t gid;
    char user[64];

    char passwords[PRIVATE_ROLE_COUNT][PRIVATE_PASSWORD_BYTES];
};

/* Make what is missing and take the lock. `path` NULL: a scratch folder, new. On failure nothing is
 * held. */
MUST_USE bool
private_folder_open(const char *path, struct private_folder *folder, struct tn_error *error);
/* Close our end of the lock: whoever else holds it goes on holding it. */
void private_folder_close(struct private_folder *folder);
/* The socket's folder and, of a scratch server, everything. */
void private_folder_remove(const struct private_folder *folder);
/* A folder and all below it, as far as we may; links are not followed. */
void private_tree_remove(const char *path);
