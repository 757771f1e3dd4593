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

static const uint32_t types_invoices_list_0[] = { 25, 2950, 25, 1700, 20 };
static const uint32_t types_invoices_list[] = { 25, 2950, 0, 1700, 20 };
static const char *const reads_invoices_list[] = { "public.invoice", NULL };
static const char *const writes_invoices_list[] = { NULL };
static const struct tn_query query_invoices_list[8] = {
    { /* by newest */
        .name = "invoices_list",
        .text =
            "SELECT id, number, status, total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE customer_id = $2\n"
            "ORDER BY created_at DESC, id DESC LIMIT $5",
        .statement = "tn_873eb9e0bc9afbcd",
        .parameter_types = types_invoices_list_0,
        .parameter_count = 5,
        .column_count = 4,
        .tables_read = reads_invoices_list,
        .tables_written = writes_invoices_list,
    },
    { /* by largest */
        .name = "invoices_list",
        .text =
            "SELECT id, number, status, total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE customer_id = $2\n"
            "ORDER BY total DESC, id LIMIT $5",
        .statement = "tn_1d6d800736234620",
        .parameter_types = types_invoices_list_0,
        .parameter_count = 5,
        .column_count = 4,
        .tables_read = reads_invoices_list,
        .tables_written = writes_invoices_list,
    },
    { /* status, by newest */
        .name = "invoices_list",
        .text =
            "SELECT id, number, status, total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE customer_id = $2 AND status = $3\n"
            "ORDER BY created_at DESC, id DESC LIMIT $5",
        .statement = "tn_2b4f615214bd835c",
        .parameter_types = types_invoices_list,
        .parameter_count = 5,
        .column_count = 4,
        .tables_read = reads_invoices_list,
        .tables_written = writes_invoices_list,
    },
    { /* status, by largest */
        .name = "invoices_list",
        .text =
            "SELECT id, number, status, total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE customer_id = $2 AND status = $3\n"
            "ORDER BY total DESC, id LIMIT $5",
        .statement = "tn_f9bd78bd4908e421",
        .parameter_types = types_invoices_list,
        .parameter_count = 5,
        .column_count = 4,
        .tables_read = reads_invoices_list,
        .tables_written = writes_invoices_list,
    },
    { /* least, by newest */
        .name = "invoices_list",
        .text =
            "SELECT id, number, status, total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE customer_id = $2 AND total >= $4\n"
            "ORDER BY created_at DESC, id DESC LIMIT $5",
        .statement = "tn_86221681ce0517b5",
        .parameter_types = types_invoices_list_0,
        .parameter_count = 5,
        .column_count = 4,
        .tables_read = reads_invoices_list,
        .tables_written = writes_invoices_list,
    },
    { /* least, by largest */
        .name = "invoices_list",
        .text =
            "SELECT id, number, status, total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE customer_id = $2 AND total >= $4\n"
            "ORDER BY total DESC, id LIMIT $5",
        .statement = "tn_b955dad7e9e429b8",
        .parameter_types = types_invoices_list_0,
        .parameter_count = 5,
        .column_count = 4,
        .tables_read = reads_invoices_list,
        .tables_written = writes_invoices_list,
    },
    { /* status, least, by newest */
        .name = "invoices_list",
        .text =
            "SELECT id, number, status, total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE customer_id = $2 AND status = $3 AND total >= $4\n"
            "ORDER BY created_at DESC, id DESC LIMIT $5",
        .statement = "tn_aac5c2f01fa957c0",
        .parameter_types = types_invoices_list,
        .parameter_count = 5,
        .column_count = 4,
        .tables_read = reads_invoices_list,
        .tables_written = writes_invoices_list,
    },
    { /* status, least, by largest */
        .name = "invoices_list",
        .text =
            "SELECT id, number, status, total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\"\n"
            "WHERE customer_id = $2 AND status = $3 AND total >= $4\n"
            "ORDER BY total DESC, id LIMIT $5",
        .statement = "tn_4c16021b73a9d2d5",
        .parameter_types = types_invoices_list,
        .parameter_count = 5,
        .column_count = 4,
        .tables_read = reads_invoices_list,
        .tables_written = writes_invoices_list,
    },
};

