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

static const uint32_t types_invoices_page[] = { 25, 0, 1184, 2950, 20 };
static const char *const reads_invoices_page[] = { "public.customer", "public.invoice", NULL };
static const char *const writes_invoices_page[] = { NULL };
static const struct tn_query query_invoices_page = {
    .name = "invoices_page",
    .text =
        "SELECT i.id, i.number, i.status, i.total, c.name AS customer_name, c.email\n"
        "FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) i JOIN (SELECT * FROM \"public\".\"customer\" WHERE \"customer\".\"organization_id\" = $1::text) c ON c.id = i.customer_id\n"
        "WHERE i.status = $2 AND (i.created_at, i.id) > ($3, $4)\n"
        "ORDER BY i.created_at, i.id\n"
        "LIMIT $5",
    .statement = "tn_2eada4c59aaa14d1",
    .parameter_types = types_invoices_page,
    .parameter_count = 5,
    .column_count = 6,
    .tables_read = reads_invoices_page,
    .tables_written = writes_invoices_page,
};

static bool
read_invoices_page(const struct tn_call *call, size_t row, struct invoices_page_row *ret_row,
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
    if (!tn_column_text(call, row, 4, &ret_row->customer_name, error))
        return false;
    if (!tn_column_opt_text(call, row, 5, &ret_row->email, error))
        return false;
    return true;
}

bool
invoices_page(struct tn_db db, struct arg_status status, struct arg_after_at after_at,
    struct arg_after_id after_id, struct arg_row_limit row_limit,
    struct invoices_page_rows *ret_rows, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_invoices_page, error))
        return false;

    tn_call_label(&call, invoice_status_labels, 3, status.value);
    tn_call_time(&call, after_at.value);
    tn_call_uuid(&call, after_id.value);
    tn_call_int64(&call, row_limit.value);
    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct invoices_page_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_invoices_page(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}

static const uint32_t types_invoice_find[] = { 25, 25 };
static const char *const reads_invoice_find[] = { "public.invoice", NULL };
static const char *const writes_invoice_find[] = { NULL };
static const struct tn_query query_invoice_find = {
    .name = "invoice_find",
    .text =
        "SELECT id, status, now() AS asked_at FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\" WHERE number = $2",
    .statement = "tn_ce0751cd3400d1fa",
    .parameter_types = types_invoice_find,
    .parameter_count = 2,
    .column_count = 3,
    .reads_clock = true,
    .tables_read = reads_invoice_find,
    .tables_written = writes_invoice_find,
};

static bool
read_invoice_find(const struct tn_call *call, size_t row, struct invoice_find_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_uuid(call, row, 0, &ret_row->id, error))
        return false;
    int label_1;
    if (!tn_column_label(call, row, 1, invoice_status_labels, 3, false, &label_1, error))
        return false;
    ret_row->status = (enum invoice_status)label_1;
    if (!tn_column_time(call, row, 2, &ret_row->asked_at, error))
        return false;
    return true;
}

bool
invoice_find(struct tn_db db, struct arg_number number, struct invoice_find_row *ret_row,
    bool *ret_found, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_invoice_find, error))
        return false;

    tn_call_text(&call, number.value);
    if (!tn_call_run(&call, error))
        return false;

    bool found;
    if (!tn_call_expect_maybe(&call, &found, error))
        return false;
    if (found && !read_invoice_find(&call, 0, ret_row, error))
        return false;

    *ret_found = found;
    return true;
}

static const uint32_t types_customers_with_totals[] = { 25 };
static const char *const reads_customers_with_totals[] = { "public.customer", "public.invoice", NULL };
static const char *const writes_customers_with_totals[] = { NULL };
static const struct tn_query query_customers_with_totals = {
    .name = "customers_with_totals",
    .text =
        "SELECT c.name, sum(i.total) AS total, count(i.id) AS invoice_count, max(i.status) AS last_status,\n"
        "    array_agg(i.number ORDER BY i.number) AS \"numbers!\"\n"
        "FROM (SELECT * FROM \"public\".\"customer\" WHERE \"customer\".\"organization_id\" = $1::text) c LEFT JOIN (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) i ON i.customer_id = c.id\n"
        "GROUP BY c.name",
    .statement = "tn_bf8c302f50902ee4",
    .parameter_types = types_customers_with_totals,
    .parameter_count = 1,
    .column_count = 5,
    .tables_read = reads_customers_with_totals,
    .tables_written = writes_customers_with_totals,
};

static bool
read_customers_with_totals(const struct tn_call *call, size_t row, struct customers_with_totals_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->name, error))
        return false;
    if (!tn_column_opt_numeric(call, row, 1, &ret_row->total, error))
        return false;
    if (!tn_column_int64(call, row, 2, &ret_row->invoice_count, error))
        return false;
    int label_3;
    if (!tn_column_label(call, row, 3, invoice_status_labels, 3, true, &label_3, error))
        return false;
    ret_row->last_status = label_3 < 0 ? opt_invoice_status_null() : opt_invoice_status_of((enum invoice_status)label_3);
    if (!tn_column_text_array(call, row, 4, &ret_row->numbers, error))
        return false;
    return true;
}

bool
customers_with_totals(struct tn_db db, struct customers_with_totals_rows *ret_rows,
    struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_customers_with_totals, error))
        return false;

    if (!tn_call_run(&call, error))
        return false;

    if (!tn_call_expect_many(&call, error))
        return false;

    struct customers_with_totals_rows rows = { .count = tn_call_row_count(&call) };
    rows.rows = tn_call_rows(&call, rows.count, sizeof *rows.rows);
    for (size_t row = 0; row < rows.count; row++) {
        if (!read_customers_with_totals(&call, row, &rows.rows[row], error))
            return false;
    }
    *ret_rows = rows;
    return true;
}

