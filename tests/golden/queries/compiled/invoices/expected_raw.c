/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#include "raw.h"

#include <tenantry/query.h>

/* clang-format off */

static const char *const raw_invoice_status_labels[3] = {
    "draft",
    "open",
    "void",
};

const char *
raw_invoice_status_label(enum invoice_status value)
{
    return (unsigned)value < 3u ? raw_invoice_status_labels[value] : NULL;
}

static const char *const reads_totals_of_all[] = { "public.invoice", NULL };
static const char *const writes_totals_of_all[] = { NULL };
static const struct tn_query query_totals_of_all = {
    .name = "totals_of_all",
    .text =
        "SELECT organization_id, status, sum(total)::numeric(14, 2) AS \"total!\" FROM \"public\".\"invoice\" GROUP BY 1, 2",
    .statement = "tn_67923b658bf84993",
    .column_count = 3,
    .tables_read = reads_totals_of_all,
    .tables_written = writes_totals_of_all,
};

static bool
read_totals_of_all(const struct tn_call *call, size_t row, struct totals_of_all_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->organization_id, error))
        return false;
    int label_1;
    if (!tn_column_label(call, row, 1, raw_invoice_status_labels, 3, false, &label_1, error))
        return false;
    ret_row->status = (enum invoice_status)label_1;
    if (!tn_column_decimal(call, row, 2, 2, &ret_row->total, error))
        return false;
    return true;
}

bool
totals_of_all(struct raw_db raw, struct totals_of_all_rows *ret_rows, struct tn_error *error)
{
    TN_CALL call;
    if (!raw_call_begin(&call, raw, &query_totals_of_all, error))
        return false;

    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct totals_of_all_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_totals_of_all(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}