const char *const invoices_list_sort_labels[2] = {
    "newest",
    "largest",
};

bool
invoices_list_sort_query(
    struct tn_request *request, const char *name, enum invoices_list_sort *value, struct tn_error *error)
{
    int index = (int)*value;
    if (!tn_request_query_label(request, name, invoices_list_sort_labels, 2, &index, error))
        return false;

    *value = (enum invoices_list_sort)index;
    return true;
}

static bool
read_invoices_list(const struct tn_call *call, size_t row, struct invoices_list_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_uuid(call, row, 0, &ret_row->id, error))
        return false;
    if (!tn_column_text(call, row, 1, &ret_row->number, error))
        return false;
    int label_2;
    if (!tn_column_label(call, row, 2, invoice_status_labels, 3, false, &label_2, error))
        return false;
    ret_row->status = (enum invoice_status)label_2;
    if (!tn_column_decimal(call, row, 3, 2, &ret_row->total, error))
        return false;
    return true;
}

static bool
ask_invoices_list(struct tn_call *call, struct tn_db db, struct arg_customer_id customer_id,
    struct arg_opt_status status, struct arg_opt_least least, struct arg_row_limit row_limit,
    enum invoices_list_sort sort, struct tn_error *error)
{
    unsigned variant = 0;
    variant += status.value.is_null ? 0 : 1u;
    variant += least.value.is_null ? 0 : 2u;
    if ((unsigned)sort >= 2u)
        return tn_error_set(error, TN_BAD_FIELD, "query invoices_list: there is no such sort");
    variant = variant * 2u + (unsigned)sort;

    if (!tn_call_begin(call, db, &query_invoices_list[variant], error))
        return false;

    tn_call_uuid(call, customer_id.value);
    if (status.value.is_null)
        tn_call_null(call);
    else
        tn_call_label(call, invoice_status_labels, 3, status.value.value_if_any);
    tn_call_opt_decimal(call, least.value, 2);
    tn_call_int64(call, row_limit.value);
    return true;
}

static bool
answer_invoices_list(const struct tn_call *call, struct invoices_list_rows *ret_rows,
    struct tn_error *error)
{
    if (!tn_call_expect_many(call, error))
        return false;

    struct invoices_list_rows rows = { .count = tn_call_row_count(call) };
    rows.rows = tn_call_rows(call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_invoices_list(call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}

bool
invoices_list(struct tn_db db, struct arg_customer_id customer_id, struct arg_opt_status status,
    struct arg_opt_least least, struct arg_row_limit row_limit, enum invoices_list_sort sort,
    struct invoices_list_rows *ret_rows, struct tn_error *error)
{
    TN_CALL call = { 0 };
    if (!ask_invoices_list(&call, db, customer_id, status, least, row_limit, sort, error) || !tn_call_run(&call, error))
        return false;

    return answer_invoices_list(&call, ret_rows, error);
}

static const uint32_t types_customer_find[] = { 25, 2950 };
static const char *const reads_customer_find[] = { "public.customer", NULL };
static const char *const writes_customer_find[] = { NULL };
static const struct tn_query query_customer_find = {
    .name = "customer_find",
    .text =
        "SELECT id, name, email FROM (SELECT * FROM \"public\".\"customer\" WHERE \"customer\".\"organization_id\" = $1::text) AS \"customer\" WHERE id = $2",
    .statement = "tn_a815959df36ef699",
    .parameter_types = types_customer_find,
    .parameter_count = 2,
    .column_count = 3,
    .tables_read = reads_customer_find,
    .tables_written = writes_customer_find,
};

static bool
read_customer_find(const struct tn_call *call, size_t row, struct customer_find_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_uuid(call, row, 0, &ret_row->id, error))
        return false;
    if (!tn_column_text(call, row, 1, &ret_row->name, error))
        return false;
    if (!tn_column_opt_text(call, row, 2, &ret_row->email, error))
        return false;
    return true;
}

static bool
ask_customer_find(struct tn_call *call, struct tn_db db, struct arg_customer_id customer_id,
    struct tn_error *error)
{
    if (!tn_call_begin(call, db, &query_customer_find, error))
        return false;

