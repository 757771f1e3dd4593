/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#include "queries.h"

#include <tenantry/query.h>

/* clang-format off */

static const uint32_t types_members[] = { 25 };
static const char *const reads_members[] = { "public.member", NULL };
static const char *const writes_members[] = { NULL };
static const struct tn_query query_members = {
    .name = "members",
    .text =
        "SELECT \"userId\", role AS error FROM (SELECT * FROM \"public\".\"member\" WHERE \"member\".\"organizationId\" = $1::text) AS \"member\" ORDER BY \"userId\"",
    .statement = "tn_affbcb04f3e553a4",
    .parameter_types = types_members,
    .parameter_count = 1,
    .column_count = 2,
    .tables_read = reads_members,
    .tables_written = writes_members,
};

static bool
read_members(const struct tn_call *call, size_t row, struct members_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->user_id, error))
        return false;
    if (!tn_column_text(call, row, 1, &ret_row->error, error))
        return false;
    return true;
}

bool
members(struct tn_membership membership, struct members_rows *ret_rows, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin_membership(&call, membership, &query_members, error))
        return false;

    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct members_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_members(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}

static const uint32_t types_member_set_role[] = { 25, 25, 25 };
static const char *const reads_member_set_role[] = { NULL };
static const char *const writes_member_set_role[] = { "public.member", NULL };
static const struct tn_query query_member_set_role = {
    .name = "member_set_role",
    .text =
        "UPDATE \"public\".\"member\" SET role = $2 WHERE ( \"userId\" = $3) AND \"member\".\"organizationId\" = $1::text",
    .statement = "tn_787fdeb416ad78d6",
    .parameter_types = types_member_set_role,
    .parameter_count = 3,
    .column_count = 0,
    .writes = true,
    .tables_read = reads_member_set_role,
    .tables_written = writes_member_set_role,
};

bool
member_set_role(struct tn_membership membership, struct arg_row row_, struct arg_user_id user_id,
    int64_t *ret_count, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin_membership(&call, membership, &query_member_set_role, error))
        return false;

    tn_call_text(&call, row_.value);
    tn_call_text(&call, user_id.value);
    if (!tn_call_run(&call, error))
        return false;

    *ret_count = tn_call_affected(&call);
    return true;
}

static const uint32_t types_organizations_of[] = { 25 };
static const char *const reads_organizations_of[] = { "public.member", "public.organization", NULL };
static const char *const writes_organizations_of[] = { NULL };
static const struct tn_query query_organizations_of = {
    .name = "organizations_of",
    .text =
        "SELECT o.id, o.slug FROM \"public\".\"organization\" o JOIN \"public\".\"member\" m ON m.\"organizationId\" = o.id\n"
        "WHERE m.\"userId\" = $1",
    .statement = "tn_f3ae0bb4659e9815",
    .parameter_types = types_organizations_of,
    .parameter_count = 1,
    .column_count = 2,
    .tables_read = reads_organizations_of,
    .tables_written = writes_organizations_of,
};

static bool
read_organizations_of(const struct tn_call *call, size_t row, struct organizations_of_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->id, error))
        return false;
    if (!tn_column_text(call, row, 1, &ret_row->slug, error))
        return false;
    return true;
}

bool
organizations_of(struct tn_identity identity, struct arg_user_id user_id,
    struct organizations_of_rows *ret_rows, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin_identity(&call, identity, &query_organizations_of, error))
        return false;

    tn_call_text(&call, user_id.value);
    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct organizations_of_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_organizations_of(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}

static const uint32_t types_user_delete[] = { 25 };
static const char *const reads_user_delete[] = { NULL };
static const char *const writes_user_delete[] = { "public.member", "public.user", NULL };
static const struct tn_query query_user_delete = {
    .name = "user_delete",
    .text =
        "DELETE FROM \"public\".\"user\" WHERE id = $1",
    .statement = "tn_1daa0b7980289f1e",
    .parameter_types = types_user_delete,
    .parameter_count = 1,
    .column_count = 0,
    .writes = true,
    .tables_read = reads_user_delete,
    .tables_written = writes_user_delete,
};

bool
user_delete(struct tn_identity identity, struct arg_user_id user_id, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin_identity(&call, identity, &query_user_delete, error))
        return false;

    tn_call_text(&call, user_id.value);
    if (!tn_call_run(&call, error))
        return false;

    return true;
}
