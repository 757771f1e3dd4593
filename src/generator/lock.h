/* The lock file: what the database said about each query, so that a build asks none when nothing
 * changed. It is committed; a test compiles everything anew and compares.
 *
 * A line a record: a checksum, a blank, JSON. The checksum is over the JSON and the inputs (the
 * configuration, the schema's files, this program's version), so that a line of another schema, or
 * one that was changed by hand, does not count. Every line stands for itself: a merge that keeps
 * both sides is right. Each text is proved again when it is read. */
#pragma once

#include "generator/project.h"

/* The inputs that all queries share, as one number. */
MUST_USE bool lock_inputs(const struct configuration *configuration, struct arena *arena,
    uint64_t *ret_inputs, struct tn_error *error);

/* What becomes of `queries` by the file at `path` alone. NULL: `ret_project` is filled but for what
 * project_finish does. Otherwise why the file does not do, in words that can follow `PATH: `. */
const char *lock_read(const char *path, uint64_t inputs, const struct configuration *configuration,
    const struct query_list *queries, struct arena *arena, struct project *ret_project);

/* The file for this project, all of whose queries were taken. What `before` (NULL: nothing) tells
 * of queries in other files is kept, if it is of the same inputs. */
void
lock_write(struct buffer *out, const struct project *project, uint64_t inputs, const char *before);

/* Shared by both. */
uint64_t lock_sum(uint64_t inputs, const char *json);
/* The query's own input: its statement and what of its header decides on types and texts. */
uint64_t lock_source(const struct query *query);
