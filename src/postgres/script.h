/* A file of SQL, run as it is, with errors that name the line. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

/* Run all statements of `sql`. The error's detail is "line N: message (detail) hint". */
MUST_USE bool script_run(struct direct *direct, const char *sql, struct tn_error *error);
/* Likewise, for a piece that begins on `first_line` of its file. */
MUST_USE bool
script_run_from(struct direct *direct, const char *sql, size_t first_line, struct tn_error *error);

/* The line that a script begins with whose statements are not one transaction. */
#define SCRIPT_STEPS_DIRECTIVE "-- tenantry: step by step"
bool script_is_in_steps(const char *sql);

/* A statement where it stands in its script, without its semicolon and what is around it. */
struct script_statement {
    const char *text;
    size_t bytes;
};

/* The next one from `at_script` on, which moves behind it; false at the end. Understands comments,
 * strings, dollar quotes and BEGIN ATOMIC bodies. */
bool script_statement_next(const char **at_script, struct script_statement *ret_statement);
/* The line, from 1, on which `place` of `sql` stands. */
size_t script_line(const char *sql, const char *place);

/* The line, from 1, on which the `index`th statement (from 0) begins; the last line if there are
 * fewer. */
size_t script_statement_line(const char *sql, size_t index);
