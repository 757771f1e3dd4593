/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#include "queries.h"

#include <tenantry/query.h>

/* clang-format off */

const char *const invoice_status_labels[3] = {
    "draft",
    "open",
    "void",
};

const char *
invoice_status_label(enum invoice_status value)
{
    return (unsigned)value < 3u ? invoice_status_labels[value] : NULL;
}

bool
invoice_status_query(
    struct tn_request *request, const char *name, enum invoice_status *value, struct tn_error *error)
{
    int index = (int)*value;
    if (!tn_request_query_label(request, name, invoice_status_labels, 3, &index, error))
        return false;

    *value = (enum invoice_status)index;
    return true;
}

static const uint32_t types_invoices_search_0[] = { 25, 25, 1700, 20 };
static const uint32_t types_invoices_search[] = { 25, 0, 1700, 20 };
static const char *const reads_invoices_search[] = { "public.invoice", NULL };
static const char *const writes_invoices_search[] = { NULL };
static const struct tn_query query_invoices_search[8] = {
    { /* by newest */
        .name = "invoices_search",
        .text =
            "SELECT id, number, total, status\n"
            "FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE true\n"
            "ORDER BY created_at DESC, id DESC\n"
            "LIMIT $4",
        .statement = "tn_8f3c6b5277cce403",
        .parameter_types = types_invoices_search_0,
        .parameter_count = 4,
        .column_count = 4,
        .tables_read = reads_invoices_search,
        .tables_written = writes_invoices_search,
    },
    { /* by largest */
        .name = "invoices_search",
        .text =
            "SELECT id, number, total, status\n"
            "FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE true\n"
            "ORDER BY total DESC, id\n"
            "LIMIT $4",
        .statement = "tn_b422fdad17aa522e",
        .parameter_types = types_invoices_search_0,
        .parameter_count = 4,
        .column_count = 4,
        .tables_read = reads_invoices_search,
        .tables_written = writes_invoices_search,
    },
    { /* status, by newest */
        .name = "invoices_search",
        .text =
            "SELECT id, number, total, status\n"
            "FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE true\n"
            "    AND status = $2\n"
            "ORDER BY created_at DESC, id DESC\n"
            "LIMIT $4",
        .statement = "tn_5c30ce66b2e4f44d",
        .parameter_types = types_invoices_search,
        .parameter_count = 4,
        .column_count = 4,
        .tables_read = reads_invoices_search,
        .tables_written = writes_invoices_search,
    },
    { /* status, by largest */
        .name = "invoices_search",
        .text =
            "SELECT id, number, total, status\n"
            "FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE true\n"
            "    AND status = $2\n"
            "ORDER BY total DESC, id\n"
            "LIMIT $4",
        .statement = "tn_d453fcad5730ee68",
        .parameter_types = types_invoices_search,
        .parameter_count = 4,
        .column_count = 4,
        .tables_read = reads_invoices_search,
        .tables_written = writes_invoices_search,
    },
    { /* min_total, by newest */
        .name = "invoices_search",
        .text =
            "SELECT id, number, total, status\n"
            "FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE true\n"
            "    AND total >= $3\n"
            "ORDER BY created_at DESC, id DESC\n"
            "LIMIT $4",
        .statement = "tn_c35525db00b62c5e",
        .parameter_types = types_invoices_search_0,
        .parameter_count = 4,
        .column_count = 4,
        .tables_read = reads_invoices_search,
        .tables_written = writes_invoices_search,
    },
    { /* min_total, by largest */
        .name = "invoices_search",
        .text =
            "SELECT id, number, total, status\n"
            "FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE true\n"
            "    AND total >= $3\n"
            "ORDER BY total DESC, id\n"
            "LIMIT $4",
        .statement = "tn_dc5fa958e5aae1e3",
        .parameter_types = types_invoices_search_0,
        .parameter_count = 4,
        .column_count = 4,
        .tables_read = reads_invoices_search,
        .tables_written = writes_invoices_search,
    },
    { /* status, min_total, by newest */
        .name = "invoices_search",
        .text =
            "SELECT id, number, total, status\n"
            "FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE true\n"
            "    AND status = $2\n"
            "    AND total >= $3\n"
            "ORDER BY created_at DESC, id DESC\n"
            "LIMIT $4",
        .statement = "tn_cf7f23b1004e68e4",
        .parameter_types = types_invoices_search,
        .parameter_count = 4,
        .column_count = 4,
        .tables_read = reads_invoices_search,
        .tables_written = writes_invoices_search,
    },
    { /* status, min_total, by largest */
        .name = "invoices_search",
        .text =
            "SELECT id, number, total, status\n"
            "FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE true\n"
            "    AND status = $2\n"
            "    AND total >= $3\n"
            "ORDER BY total DESC, id\n"
            "LIMIT $4",
        .statement = "tn_bcb1c99373aa7851",
        .parameter_types = types_invoices_search,
        .parameter_count = 4,
        .column_count = 4,
        .tables_read = reads_invoices_search,
        .tables_written = writes_invoices_search,
    },
};

