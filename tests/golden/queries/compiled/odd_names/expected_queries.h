/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#pragma once

#ifdef TENANTRY_RAW_H
#error "queries of one organization and of all do not go into one file: include queries.h or raw.h"
#endif
#define TENANTRY_QUERIES_H

#include <tenantry/tenantry.h>

/* clang-format off */

enum in_state {
    IN_STATE_A_B,
    IN_STATE_C,
    IN_STATE_1,
    IN_STATE_INT,
};

struct opt_in_state {
    bool is_null;
    enum in_state value_if_any;
};

static inline bool
opt_in_state_get(struct opt_in_state optional, enum in_state *ret_value)
{
    if (optional.is_null)
        return false;
    *ret_value = optional.value_if_any;
    return true;
}

static inline struct opt_in_state
opt_in_state_of(enum in_state value)
{
    return (struct opt_in_state){ .is_null = false, .value_if_any = value };
}

static inline struct opt_in_state
opt_in_state_null(void)
{
    return (struct opt_in_state){ .is_null = true };
}

/* As the database writes them, in the order of the enum. */
extern const char *const in_state_labels[4];
const char *in_state_label(enum in_state value);
/* A parameter of the request's address; not sent: `*value` stays as it was. */
__attribute__((warn_unused_result)) bool in_state_query(
    struct tn_request *request, const char *name, enum in_state *value, struct tn_error *error);

struct arg_error {
    int32_t value;
};

static inline struct arg_error
arg_error(int32_t value)
{
    return (struct arg_error){ value };
}

struct arg_linux {
    int32_t value;
};

static inline struct arg_linux
arg_linux(int32_t value)
{
    return (struct arg_linux){ value };
}

struct arg_query_odd {
    int32_t value;
};

static inline struct arg_query_odd
arg_query_odd(int32_t value)
{
    return (struct arg_query_odd){ value };
}

struct arg_row {
    enum in_state value;
};

static inline struct arg_row
arg_row(enum in_state value)
{
    return (struct arg_row){ value };
}

struct arg_tn_call_begin {
    int32_t value;
};

static inline struct arg_tn_call_begin
arg_tn_call_begin(int32_t value)
{
    return (struct arg_tn_call_begin){ value };
}

struct odd_row {
    struct tn_text organization_id;
    int32_t id;
    int32_t unix_;
    struct tn_opt_int32 typeof_;
    int32_t _2x_a;
    enum in_state st;
    struct opt_in_state st_2;
};

struct odd_rows {
    size_t count;
    struct odd_row *rows;
};

/* A / * comment * / within "a comment" ??/ */
__attribute__((warn_unused_result))
bool odd(struct tn_db db, struct odd_rows *ret_rows, struct tn_error *error);

__attribute__((warn_unused_result))
bool odd_ones(struct tn_db db, struct arg_linux linux_, struct arg_tn_call_begin tn_call_begin_,
    struct arg_row row_, struct arg_error error_, struct arg_query_odd query_odd_,
    int64_t *ret_count, struct tn_error *error);
