/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#pragma once

#ifdef TENANTRY_RAW_H
#error "queries of one organization and of all do not go into one file: include queries.h or raw.h"
#endif
#define TENANTRY_QUERIES_H

#include "tenant/identity.h"

/* clang-format off */

struct arg_row {
    struct tn_text value;
};

static inline struct arg_row
arg_row(struct tn_text value)
{
    return (struct arg_row){ value };
}

struct arg_user_id {
    struct tn_text value;
};

static inline struct arg_user_id
arg_user_id(struct tn_text value)
{
    return (struct arg_user_id){ value };
}

struct members_row {
    struct tn_text user_id;
    struct tn_text error;
};

struct members_rows {
    size_t count;
    struct members_row *rows;
};

__attribute__((warn_unused_result))
bool members(struct tn_membership membership, struct members_rows *ret_rows,
    struct tn_error *error);

__attribute__((warn_unused_result))
bool member_set_role(struct tn_membership membership, struct arg_row row_,
    struct arg_user_id user_id, int64_t *ret_count, struct tn_error *error);

struct organizations_of_row {
    struct tn_text id;
    struct tn_text slug;
};

struct organizations_of_rows {
    size_t count;
    struct organizations_of_row *rows;
};

__attribute__((warn_unused_result))
bool organizations_of(struct tn_identity identity, struct arg_user_id user_id,
    struct organizations_of_rows *ret_rows, struct tn_error *error);

__attribute__((warn_unused_result))
bool user_delete(struct tn_identity identity, struct arg_user_id user_id, struct tn_error *error);