const char *const invoices_search_sort_labels[2] = {
    "newest",
    "largest",
};

bool
invoices_search_sort_query(
    struct tn_request *request, const char *name, enum invoices_search_sort *value, struct tn_error *error)
{
    int index = (int)*value;
    if (!tn_request_query_label(request, name, invoices_search_sort_labels, 2, &index, error))
        return false;

    *value = (enum invoices_search_sort)index;
    return true;
}

static bool
read_invoices_search(const struct tn_call *call, size_t row, struct invoices_search_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_uuid(call, row, 0, &ret_row->id, error))
        return false;
    if (!tn_column_text(call, row, 1, &ret_row->number, error))
        return false;
    if (!tn_column_decimal(call, row, 2, 2, &ret_row->total, error))
        return false;
    int label_3;
    if (!tn_column_label(call, row, 3, invoice_status_labels, 3, false, &label_3, error))
        return false;
    ret_row->status = (enum invoice_status)label_3;
    return true;
}

bool
invoices_search(struct tn_db db, struct arg_opt_status status, struct arg_opt_min_total min_total,
    struct arg_row_limit row_limit, enum invoices_search_sort sort,
    struct invoices_search_rows *ret_rows, struct tn_error *error)
{
    unsigned variant = 0;
    variant += status.value.is_null ? 0 : 1u;
    variant += min_total.value.is_null ? 0 : 2u;
    if ((unsigned)sort >= 2u)
        return tn_error_set(error, TN_BAD_FIELD, "query invoices_search: there is no such sort");
    variant = variant * 2u + (unsigned)sort;

    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_invoices_search[variant], error))
        return false;

    if (status.value.is_null)
        tn_call_null(&call);
    else
        tn_call_label(&call, invoice_status_labels, 3, status.value.value_if_any);
    tn_call_opt_decimal(&call, min_total.value, 2);
    tn_call_int64(&call, row_limit.value);
    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct invoices_search_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_invoices_search(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}

static const uint32_t types_invoices_export_0[] = { 25, 25 };
static const uint32_t types_invoices_export[] = { 25, 0 };
static const char *const reads_invoices_export[] = { "public.invoice", NULL };
static const char *const writes_invoices_export[] = { NULL };
static const struct tn_query query_invoices_export[2] = {
    { /* without */
        .name = "invoices_export",
        .text =
            "SELECT number, total, created_at FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\" WHERE true ORDER BY number",
        .statement = "tn_896c9d3e2f7743dd",
        .parameter_types = types_invoices_export_0,
        .parameter_count = 2,
        .column_count = 3,
        .tables_read = reads_invoices_export,
        .tables_written = writes_invoices_export,
    },
    { /* statuses */
        .name = "invoices_export",
        .text =
            "SELECT number, total, created_at FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\" WHERE true AND status = ANY($2) ORDER BY number",
        .statement = "tn_6552249a10aca55a",
        .parameter_types = types_invoices_export,
        .parameter_count = 2,
        .column_count = 3,
        .tables_read = reads_invoices_export,
        .tables_written = writes_invoices_export,
    },
};

static bool
read_invoices_export(const struct tn_call *call, size_t row, struct invoices_export_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->number, error))
        return false;
    if (!tn_column_decimal(call, row, 1, 2, &ret_row->total, error))
        return false;
    if (!tn_column_time(call, row, 2, &ret_row->created_at, error))
        return false;
    return true;
}

bool
invoices_export(struct tn_db db, struct arg_opt_statuses statuses,
    struct invoices_export_stream *ret_stream, struct tn_error *error)
{
    *ret_stream = (struct invoices_export_stream){ 0 };
    unsigned variant = 0;
    variant += statuses.value.is_null ? 0 : 1u;

    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_invoices_export[variant], error))
        return false;

    if (statuses.value.is_null)
        tn_call_null(&call);
    else
        tn_call_label_array(&call, invoice_status_labels, 3,
            (struct tn_index_array){
                statuses.value.value_if_any.n,
                (const unsigned *)statuses.value.value_if_any.v });
    return tn_stream_begin(&call, &ret_stream->stream, error);
}