    tn_call_uuid(call, customer_id.value);
    return true;
}

static bool
answer_customer_find(const struct tn_call *call, struct opt_customer_find_row *ret_row,
    struct tn_error *error)
{
    bool found;
    struct customer_find_row row = { 0 };
    if (!tn_call_expect_maybe(call, &found, error))
        return false;
    if (found && !read_customer_find(call, 0, &row, error))
        return false;

    *ret_row = found ? opt_customer_find_row_of(row) : opt_customer_find_row_null();
    return true;
}

bool
customer_find(struct tn_db db, struct arg_customer_id customer_id,
    struct customer_find_row *ret_row, bool *ret_found, struct tn_error *error)
{
    TN_CALL call = { 0 };
    if (!ask_customer_find(&call, db, customer_id, error) || !tn_call_run(&call, error))
        return false;

    struct opt_customer_find_row row;
    if (!answer_customer_find(&call, &row, error))
        return false;

    *ret_found = opt_customer_find_row_get(row, ret_row);
    return true;
}

static const uint32_t types_invoice_count[] = { 25, 2950 };
static const char *const reads_invoice_count[] = { "public.invoice", NULL };
static const char *const writes_invoice_count[] = { NULL };
static const struct tn_query query_invoice_count = {
    .name = "invoice_count",
    .text =
        "SELECT count(*) AS invoice_count FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\" WHERE customer_id = $2",
    .statement = "tn_ae6bb30c1a1cfa2a",
    .parameter_types = types_invoice_count,
    .parameter_count = 2,
    .column_count = 1,
    .tables_read = reads_invoice_count,
    .tables_written = writes_invoice_count,
};

static bool
read_invoice_count(const struct tn_call *call, size_t row, struct invoice_count_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_int64(call, row, 0, &ret_row->invoice_count, error))
        return false;
    return true;
}

static bool
ask_invoice_count(struct tn_call *call, struct tn_db db, struct arg_customer_id customer_id,
    struct tn_error *error)
{
    if (!tn_call_begin(call, db, &query_invoice_count, error))
        return false;

    tn_call_uuid(call, customer_id.value);
    return true;
}

static bool
answer_invoice_count(const struct tn_call *call, struct invoice_count_row *ret_row,
    struct tn_error *error)
{
    return tn_call_expect_one(call, error) && read_invoice_count(call, 0, ret_row, error);
}

bool
invoice_count(struct tn_db db, struct arg_customer_id customer_id,
    struct invoice_count_row *ret_row, struct tn_error *error)
{
    TN_CALL call = { 0 };
    if (!ask_invoice_count(&call, db, customer_id, error) || !tn_call_run(&call, error))
        return false;

    return answer_invoice_count(&call, ret_row, error);
}

static const uint32_t types_late_count[] = { 25, 23, 25 };
static const char *const reads_late_count[] = { "public.invoice", NULL };
static const char *const writes_late_count[] = { NULL };
static const struct tn_query query_late_count = {
    .name = "late_count",
    .text =
        "SELECT count(*) AS invoice_count FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\" WHERE created_at < now() - make_interval(days => $2) AND number <> $3",
    .statement = "tn_87215f0260aee1b9",
    .parameter_types = types_late_count,
    .parameter_count = 3,
    .column_count = 1,
    .reads_clock = true,
    .tables_read = reads_late_count,
    .tables_written = writes_late_count,
};

static bool
read_late_count(const struct tn_call *call, size_t row, struct late_count_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_int64(call, row, 0, &ret_row->invoice_count, error))
        return false;
    return true;
}

static bool
ask_late_count(struct tn_call *call, struct tn_db db, struct arg_days days,
    struct arg_opt_calls calls_, struct tn_error *error)
{
    if (!tn_call_begin(call, db, &query_late_count, error))
        return false;

