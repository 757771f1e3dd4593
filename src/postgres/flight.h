/* A flight: statements that go to PostgreSQL together and end with one Sync, so that they are one
 * implicit transaction, answered in one round trip. An error in one undoes all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

struct pg_result; /* libpq's PGresult */

/* A statement, as a constant that lives as long as the program: pools know it by its address. */
struct statement {
    const char *name; /* of the prepared statement */
    const char *text;
    const uint32_t *types; /* OID of each parameter, 0 = inferred; NULL = all inferred */
    int parameter_count;
};

struct flight_step {
    const struct statement *statement;
    /* One for each parameter; NULL is SQL NULL. `lengths` and `formats` (0 text, 1 binary) may be
     * NULL when all are text. */
    const char *const *values;
    const int *lengths;
    const int *formats;
    struct pg_result *result; /* filled by the flight, binary columns; flight_done clears it */
};

enum flight_lane {
    FLIGHT_READ,
    FLIGHT_WRITE,
    FLIGHT_ALONE, /* straight to a leased connection: streams, slow ones, repeated offenders */
};

/* What the first step is for. A connection may have that done already, or have it done by the
 * second one: then the first is not sent, and has no result. */
enum flight_entry {
    FLIGHT_ENTRY_OWN,    /* something that only its caller knows: always sent */
    FLIGHT_ENTRY_LIMITS, /* sets the pool's limits */
    /* Sets them, and enters the organization of its first parameter, which is the first parameter
     * of the second step too, as text. */
    FLIGHT_ENTRY_ORGANIZATION,
};

/* BEGIN, enter, the check of who asks, and as many queries as one page asks together. */
#define FLIGHT_STEPS_MAX 11

struct flight {
    struct flight_step steps[FLIGHT_STEPS_MAX];
    int step_count;
    enum flight_lane lane;
    enum flight_entry entry;
    bool only_reads; /* said of FLIGHT_ALONE: a lost answer is no unknown outcome */
    /* Whose it is, for fairness between organizations; NULL on the identity plane. Borrowed. */
    const char *organization_id;
    /* The step whose 57014 or 55P03 means "the short limit was hit", and the values that give it
     * the full limit when the group is run once more, alone. NULL: never run again. */
    const char *const *alone_values; /* for step 0 */
};

/* The next step, to be filled. More than FLIGHT_STEPS_MAX is a mistake of ours. */
struct flight_step *
flight_add(struct flight *flight, const struct statement *statement, const char *const *values);
/* Give back the results. Accepts a flight that never flew, and a second call. */
void flight_done(struct flight *flight);
#define AUTO_FLIGHT __attribute__((cleanup(flight_done))) struct flight

/* --- reading a result ------------------------------------------------------------------------ */

size_t result_row_count(const struct pg_result *result);
int result_column_count(const struct pg_result *result);
/* Rows that an INSERT, UPDATE, DELETE or MERGE touched. */
int64_t result_affected(const struct pg_result *result);
/* The bytes of a value, NUL-terminated by libpq; NULL for SQL NULL. Lives as long as the result. */
const char *result_value(const struct pg_result *result, size_t row, int column, size_t *ret_bytes);
/* Text (or an enum's label, or an id) copied to `arena`; NULL for SQL NULL. */
char *result_text(const struct pg_result *result, size_t row, int column, struct arena *arena);

/* Fill `error` from what PostgreSQL said: SQLSTATE, constraint, message; the code by SQLSTATE. */
bool result_error(const struct pg_result *result, const char *what, struct tn_error *error);