bool
invoices_export_next(
    struct invoices_export_stream *stream, struct invoices_export_row *ret_row, bool *ret_found,
    struct tn_error *error)
{
    bool found;
    if (!tn_stream_next(&stream->stream, &found, error))
        return false;
    if (found &&
        !read_invoices_export(&stream->stream.call, stream->stream.row, ret_row, error))
        return false;

    *ret_found = found;
    return true;
}

void
invoices_export_end(struct invoices_export_stream *stream)
{
    tn_stream_end(&stream->stream);
}

static const uint32_t types_customer_lists[] = { 25 };
static const char *const reads_customer_lists[] = { "public.customer", "public.invoice", NULL };
static const char *const writes_customer_lists[] = { NULL };
static const struct tn_query query_customer_lists[1] = {
    { /* by name */
        .name = "customer_lists",
        .text =
            "SELECT name, (SELECT array_agg(i.number) FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) i WHERE i.customer_id = c.id) AS numbers,\n"
            "    array(SELECT status FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) i WHERE i.customer_id = c.id) AS statuses,\n"
            "    array(SELECT status FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) i WHERE i.customer_id = c.id) AS \"all_statuses!\",\n"
            "    array(SELECT total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) i WHERE i.customer_id = c.id) AS \"totals!\",\n"
            "    array(SELECT created_at FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) i WHERE i.customer_id = c.id) AS times\n"
            "FROM (SELECT * FROM \"public\".\"customer\" WHERE \"customer\".\"organization_id\" = $1::text) c ORDER BY name",
        .statement = "tn_ce7d3123154fb517",
        .parameter_types = types_customer_lists,
        .parameter_count = 1,
        .column_count = 6,
        .tables_read = reads_customer_lists,
        .tables_written = writes_customer_lists,
    },
};

const char *const customer_lists_sort_labels[1] = {
    "name",
};

bool
customer_lists_sort_query(
    struct tn_request *request, const char *name, enum customer_lists_sort *value, struct tn_error *error)
{
    int index = (int)*value;
    if (!tn_request_query_label(request, name, customer_lists_sort_labels, 1, &index, error))
        return false;

    *value = (enum customer_lists_sort)index;
    return true;
}

static bool
read_customer_lists(const struct tn_call *call, size_t row, struct customer_lists_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->name, error))
        return false;
    if (!tn_column_opt_text_array(call, row, 1, &ret_row->numbers, error))
        return false;
    struct tn_index_array labels_2;
    if (!tn_column_label_array(
            call, row, 2, invoice_status_labels, 3, false, &labels_2, error))
        return false;
    ret_row->statuses = (struct invoice_status_array){
        labels_2.n, (const enum invoice_status *)labels_2.v };
    struct tn_index_array labels_3;
    if (!tn_column_label_array(
            call, row, 3, invoice_status_labels, 3, false, &labels_3, error))
        return false;
    ret_row->all_statuses = (struct invoice_status_array){
        labels_3.n, (const enum invoice_status *)labels_3.v };
    if (!tn_column_decimal_array(call, row, 4, 2, &ret_row->totals, error))
        return false;
    if (!tn_column_time_array(call, row, 5, &ret_row->times, error))
        return false;
    return true;
}

bool
customer_lists(struct tn_db db, enum customer_lists_sort sort,
    struct customer_lists_rows *ret_rows, struct tn_error *error)
{
    unsigned variant = 0;
    if ((unsigned)sort >= 1u)
        return tn_error_set(error, TN_BAD_FIELD, "query customer_lists: there is no such sort");
    variant = variant * 1u + (unsigned)sort;

    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_customer_lists[variant], error))
        return false;

    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct customer_lists_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_customer_lists(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}

static const uint32_t types_invoices_mark[] = { 25, 2951, 0 };
static const char *const reads_invoices_mark[] = { NULL };
static const char *const writes_invoices_mark[] = { "public.invoice", NULL };
static const struct tn_query query_invoices_mark = {
    .name = "invoices_mark",
    .text =
        "UPDATE \"public\".\"invoice\" i SET status = b.status\n"
        "FROM unnest($2::uuid[], $3::\"public\".invoice_status[]) AS b (id, status) WHERE ( b.id = i.id) AND \"i\".\"organization_id\" = $1::text",
    .statement = "tn_bb1b3f9a899e808b",
    .parameter_types = types_invoices_mark,
    .parameter_count = 3,
    .column_count = 0,
    .writes = true,
    .tables_read = reads_invoices_mark,
    .tables_written = writes_invoices_mark,
};