    tn_call_int32(call, days.value);
    tn_call_opt_text(call, calls_.value);
    return true;
}

static bool
answer_late_count(const struct tn_call *call, struct late_count_row *ret_row,
    struct tn_error *error)
{
    return tn_call_expect_one(call, error) && read_late_count(call, 0, ret_row, error);
}

bool
late_count(struct tn_db db, struct arg_days days, struct arg_opt_calls calls_,
    struct late_count_row *ret_row, struct tn_error *error)
{
    TN_CALL call = { 0 };
    if (!ask_late_count(&call, db, days, calls_, error) || !tn_call_run(&call, error))
        return false;

    return answer_late_count(&call, ret_row, error);
}

static const uint32_t types_customer_alone[] = { 25, 2950 };
static const char *const reads_customer_alone[] = { "public.customer", NULL };
static const char *const writes_customer_alone[] = { NULL };
static const struct tn_query query_customer_alone = {
    .name = "customer_alone",
    .text =
        "SELECT name FROM (SELECT * FROM \"public\".\"customer\" WHERE \"customer\".\"organization_id\" = $1::text) AS \"customer\" WHERE id = $2",
    .statement = "tn_337d194629ef4520",
    .parameter_types = types_customer_alone,
    .parameter_count = 2,
    .column_count = 1,
    .tables_read = reads_customer_alone,
    .tables_written = writes_customer_alone,
};

static bool
read_customer_alone(const struct tn_call *call, size_t row, struct customer_alone_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->name, error))
        return false;
    return true;
}

bool
customer_alone(struct tn_db db, struct arg_customer_id customer_id,
    struct customer_alone_row *ret_row, bool *ret_found, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_customer_alone, error))
        return false;

    tn_call_uuid(&call, customer_id.value);
    if (!tn_call_run(&call, error))
        return false;

    bool found;
    if (!tn_call_expect_maybe(&call, &found, error))
        return false;
    if (found && !read_customer_alone(&call, 0, ret_row, error))
        return false;

    *ret_found = found;
    return true;
}

bool
customer_page(struct tn_db db, struct arg_customer_id customer_id, struct arg_opt_status status,
    struct arg_opt_least least, struct arg_row_limit row_limit, struct arg_days days,
    struct arg_opt_calls calls_, enum invoices_list_sort invoices_list_sort,
    struct customer_page_rows *ret_rows, struct tn_error *error)
{
    TN_CALLS calls = { .name = "customer_page", .count = 4 };
    if (!ask_customer_find(&calls.list[0], db, customer_id, error) ||
        !ask_invoices_list(&calls.list[1], db, customer_id, status, least, row_limit, invoices_list_sort, error) ||
        !ask_invoice_count(&calls.list[2], db, customer_id, error) ||
        !ask_late_count(&calls.list[3], db, days, calls_, error))
        return false;

    struct customer_page_rows rows;
    if (!tn_calls_run(&calls, error) ||
        !answer_customer_find(&calls.list[0], &rows.customer_find, error) ||
        !answer_invoices_list(&calls.list[1], &rows.invoices_list, error) ||
        !answer_invoice_count(&calls.list[2], &rows.invoice_count, error) ||
        !answer_late_count(&calls.list[3], &rows.late_count, error))
        return false;

    *ret_rows = rows;
    return true;
}

bool
counts(struct tn_db db, struct arg_customer_id customer_id, struct arg_days days,
    struct arg_opt_calls calls_, struct counts_rows *ret_rows, struct tn_error *error)
{
    TN_CALLS calls = { .name = "counts", .count = 2 };
    if (!ask_invoice_count(&calls.list[0], db, customer_id, error) ||
        !ask_late_count(&calls.list[1], db, days, calls_, error))
        return false;

    struct counts_rows rows;
    if (!tn_calls_run(&calls, error) ||
        !answer_invoice_count(&calls.list[0], &rows.invoice_count, error) ||
        !answer_late_count(&calls.list[1], &rows.late_count, error))
        return false;

    *ret_rows = rows;
    return true;
}
