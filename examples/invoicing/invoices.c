#include "invoices.h"

#include <string.h>

#include "change.h"
#include "frame.h"
#include "invoice_filter.h"
#include "invoice_tabs.h"
#include "pages.h"

#define PAGE_ROWS 50
#define FILE_ROWS 10000

/* GET /o/<slug>/invoices?status=sent&q=…&customer=…&from=…&to=…&least=…&most=…&after=…&after_id=…
 */
bool
invoices_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct invoice_filter filter = invoice_filter_asked(request);
    struct invoice_place place;
    struct invoices_read_rows rows;

    if (!invoice_place_asked(request, &place, error))
        return false;

    /* One row more than is shown tells whether there is a next page. */
    if (!frame_open(request, "Invoices", "invoices", &frame, error) ||
        !invoices_page_found(db, &filter, place, PAGE_ROWS + 1, &rows, error))
        return false;

    struct invoices_list_rows invoices = rows.invoices_list;
    struct invoice_place next = { .is_first = true };

    if (invoices.count > PAGE_ROWS) {
        invoices.count = PAGE_ROWS;
        next = invoice_place_behind(&filter, &invoices.rows[PAGE_ROWS - 1]);
    }

    page_invoices(tn_page(request, filter.message ? 400 : 200),
        &(struct page_invoices){
            .frame = frame,
            .filter = filter,
            .tabs = invoice_tabs(&rows.invoice_counts, filter.status),
            .customers = customers_to_choose(request, rows.customers_by_name, filter.customer_id),
            .invoices = invoices,
            .has_invoices = rows.invoice_counts.all_count > 0,
            .is_continued = !place.is_first,
            .has_next = !next.is_first,
            .next = next,
        });
    return true;
}

/* GET /o/<slug>/invoices.csv, filtered like the page */
bool
invoices_csv(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static const char *const titles[] = { "Number", "Customer", "Status", "Issued", "Due", "Paid",
        "Total" };
    struct invoice_filter filter = invoice_filter_asked(request);
    struct invoices_list_rows invoices;

    if (filter.message)
        return tn_error_set(error, TN_BAD_FIELD, "%s", filter.message);

    if (!invoices_found(
            db, &filter, (struct invoice_place){ .is_first = true }, FILE_ROWS, &invoices, error))
        return false;

    struct tn_table *table = tn_table(request, "invoices.csv");

    for (size_t i = 0; i < TN_COUNT(titles); i++)
        tn_table_cstring(table, titles[i]);
    tn_table_row_end(table);

    for (size_t i = 0; i < invoices.count; i++) {
        const struct invoices_list_row *invoice = &invoices.rows[i];

        tn_table_text(table, invoice->number);
        tn_table_text(table, invoice->customer_name);
        tn_table_text(table, invoice->state);
        tn_table_opt_date(table, invoice->issued_on);
        tn_table_date(table, invoice->due_on);
        tn_table_opt_date(table, invoice->paid_on);
        tn_table_cstring(
            table, tn_decimal_text(request, invoice->total, INVOICES_LIST_TOTAL_SCALE));
        tn_table_row_end(table);
    }

    return true;
}

/* POST /o/<slug>/invoices/paid: the ones that were ticked and are waiting to be paid. */
bool
invoices_mark_paid(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    size_t count = tn_request_field_count(request, "id");
    struct tn_uuid *ids = tn_request_alloc(request, (count + 1) * sizeof(*ids));
    struct tn_uuid change = tn_uuid_random();
    int64_t paid_count;

    for (size_t i = 0; i < count; i++) {
        if (!tn_uuid_parse(tn_request_field_at(request, "id", i), &ids[i]))
            return tn_error_set(error, TN_BAD_FIELD, "id is no uuid");
    }

    if (!invoices_pay(db, arg_today(tn_date_today()), arg_ids((struct tn_uuid_array){ count, ids }),
            arg_actor_id(tn_request_user_id(request)),
            arg_actor_name(tn_request_user_name(request)), arg_change_id(change), &paid_count,
            error))
        return false;

    change_tell(request, paid_count > 0 ? &change : NULL,
        paid_count == 1 ? "1 invoice is paid."
        : paid_count > 0
            ? tn_request_printf(request, "%lld invoices are paid.", (long long)paid_count)
            : "None of these was waiting to be paid.");
    tn_redirect(request, "/invoices");
    return true;
}