bool
invoices_mark(struct tn_db db, struct arg_ids ids, struct arg_statuses statuses,
    int64_t *ret_count, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_invoices_mark, error))
        return false;

    tn_call_uuid_array(&call, ids.value);
    tn_call_label_array(&call, invoice_status_labels, 3,
        (struct tn_index_array){
            statuses.value.n,
            (const unsigned *)statuses.value.v });
    if (!tn_call_run(&call, error))
        return false;

    *ret_count = tn_call_affected(&call);
    return true;
}

static const uint32_t types_invoice_raise[] = { 25, 0, 1700, 1700 };
static const char *const reads_invoice_raise[] = { NULL };
static const char *const writes_invoice_raise[] = { "public.invoice", NULL };
static const struct tn_query query_invoice_raise = {
    .name = "invoice_raise",
    .text =
        "UPDATE \"public\".\"invoice\" SET total = $2 WHERE ( total BETWEEN $3 AND $4) AND \"invoice\".\"organization_id\" = $1::text",
    .statement = "tn_36d5093dc8aa445f",
    .parameter_types = types_invoice_raise,
    .parameter_count = 4,
    .column_count = 0,
    .writes = true,
    .tables_read = reads_invoice_raise,
    .tables_written = writes_invoice_raise,
};

bool
invoice_raise(struct tn_db db, struct arg_new_total new_total, struct arg_low low,
    struct arg_high high, int64_t *ret_count, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_invoice_raise, error))
        return false;

    tn_call_decimal(&call, new_total.value, 2);
    tn_call_decimal(&call, low.value, 2);
    tn_call_decimal(&call, high.value, 2);
    if (!tn_call_run(&call, error))
        return false;

    *ret_count = tn_call_affected(&call);
    return true;
}

static const uint32_t types_invoices_by_sum[] = { 25, 1700, 1231 };
static const char *const reads_invoices_by_sum[] = { "public.invoice", NULL };
static const char *const writes_invoices_by_sum[] = { NULL };
static const struct tn_query query_invoices_by_sum = {
    .name = "invoices_by_sum",
    .text =
        "SELECT customer_id, sum(total) AS \"sum!\" FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\" GROUP BY 1 HAVING sum(total) > $2 AND max(total) = ANY($3)",
    .statement = "tn_9dc7e2048de50496",
    .parameter_types = types_invoices_by_sum,
    .parameter_count = 3,
    .column_count = 2,
    .tables_read = reads_invoices_by_sum,
    .tables_written = writes_invoices_by_sum,
};

static bool
read_invoices_by_sum(const struct tn_call *call, size_t row, struct invoices_by_sum_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_uuid(call, row, 0, &ret_row->customer_id, error))
        return false;
    if (!tn_column_numeric(call, row, 1, &ret_row->sum, error))
        return false;
    return true;
}

bool
invoices_by_sum(struct tn_db db, struct arg_sum_above sum_above, struct arg_sums sums,
    struct invoices_by_sum_rows *ret_rows, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_invoices_by_sum, error))
        return false;

    tn_call_numeric(&call, sum_above.value);
    tn_call_numeric_array(&call, sums.value);
    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct invoices_by_sum_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_invoices_by_sum(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}

static const uint32_t types_invoices_of_totals[] = { 25, 1231, 1700 };
static const char *const reads_invoices_of_totals[] = { "public.invoice", NULL };
static const char *const writes_invoices_of_totals[] = { NULL };
static const struct tn_query query_invoices_of_totals = {
    .name = "invoices_of_totals",
    .text =
        "SELECT number FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\" WHERE total = ANY($2) OR total = $3::numeric(10, 1)",
    .statement = "tn_644b4f5e49ea3e82",
    .parameter_types = types_invoices_of_totals,
    .parameter_count = 3,
    .column_count = 1,
    .tables_read = reads_invoices_of_totals,
    .tables_written = writes_invoices_of_totals,
};

static bool
read_invoices_of_totals(const struct tn_call *call, size_t row, struct invoices_of_totals_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->number, error))
        return false;
    return true;
}

bool
invoices_of_totals(struct tn_db db, struct arg_totals totals, struct arg_rounded rounded,
    struct invoices_of_totals_rows *ret_rows, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_invoices_of_totals, error))
        return false;

    tn_call_decimal_array(&call, totals.value, 2);
    tn_call_decimal(&call, rounded.value, 1);
    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct invoices_of_totals_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_invoices_of_totals(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}
