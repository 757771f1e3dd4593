/* The processes of a private PostgreSQL: programs run as its user, and the supervisor. */
#pragma once

#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "postgres/private_folder.h"

/* Run a program as PostgreSQL's user to its end, its output into the folder's log. `arguments` ends
 * with NULL, the first is the program's path. */
MUST_USE bool private_process_run(
    const struct private_folder *folder, const char *const *arguments, struct tn_error *error);
/* May PostgreSQL's user go to `path` and read it? */
bool private_process_can_reach(const struct private_folder *folder, const char *path);

/* Start the supervisor. It keeps PostgreSQL running until `ret_control` is closed, by us or by our
 * end; then it ends PostgreSQL, removes what is to be removed, and itself. A byte comes from it
 * each time when PostgreSQL has died. */
MUST_USE bool private_supervisor_start(const struct private_folder *folder, pid_t *ret_supervisor,
    int *ret_control, struct tn_error *error);
/* Before PostgreSQL is started again: after a pause of `last_ms` (0: there was none yet) it ran for
 * `ran_ms`. */
int private_restart_pause_ms(int last_ms, int64_t ran_ms);
