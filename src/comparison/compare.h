/* `migrate new`: the difference between what the migrations make and what the schema says, as the
 * text of the next migration, tried before it is given. */
#pragma once

#include "comparison/difference.h"
#include "comparison/plan.h"
#include "comparison/worlds.h"

struct compare_request {
    struct text_list renames; /* "invoice.note=remark" */
    struct text_list fills;   /* "invoice.reference=number" */
    struct text_list losses;  /* "invoice.note" */
};

struct compare_result {
    bool is_empty;             /* nothing differs */
    const char *sql;           /* NULL: nothing to write, or refused */
    struct text_list refusals; /* why there is no text */
    struct text_list marks;    /* what is to be looked at in it */
};

/* After worlds_begin and worlds_load_schema, without faults. */
MUST_USE bool compare(struct worlds *worlds, const struct compare_request *request,
    struct compare_result *ret_result, struct tn_error *error);
/* What differs between two databases, a line each: for a person who looks at drift. */
void compare_describe(const struct snapshot *have, const struct snapshot *want, struct arena *arena,
    struct text_list *ret_lines);
/* The statements that would make the one like the other, in order, whatever they lose. */
void compare_mends(const struct snapshot *have, const struct snapshot *want, struct arena *arena,
    struct text_list *ret_statements);
