/* Expressions of the template language, checked and written as C.
 *
 * A value is a path over parameters and loop variables (invoice.customer.name, totals[0]), a call
 * of one of the application's functions, a string or an integer. Conditions add ! && || == != < >
 * <= >= and parentheses. Which types fit where is left to the C compiler. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "generator/pages_reader.h"

enum { PAGES_NAMES_MAX = 64 };

struct pages_name {
    const char *name;
    const char *c;   /* how the emitted C reaches it */
    bool is_pointer; /* the first "." is "->" in C */
    bool is_enum;
    bool is_used;
};

/* What an expression may name: parameters first, loop variables behind them. */
struct pages_scope {
    struct pages_name names[PAGES_NAMES_MAX];
    size_t count;
};

/* The name may be used from here on; refused when it is taken, reserved, or a word of C. */
MUST_USE bool pages_scope_add(
    struct pages_scope *scope, struct pages_reader *reader, size_t offset, struct pages_name name);

/* A value at the cursor; what it is in C, in the arena. */
MUST_USE bool
pages_read_value(struct pages_reader *reader, struct pages_scope *scope, const char **ret_c);
/* Likewise, of what stands behind "{{", with the "}}". An enum that is declared in the file is
 * refused: C may take it for an integer, and no reader wants its number. */
MUST_USE bool
pages_read_shown_value(struct pages_reader *reader, struct pages_scope *scope, const char **ret_c);
MUST_USE bool
pages_read_condition(struct pages_reader *reader, struct pages_scope *scope, const char **ret_c);
/* "(value, …)" or nothing: ", value, …" in C, to stand behind a first argument. */
MUST_USE bool pages_read_arguments(
    struct pages_reader *reader, struct pages_scope *scope, size_t *ret_count, const char **ret_c);
