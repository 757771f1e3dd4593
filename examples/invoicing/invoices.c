#include "invoices.h"

#include <string.h>

#include <tenantry/tenantry.h>

#include "frame.h"
#include "invoice_form.h"
#include "pages.h"
#include "queries.h"

#define PAGE_ROWS 50

enum tab {
    TAB_ALL,
    TAB_OPEN,
    TAB_OVERDUE,
    TAB_PAID,
    TAB_VOID,
};

static const char *const tab_names[] = { "all", "open", "overdue", "paid", "void" };

/* The statuses that stand under a tab. Overdue ones are open, too: the day makes the difference. */
static struct tn_text_array
tab_statuses(struct tn_request *request, enum tab tab)
{
    static const char *const of_tab[][3] = {
        [TAB_ALL] = { "open", "paid", "void" },
        [TAB_OPEN] = { "open" },
        [TAB_OVERDUE] = { "open" },
        [TAB_PAID] = { "paid" },
        [TAB_VOID] = { "void" },
    };
    struct tn_text *statuses = tn_request_alloc(request, 3 * sizeof(*statuses));
    size_t count = 0;

    while (count < 3 && of_tab[tab][count]) {
        statuses[count] = tn_text_of(of_tab[tab][count]);
        count++;
    }

    return (struct tn_text_array){ count, statuses };
}

/* GET /o/<slug>/invoices?status=open&before_year=2026&before_serial=142 */
bool
invoices_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct invoice_counts_row counts;
    struct invoices_list_rows invoices;
    struct tn_date today = tn_date_today();
    int tab = TAB_ALL;
    int64_t before_year = INT64_MAX;
    int64_t before_serial = INT64_MAX;

    if (!tn_request_query_label(
            request, "status", tab_names, (int)TN_COUNT(tab_names), &tab, error) ||
        !tn_request_query_int64(request, "before_year", &before_year, error) ||
        !tn_request_query_int64(request, "before_serial", &before_serial, error))
        return false;

    if (!frame_open(request, "Invoices", "invoices", &frame, error))
        return false;

    if (!invoice_counts(db, arg_today(today), &counts, error))
        return false;

    struct tn_date due_before = { .days = tab == TAB_OVERDUE ? today.days : TN_DATE_INFINITY };

    /* One row more than is shown tells whether there is a next page. */
    if (!invoices_list(db, arg_today(today), arg_statuses(tab_statuses(request, (enum tab)tab)),
            arg_due_before(due_before), arg_before_year(before_year),
            arg_before_serial(before_serial), arg_row_limit(PAGE_ROWS + 1), &invoices, error))
        return false;

    const struct invoices_list_row *last = NULL;

    if (invoices.count > PAGE_ROWS) {
        invoices.count = PAGE_ROWS;
        last = &invoices.rows[PAGE_ROWS - 1];
    }

    page_invoices(tn_page(request, 200), &(struct page_invoices){
                                             .frame = frame,
                                             .status = tab_names[tab],
                                             .counts = counts,
                                             .invoices = invoices,
                                             .is_continued = before_year != INT64_MAX,
                                             .has_next = last != NULL,
                                             .next_year = last ? last->year : 0,
                                             .next_serial = last ? last->serial : 0,
                                         });
    return true;
}

/* The invoice that the path names; one that cannot exist is not found. */
static bool
path_invoice_id(struct tn_request *request, struct tn_uuid *ret_id, struct tn_error *error)
{
    if (!tn_uuid_parse(tn_request_segment(request, "id"), ret_id))
        return tn_error_set(error, TN_NOT_FOUND, "the invoice's id is no uuid");

    return true;
}

/* GET /o/<slug>/invoices/<id> */
bool
invoice_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct tn_uuid id;
    struct invoice_get_row invoice;
    struct invoice_lines_rows lines;
    struct audit_of_invoice_rows history;
    struct letterhead_find_row letterhead = { 0 };
    bool has_letterhead;

    if (!path_invoice_id(request, &id, error))
        return false;

    if (!invoice_get(db, arg_today(tn_date_today()), arg_id(id), &invoice, error) ||
        !invoice_lines(db, arg_id(id), &lines, error) ||
        !audit_of_invoice(db, arg_id(id), &history, error) ||
        !letterhead_find(db, &letterhead, &has_letterhead, error))
        return false;

    if (!frame_open(request, tn_request_printf(request, "Invoice %s", invoice.number.p), "invoices",
            &frame, error))
        return false;

    page_invoice(tn_page(request, 200), &(struct page_invoice){
                                            .frame = frame,
                                            .invoice = invoice,
                                            .lines = lines,
                                            .history = history,
                                            .has_letterhead = has_letterhead,
                                            .letterhead = letterhead,
                                        });
    return true;
}

