/* One blocking connection, for start-up and for programs of the command line: no loop, no fibers.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "postgres/flight.h"

struct direct;

/* Connect. Free with direct_close. `url` is libpq's URL or keywords; NULL: the libpq variables. */
MUST_USE bool direct_open(const char *url, struct direct **ret_direct, struct tn_error *error);
void direct_close(struct direct *direct);

/* One or more statements of the simple protocol, for migrations and set-up; answers are dropped. */
MUST_USE bool direct_run(struct direct *direct, const char *sql, struct tn_error *error);
/* Likewise; on failure `ret_position` is where in the text (1-based characters, 0 unknown), and the
 * error's detail PostgreSQL's message alone. */
MUST_USE bool direct_run_script(
    struct direct *direct, const char *sql, int *ret_position, struct tn_error *error);
/* One statement with text parameters; columns come as text. Give the result back with result_free.
 */
MUST_USE bool direct_query(struct direct *direct, const char *sql, int parameter_count,
    const char *const *values, struct pg_result **ret_result, struct tn_error *error);
void result_free(struct pg_result *result);

/* Many statements in one round trip. */
struct direct_step {
    const char *sql; /* one statement */
    int parameter_count;
    const char *const *values; /* as text */
    bool ends;                 /* what follows is run even if this or one before it failed */
    struct pg_result *result;  /* filled: NULL if it failed or was passed over; result_free */
    struct tn_error error;     /* filled: why it failed */
};
/* In order. A statement that fails takes those after it with it, up to the next that `ends`. False
 * only when the connection is lost. */
MUST_USE bool direct_flight(
    struct direct *direct, struct direct_step *steps, size_t count, struct tn_error *error);

/* PREPARE without running: the types and columns of a statement, for the generator. */
struct direct_column {
    const char *name;
    uint32_t type;
    int modifier;
    uint32_t table; /* OID of origin, 0 if none */
    int table_column;
};
struct direct_description {
    uint32_t *parameter_types;
    int parameter_count;
    struct direct_column *columns;
    int column_count;
};
/* In `arena`. `types` has the OID of the first `type_count` parameters, 0 where PostgreSQL shall
 * infer it; a parameter that the text does not use needs one. On failure the error's detail is
 * PostgreSQL's message alone, and `ret_position` is where in the text (1-based characters, 0
 * unknown). */
MUST_USE bool direct_describe_typed(struct direct *direct, const char *sql, const uint32_t *types,
    int type_count, struct arena *arena, struct direct_description *ret_description,
    int *ret_position, struct tn_error *error);
/* Likewise, with all types inferred. */
MUST_USE bool direct_describe(struct direct *direct, const char *sql, struct arena *arena,
    struct direct_description *ret_description, int *ret_position, struct tn_error *error);

/* A plan of it, each parameter NULL: planning finds what PREPARE does not look for. Nothing is run.
 */
MUST_USE bool direct_plan(struct direct *direct, const char *sql,
    const struct direct_description *description, struct arena *arena, struct tn_error *error);

/* Quoted for SQL, in `arena`; NULL for what is not UTF-8. */
char *direct_identifier(struct direct *direct, const char *name, struct arena *arena);
char *direct_literal(struct direct *direct, const char *text, struct arena *arena);
/* libpq's connection, for what has no function here; used in src/postgres only. */
void *direct_libpq(struct direct *direct);
/* Likewise, and it is the caller's from now on; `direct` is gone. */
void *direct_give_up(struct direct *direct);
