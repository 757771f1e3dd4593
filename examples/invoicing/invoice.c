#include "invoice.h"

#include "change.h"
#include "frame.h"
#include "pages.h"
#include "queries.h"

#define USUAL_PAYMENT_DAYS 30

bool
path_invoice_id(struct tn_request *request, struct tn_uuid *ret_id, struct tn_error *error)
{
    if (!tn_uuid_parse(tn_request_segment(request, "id"), ret_id))
        return tn_error_set(error, TN_NOT_FOUND, "the invoice's id is no uuid");

    return true;
}

void
invoice_show(struct tn_request *request, struct tn_uuid id)
{
    tn_redirect(request, tn_request_printf(request, "/invoices/%s", tn_uuid_text(request, id)));
}

/* GET /o/<slug>/invoices/<id> */
bool
invoice_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct tn_uuid id;
    struct invoice_read_rows rows;
    struct letterhead_find_row letterhead = { 0 };

    if (!path_invoice_id(request, &id, error))
        return false;

    if (!invoice_read(db, arg_today(tn_date_today()), arg_id(id), &rows, error))
        return false;

    const char *title = tn_request_printf(request, "Invoice %s", rows.invoice_get.number.p);

    if (!frame_open(request, title, "invoices", &frame, error))
        return false;

    bool has_letterhead = opt_letterhead_find_row_get(rows.letterhead_find, &letterhead);

    page_invoice(tn_page(request, 200), &(struct page_invoice){
                                            .frame = frame,
                                            .invoice = rows.invoice_get,
                                            .lines = rows.invoice_lines,
                                            .history = rows.audit_of_invoice,
                                            .has_letterhead = has_letterhead,
                                            .letterhead = letterhead,
                                        });
    return true;
}

bool
draft_number_and_send(
    struct tn_request *request, struct tn_db db, struct tn_uuid id, struct tn_error *error)
{
    struct tn_date today = tn_date_today();
    struct draft_lock_row draft;
    struct invoice_serial_next_row next;
    bool is_draft;

    /* The number is taken last: whoever waits for it waits for the rest of this transaction. */
    if (!draft_lock(db, arg_id(id), &draft, &is_draft, error))
        return false;

    if (!is_draft)
        return tn_error_set(error, TN_CONFLICT, "the invoice is no draft");

    return invoice_serial_next(db, arg_today(today), &next, error) &&
           draft_send(db, arg_year(next.year), arg_serial(next.last_serial), arg_today(today),
               arg_id(id), error) &&
           audit_add(db, arg_actor_id(tn_request_user_id(request)),
               arg_actor_name(tn_request_user_name(request)), arg_action(tn_text_of("sent")),
               arg_change_id(tn_uuid_random()), arg_id(id), error);
}

struct step {
    struct tn_request *request;
    struct tn_uuid id;
    struct tn_uuid new_id;
    struct tn_date due_on;
};

static bool
send(struct tn_db db, void *argument, struct tn_error *error)
{
    const struct step *step = argument;

    return draft_number_and_send(step->request, db, step->id, error);
}

/* POST /o/<slug>/invoices/<id>/send */
bool
invoice_send(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct step step = { .request = request };

    if (!path_invoice_id(request, &step.id, error))
        return false;

    if (!tn_transaction(db, send, &step, error))
        return false;

    change_tell(request, NULL, "The invoice has its number, and can be printed or mailed.");
    invoice_show(request, step.id);
    return true;
}

static bool
discard(struct tn_db db, void *argument, struct tn_error *error)
{
    const struct step *step = argument;
    int64_t discarded_count;

    if (!audit_add(db, arg_actor_id(tn_request_user_id(step->request)),
            arg_actor_name(tn_request_user_name(step->request)),
            arg_action(tn_text_of("discarded")), arg_change_id(tn_uuid_random()), arg_id(step->id),
            error) ||
        !draft_discard(db, arg_id(step->id), &discarded_count, error))
        return false;

    return discarded_count == 1 || tn_error_set(error, TN_CONFLICT, "the invoice is no draft");
}

/* POST /o/<slug>/invoices/<id>/discard */
bool
invoice_discard(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct step step = { .request = request };

    if (!path_invoice_id(request, &step.id, error))
        return false;

    if (!tn_transaction(db, discard, &step, error))
        return false;

    change_tell(request, NULL, "The draft is gone.");
    tn_redirect(request, "/invoices");
    return true;
}

/* POST /o/<slug>/invoices/<id>/paid: paying twice pays once. */
bool
invoice_pay(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_uuid id;
    struct tn_uuid change = tn_uuid_random();
    int64_t paid_count;

    if (!path_invoice_id(request, &id, error))
        return false;

    if (!invoices_pay(db, arg_today(tn_date_today()), arg_ids((struct tn_uuid_array){ 1, &id }),
            arg_actor_id(tn_request_user_id(request)),
            arg_actor_name(tn_request_user_name(request)), arg_change_id(change), &paid_count,
            error))
        return false;

    if (paid_count == 1)
        change_tell(request, &change, "The invoice is paid.");
    else
        change_tell(request, NULL, "The invoice was not waiting to be paid.");
    invoice_show(request, id);
    return true;
}

/* POST /o/<slug>/invoices/<id>/void */
bool
invoice_make_void(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_uuid id;
    struct tn_uuid change = tn_uuid_random();
    int64_t void_count;

    if (!path_invoice_id(request, &id, error))
        return false;

    if (!invoice_void(db, arg_id(id), arg_actor_id(tn_request_user_id(request)),
            arg_actor_name(tn_request_user_name(request)), arg_change_id(change), &void_count,
            error))
        return false;

    if (void_count == 1)
        change_tell(request, &change, "The invoice is void. It keeps its number.");
    else
        change_tell(request, NULL, "Only an invoice that waits to be paid can be made void.");
    invoice_show(request, id);
    return true;
}

static bool
duplicate(struct tn_db db, void *argument, struct tn_error *error)
{
    const struct step *step = argument;
    int64_t copied_count;

    if (!draft_copy(db, arg_new_id(step->new_id), arg_now(tn_time_now()), arg_due_on(step->due_on),
            arg_id(step->id), &copied_count, error))
        return false;

    if (copied_count == 0)
        return tn_error_set(error, TN_NOT_FOUND, "no such invoice");

    return draft_lines_copy(db, arg_new_id(step->new_id), arg_id(step->id), error) &&
           audit_add(db, arg_actor_id(tn_request_user_id(step->request)),
               arg_actor_name(tn_request_user_name(step->request)),
               arg_action(tn_text_of("created")), arg_change_id(tn_uuid_random()),
               arg_id(step->new_id), error);
}

/* POST /o/<slug>/invoices/<id>/duplicate: a draft like it, to change and send. */
bool
invoice_duplicate(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct letterhead_find_row letterhead = { .payment_days = USUAL_PAYMENT_DAYS };
    bool has_letterhead;
    struct step step = { .request = request, .new_id = tn_uuid_random() };

    if (!path_invoice_id(request, &step.id, error))
        return false;

    if (!letterhead_find(db, &letterhead, &has_letterhead, error))
        return false;

    step.due_on.days = tn_date_today().days + letterhead.payment_days;

    if (!tn_transaction(db, duplicate, &step, error))
        return false;

    change_tell(request, NULL, "This is a draft with the same lines.");
    tn_redirect(request,
        tn_request_printf(request, "/invoices/%s/edit", tn_uuid_text(request, step.new_id)));
    return true;
}