static const uint32_t types_invoice_save[] = { 25, 2950, 25, 2950, 0 };
static const char *const reads_invoice_save[] = { NULL };
static const char *const writes_invoice_save[] = { "public.invoice", NULL };
static const struct tn_query query_invoice_save = {
    .name = "invoice_save",
    .text =
        "INSERT INTO \"public\".\"invoice\" (id, number, customer_id, status, total, created_at, \"organization_id\")\n"
        "VALUES ($2, $3, $4, 'draft', $5, clock_timestamp(), $1::text)\n"
        "ON CONFLICT (number, \"organization_id\") DO UPDATE SET total = excluded.total WHERE \"invoice\".\"organization_id\" = $1::text\n"
        "RETURNING number, total",
    .statement = "tn_128c218f730e8992",
    .parameter_types = types_invoice_save,
    .parameter_count = 5,
    .column_count = 2,
    .writes = true,
    .reads_clock = true,
    .tables_read = reads_invoice_save,
    .tables_written = writes_invoice_save,
};

static bool
read_invoice_save(const struct tn_call *call, size_t row, struct invoice_save_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_text(call, row, 0, &ret_row->number, error))
        return false;
    if (!tn_column_decimal(call, row, 1, 2, &ret_row->total, error))
        return false;
    return true;
}

bool
invoice_save(struct tn_db db, struct arg_id id, struct arg_number number,
    struct arg_customer_id customer_id, struct arg_total total, struct invoice_save_row *ret_row,
    struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_invoice_save, error))
        return false;

    tn_call_uuid(&call, id.value);
    tn_call_text(&call, number.value);
    tn_call_uuid(&call, customer_id.value);
    tn_call_decimal(&call, total.value, 2);
    if (!tn_call_run(&call, error))
        return false;

    return tn_call_expect_one(&call, error) && read_invoice_save(&call, 0, ret_row, error);
}

static const uint32_t types_customer_update[] = { 25, 25, 25, 2950 };
static const char *const reads_customer_update[] = { NULL };
static const char *const writes_customer_update[] = { "public.customer", NULL };
static const struct tn_query query_customer_update = {
    .name = "customer_update",
    .text =
        "UPDATE \"public\".\"customer\" SET name = $2, email = $3 WHERE ( id = $4) AND \"customer\".\"organization_id\" = $1::text",
    .statement = "tn_aef402a365a71924",
    .parameter_types = types_customer_update,
    .parameter_count = 4,
    .column_count = 0,
    .writes = true,
    .tables_read = reads_customer_update,
    .tables_written = writes_customer_update,
};

bool
customer_update(struct tn_db db, struct arg_name name, struct arg_opt_email email,
    struct arg_id id, int64_t *ret_count, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_customer_update, error))
        return false;

    tn_call_text(&call, name.value);
    tn_call_opt_text(&call, email.value);
    tn_call_uuid(&call, id.value);
    if (!tn_call_run(&call, error))
        return false;

    *ret_count = tn_call_affected(&call);
    return true;
}

static const uint32_t types_customers_delete[] = { 25, 2951 };
static const char *const reads_customers_delete[] = { NULL };
static const char *const writes_customers_delete[] = { "public.customer", "public.invoice", NULL };
static const struct tn_query query_customers_delete = {
    .name = "customers_delete",
    .text =
        "DELETE FROM \"public\".\"customer\" WHERE ( id = ANY($2)) AND \"customer\".\"organization_id\" = $1::text",
    .statement = "tn_31f39af09e42b3b9",
    .parameter_types = types_customers_delete,
    .parameter_count = 2,
    .column_count = 0,
    .writes = true,
    .slow = true,
    .tables_read = reads_customers_delete,
    .tables_written = writes_customers_delete,
};

bool
customers_delete(struct tn_db db, struct arg_ids ids, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_customers_delete, error))
        return false;

    tn_call_uuid_array(&call, ids.value);
    if (!tn_call_run(&call, error))
        return false;

    return true;
}

static const uint32_t types_in_currency[] = { 25, 2950, 1042 };
static const char *const reads_in_currency[] = { "public.invoice", "public.rate", NULL };
static const char *const writes_in_currency[] = { NULL };
static const struct tn_query query_in_currency = {
    .name = "in_currency",
    .text =
        "WITH priced AS (SELECT total FROM (SELECT * FROM \"public\".\"invoice\" WHERE \"invoice\".\"organization_id\" = $1::text) AS \"invoice\" WHERE id = $2)\n"
        "SELECT p.total * r.factor AS \"amount!\" FROM priced p, \"public\".\"rate\" r WHERE r.currency = $3",
    .statement = "tn_f95bb65c621849ee",
    .parameter_types = types_in_currency,
    .parameter_count = 3,
    .column_count = 1,
    .tables_read = reads_in_currency,
    .tables_written = writes_in_currency,
};

static bool
read_in_currency(const struct tn_call *call, size_t row, struct in_currency_row *ret_row,
    struct tn_error *error)
{
    if (!tn_column_numeric(call, row, 0, &ret_row->amount, error))
        return false;
    return true;
}

bool
in_currency(struct tn_db db, struct arg_id id, struct arg_currency currency,
    struct in_currency_row *ret_row, struct tn_error *error)
{
    TN_CALL call;
    if (!tn_call_begin(&call, db, &query_in_currency, error))
        return false;

    tn_call_uuid(&call, id.value);
    tn_call_text(&call, currency.value);
    if (!tn_call_run(&call, error))
        return false;

    return tn_call_expect_one(&call, error) && read_in_currency(&call, 0, ret_row, error);
}