static bool
show_form(struct tn_request *request, struct tn_db db, int status, struct invoice_form form,
    struct tn_error *error)
{
    struct frame frame;
    struct customers_by_name_rows customers;
    struct tn_uuid chosen;
    bool has_chosen = tn_uuid_parse(form.customer_id, &chosen);

    if (!frame_open(request, "New invoice", "invoices", &frame, error))
        return false;

    if (!customers_by_name(db, &customers, error))
        return false;

    struct customer_choices choices = {
        .count = customers.count,
        .rows = tn_request_alloc(request, customers.count * sizeof(struct customer_choice)),
    };

    for (size_t i = 0; i < customers.count; i++) {
        choices.rows[i] = (struct customer_choice){
            .id = customers.rows[i].id,
            .name = customers.rows[i].name,
            .is_chosen = has_chosen && memcmp(&customers.rows[i].id, &chosen, sizeof(chosen)) == 0,
        };
    }

    page_invoice_new(tn_page(request, status),
        &(struct page_invoice_new){ .frame = frame, .form = form, .customers = choices });
    return true;
}

/* GET /o/<slug>/invoices/new */
bool
invoice_new_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    return show_form(request, db, 200, invoice_form_empty(request), error);
}

struct creation {
    struct tn_request *request;
    const struct invoice_draft *draft;
    struct tn_uuid id;
};

/* In one transaction: a number, the invoice, its lines, and who made it. If any fails, all are as
 * if they had never been, and the number goes to the next invoice. */
static bool
create(struct tn_db db, void *argument, struct tn_error *error)
{
    const struct creation *creation = argument;
    const struct invoice_draft *draft = creation->draft;
    struct tn_date today = tn_date_today();
    struct invoice_serial_next_row next;

    if (!invoice_serial_next(db, arg_today(today), &next, error))
        return false;

    struct arg_id id = arg_id(creation->id);
    struct arg_quantities quantities =
        arg_quantities((struct tn_numeric_array){ draft->line_count, draft->quantity });
    struct arg_unit_prices unit_prices =
        arg_unit_prices((struct tn_numeric_array){ draft->line_count, draft->unit_price });

    if (!invoice_insert(db, id, arg_customer_id(draft->customer_id), arg_year(next.year),
            arg_serial(next.last_serial), arg_today(today), arg_due_on(draft->due_on),
            arg_note(draft->note), quantities, unit_prices, error))
        return false;

    if (!invoice_lines_insert(db, id,
            arg_descriptions((struct tn_text_array){ draft->line_count, draft->description }),
            quantities, unit_prices, error))
        return false;

    return audit_add(db, arg_actor_id(tn_request_user_id(creation->request)),
        arg_actor_name(tn_request_user_name(creation->request)), arg_action(tn_text_of("created")),
        id, error);
}

/* POST /o/<slug>/invoices */
bool
invoice_create(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct invoice_form form = invoice_form_posted(request);
    struct invoice_draft *draft = tn_request_alloc(request, sizeof(*draft));

    if (tn_request_field(request, "more")) {
        invoice_form_add_lines(request, &form);
        return show_form(request, db, 200, form, error);
    }

    if (!invoice_form_check(&form, draft))
        return show_form(request, db, 422, form, error);

    struct creation creation = { request, draft, tn_uuid_random() };

    if (!tn_transaction(db, create, &creation, error))
        return false;

    tn_redirect(
        request, tn_request_printf(request, "/invoices/%s", tn_uuid_text(request, creation.id)));
    return true;
}

/* POST /o/<slug>/invoices/<id>/paid: paying twice pays once. */
bool
invoice_pay(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_uuid id;
    int64_t paid_count;

    if (!path_invoice_id(request, &id, error))
        return false;

    if (!invoice_mark_paid(db, arg_today(tn_date_today()), arg_id(id),
            arg_actor_id(tn_request_user_id(request)),
            arg_actor_name(tn_request_user_name(request)), &paid_count, error))
        return false;

    tn_redirect(
        request, tn_request_printf(request, "/invoices/%s", tn_request_segment(request, "id")));
    return true;
}
