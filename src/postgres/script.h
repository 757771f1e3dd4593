/* A file of SQL, run as it is, with errors that name the line. */
#pragma once

#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

/* Run all statements of `sql`. The error's detail is "line N: message (detail) hint". */
MUST_USE bool script_run(struct direct *direct, const char *sql, struct tn_error *error);

/* The line, from 1, on which the `index`th statement (from 0) begins; the last line if there are
 * fewer. Understands comments, strings, dollar quotes and BEGIN ATOMIC bodies. */
size_t script_statement_line(const char *sql, size_t index);
