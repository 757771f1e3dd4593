/* The access log: a line for each answered request, gathered by each loop and written once a turn.
 *
 * Who reads it may be slow or gone: a loop never waits for them. Lines that do not go out at once
 * are dropped, and counted (METRIC_LOG_LINES_DROPPED). */
#pragma once

#include "base/error.h"
#include "http/request.h"
#include "loop/loop.h"

struct access_log;

/* Open what --access-log says; NULL in `ret_log` for "off". One for all loops. */
MUST_USE bool
access_log_open(const char *destination, struct access_log **ret_log, struct tn_error *error);
/* After every loop ended. Accepts NULL. */
void access_log_close(struct access_log *log);
/* Is it a file with a name, so that there is something to open anew? Accepts NULL. */
bool access_log_has_file(const struct access_log *log);
/* Open the file anew, under its old name: it was renamed by who rotates logs. False with a reason
 * when that does not work; then it goes on in the old file. */
MUST_USE bool access_log_reopen(struct access_log *log, struct tn_error *error);

/* What one loop gathered. */
struct access_lines;

/* NULL when `log` is. */
struct access_lines *access_lines_new(struct access_log *log, struct loop *loop);
/* Accepts NULL. */
void access_lines_free(struct access_lines *lines);
/* Accepts NULL. */
void access_lines_note(struct access_lines *lines, const struct http_request *request,
    const struct http_response *response, int64_t duration_us);
