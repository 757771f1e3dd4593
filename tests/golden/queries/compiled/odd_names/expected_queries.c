/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#include "queries.h"

#include <tenantry/query.h>

/* clang-format off */

const char *const in_state_labels[4] = {
    "a-b",
    "c",
    "1",
    "int",
};

const char *
in_state_label(enum in_state value)
{
    return (unsigned)value < 4u ? in_state_labels[value] : NULL;
}

bool
in_state_query(
    struct tn_request *request, const char *name, enum in_state *value, struct tn_error *error)
{
    int index = (int)*value;
    if (!tn_request_query_label(request, name, in_state_labels, 4, &index, error))
        return false;

    *value = (enum in_state)index;
    return true;
}

static const uint32_t types_odd[] = { 25 };
static const char *const reads_odd[] = { "public.Odd \"t.x", NULL };
static const char *const writes_odd[] = { NULL };
static const struct tn_query query_odd = {
    .name = "odd",
    .text =
        "SELECT * FROM (SELECT * FROM \"public\".\"Odd \"\"t.x\" WHERE \"Odd \"\"t.x\".\"organization_id\" = $1::text) AS \"Odd \"\"t.x\"",
    .statement = "tn_4fc39013f2bd26d9",
    .parameter_types = types_odd,
    .parameter_count = 1,
    .column_count = 7,
    .tables_read = reads_odd,
    .tables_written = writes_odd,
};

static bool
read_odd(const struct tn_call *call, size_t row, struct odd_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->organization_id, error))
        return false;
    if (!tn_column_int32(call, row, 1, &ret_row->id, error))
        return false;
    if (!tn_column_int32(call, row, 2, &ret_row->unix_, error))
        return false;
    if (!tn_column_opt_int32(call, row, 3, &ret_row->typeof_, error))
        return false;
    if (!tn_column_int32(call, row, 4, &ret_row->_2x_a, error))
        return false;
    int label_5;
    if (!tn_column_label(call, row, 5, in_state_labels, 4, false, &label_5, error))
        return false;
    ret_row->st = (enum in_state)label_5;
    int label_6;
    if (!tn_column_label(call, row, 6, in_state_labels, 4, true, &label_6, error))
        return false;
    ret_row->st_2 = label_6 < 0 ? opt_in_state_null() : opt_in_state_of((enum in_state)label_6);
    return true;
}

bool
odd(struct tn_db db, struct odd_rows *ret_rows, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_odd, error))
        return false;

    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct odd_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_odd(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}

static const uint32_t types_odd_ones[] = { 25, 23, 23, 0, 23, 23 };
static const char *const reads_odd_ones[] = { NULL };
static const char *const writes_odd_ones[] = { "public.Odd \"t.x", NULL };
static const struct tn_query query_odd_ones = {
    .name = "odd_ones",
    .text =
        "UPDATE \"public\".\"Odd \"\"t.x\" SET \"unix\" = $2, \"typeof\" = $3, st = $4 WHERE ( id = $5 AND \"2x A\" = $6) AND \"Odd \"\"t.x\".\"organization_id\" = $1::text",
    .statement = "tn_af5888a36e85c214",
    .parameter_types = types_odd_ones,
    .parameter_count = 6,
    .column_count = 0,
    .writes = true,
    .tables_read = reads_odd_ones,
    .tables_written = writes_odd_ones,
};

bool
odd_ones(struct tn_db db, struct arg_linux linux_, struct arg_tn_call_begin tn_call_begin_,
    struct arg_row row_, struct arg_error error_, struct arg_query_odd query_odd_,
    int64_t *ret_count, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_odd_ones, error))
        return false;

    tn_call_int32(&call, linux_.value);
    tn_call_int32(&call, tn_call_begin_.value);
    tn_call_label(&call, in_state_labels, 4, row_.value);
    tn_call_int32(&call, error_.value);
    tn_call_int32(&call, query_odd_.value);
    if (!tn_call_run(&call, error))
        return false;

    *ret_count = tn_call_affected(&call);
    return true;
}
