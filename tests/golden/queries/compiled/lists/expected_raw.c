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

static const char *const reads_exports_of_all[] = { "public.invoice", NULL };
static const char *const writes_exports_of_all[] = { NULL };
static const struct tn_query query_exports_of_all[2] = {
    { /* by org */
        .name = "exports_of_all",
        .text =
            "SELECT organization_id, status, total FROM \"public\".\"invoice\" ORDER BY organization_id",
        .statement = "tn_28a27b19a30631bc",
        .column_count = 3,
        .tables_read = reads_exports_of_all,
        .tables_written = writes_exports_of_all,
    },
    { /* by total */
        .name = "exports_of_all",
        .text =
            "SELECT organization_id, status, total FROM \"public\".\"invoice\" ORDER BY total DESC",
        .statement = "tn_0cf2dc9e4192e79c",
        .column_count = 3,
        .tables_read = reads_exports_of_all,
        .tables_written = writes_exports_of_all,
    },
};

static bool
read_exports_of_all(const struct tn_call *call, size_t row, struct exports_of_all_row *ret_row,
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
exports_of_all(struct raw_db raw, enum exports_of_all_sort sort,
    struct exports_of_all_stream *ret_stream, struct tn_error *error)
{
    *ret_stream = (struct exports_of_all_stream){ 0 };
    unsigned variant = 0;
    if ((unsigned)sort >= 2u)
        return tn_error_set(error, TN_BAD_FIELD, "query exports_of_all: there is no such sort");
    variant = variant * 2u + (unsigned)sort;

    TN_CALL call;
    if (!raw_call_begin(&call, raw, &query_exports_of_all[variant], error))
        return false;

    return tn_stream_begin(&call, &ret_stream->stream, error);
}

bool
exports_of_all_next(
    struct exports_of_all_stream *stream, struct exports_of_all_row *ret_row, bool *ret_found,
    struct tn_error *error)
{
    bool found;
    if (!tn_stream_next(&stream->stream, &found, error))
        return false;
    if (found &&
        !read_exports_of_all(&stream->stream.call, stream->stream.row, ret_row, error))
        return false;

    *ret_found = found;
    return true;
}

void
exports_of_all_end(struct exports_of_all_stream *stream)
{
    tn_stream_end(&stream->stream);
}
