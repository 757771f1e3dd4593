#include "invoice_edit.h"

#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "frame.h"
#include "invoice.h"
#include "invoice_form.h"
#include "invoice_tabs.h"
#include "pages.h"
#include "queries.h"

#define USUAL_PAYMENT_DAYS 30

/* The form, of a new invoice or of the draft `id`. */
static bool
show_form(struct tn_request *request, struct tn_db db, int status, const struct tn_uuid *id,
    struct invoice_form form, struct tn_error *error)
{
    struct frame frame;
    struct customers_by_name_rows customers;
    struct tn_uuid chosen;
    struct tn_opt_uuid customer_id = { .is_null = true };

    if (tn_uuid_parse(form.customer_id, &chosen))
        customer_id = tn_opt_uuid_of(chosen);

    if (!frame_open(request, id ? "Edit draft" : "New invoice", "invoices", &frame, error))
        return false;

    if (!customers_by_name(db, &customers, error))
        return false;

    struct customer_choices choices = customers_to_choose(request, customers, customer_id);

    if (id)
        page_invoice_edit(tn_page(request, status),
            &(struct page_invoice_edit){
                .frame = frame, .id = *id, .form = form, .customers = choices });
    else
        page_invoice_new(tn_page(request, status),
            &(struct page_invoice_new){ .frame = frame, .form = form, .customers = choices });
    return true;
}

/* GET /o/<slug>/invoices/new?customer=… */
bool
invoice_new_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct letterhead_find_row letterhead = { .payment_days = USUAL_PAYMENT_DAYS };
    bool has_letterhead;
    const char *customer = tn_request_query(request, "customer");

    if (!letterhead_find(db, &letterhead, &has_letterhead, error))
        return false;

    struct invoice_form form = invoice_form_empty(request, letterhead.payment_days);

    if (customer)
        form.customer_id = customer;

    return show_form(request, db, 200, NULL, form, error);
}

/* GET /o/<slug>/invoices/<id>/edit */
bool
invoice_edit_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_uuid id;
    struct draft_read_rows rows;

    if (!path_invoice_id(request, &id, error))
        return false;

    if (!draft_read(db, arg_today(tn_date_today()), arg_id(id), &rows, error))
        return false;

    if (rows.invoice_get.status != INVOICE_STATUS_DRAFT) {
        change_tell(
            request, NULL, "What was sent stays as it is. A duplicate of it can be edited.");
        invoice_show(request, id);
        return true;
    }

    return show_form(request, db, 200, &id,
        invoice_form_of(request, &rows.invoice_get, rows.invoice_lines), error);
}

/* What a posted form is to become, in one transaction. */
struct saving {
    struct tn_request *request;
    const struct invoice_draft *draft;
    struct tn_uuid id;
    bool is_new;
    int32_t revision;
    bool is_sent;      /* it gets its number right away */
    bool is_overtaken; /* somebody else changed it since */
};

static bool
lines_save(struct tn_db db, const struct saving *saving, struct tn_error *error)
{
    const struct invoice_draft *draft = saving->draft;

    return draft_lines_insert(db, arg_id(saving->id),
        arg_descriptions((struct tn_text_array){ draft->line_count, draft->description }),
        arg_quantities((struct tn_numeric_array){ draft->line_count, draft->quantity }),
        arg_unit_prices((struct tn_numeric_array){ draft->line_count, draft->unit_price }), error);
}

static bool
head_save(struct tn_db db, struct saving *saving, struct tn_error *error)
{
    const struct invoice_draft *draft = saving->draft;
    struct arg_quantities quantities =
        arg_quantities((struct tn_numeric_array){ draft->line_count, draft->quantity });
    struct arg_unit_prices unit_prices =
        arg_unit_prices((struct tn_numeric_array){ draft->line_count, draft->unit_price });
    int64_t updated_count;

    if (saving->is_new)
        return draft_insert(db, arg_id(saving->id), arg_customer_id(draft->customer_id),
            arg_now(tn_time_now()), arg_due_on(draft->due_on), arg_note(draft->note), quantities,
            unit_prices, error);

    if (!draft_update(db, arg_customer_id(draft->customer_id), arg_due_on(draft->due_on),
            arg_note(draft->note), quantities, unit_prices, arg_id(saving->id),
            arg_revision(saving->revision), &updated_count, error))
        return false;

    saving->is_overtaken = updated_count == 0;
    return !saving->is_overtaken ||
           tn_error_set(error, TN_CONFLICT, "the draft was changed since the form was opened");
}

static bool
save(struct tn_db db, void *argument, struct tn_error *error)
{
    struct saving *saving = argument;
    struct tn_request *request = saving->request;

    if (!head_save(db, saving, error) ||
        (!saving->is_new && !draft_lines_delete(db, arg_id(saving->id), error)) ||
        !lines_save(db, saving, error))
        return false;

    if (!audit_add(db, arg_actor_id(tn_request_user_id(request)),
            arg_actor_name(tn_request_user_name(request)),
            arg_action(tn_text_of(saving->is_new ? "created" : "edited")),
            arg_change_id(tn_uuid_random()), arg_id(saving->id), error))
        return false;

    return !saving->is_sent || draft_number_and_send(request, db, saving->id, error);
}

/* Is the customer that was chosen one of this organization's? A list that was opened long ago, or
 * in another organization, may name one that is not. */
static bool
check_customer(struct tn_db db, struct invoice_form *form, const struct invoice_draft *draft,
    bool *ret_is_good, struct tn_error *error)
{
    struct customer_find_row customer;
    bool is_found;

    if (!customer_find(db, arg_id(draft->customer_id), &customer, &is_found, error))
        return false;

    *ret_is_good = is_found || invoice_form_refuse(form, "customer_id",
                                   "There is no such customer (any more). Choose another one.");
    return true;
}

static struct tn_uuid
new_id(const struct invoice_form *form)
{
    struct tn_uuid id;
    return tn_uuid_parse(form->new_id, &id) ? id : tn_uuid_random();
}

/* Why the form was not saved, where that is for its person to read. */
static bool
not_saved(const struct saving *saving, struct invoice_form *form, struct tn_db db,
    const struct tn_uuid *id, struct tn_error *error)
{
    struct tn_request *request = saving->request;

    if (saving->is_new && strcmp(error->constraint, "invoice_pkey") == 0) {
        *error = (struct tn_error){ 0 };
        change_tell(request, NULL, "The form came twice, and was saved once.");
        invoice_show(request, saving->id);
        return true;
    }

    if (!saving->is_overtaken)
        return false;

    *error = (struct tn_error){ 0 };
    invoice_form_refuse(form, "lines",
        "Somebody changed or sent this invoice since you opened it. Nothing was saved; what you "
        "typed is still here. Open the invoice in another tab to compare.");
    return show_form(request, db, 409, id, *form, error);
}

static bool
form_take(
    struct tn_request *request, struct tn_db db, const struct tn_uuid *id, struct tn_error *error)
{
    struct invoice_form form = invoice_form_posted(request);
    struct invoice_draft *draft = tn_request_alloc(request, sizeof(*draft));
    bool is_good;

    if (tn_request_field(request, "more")) {
        invoice_form_add_lines(request, &form);
        return show_form(request, db, 200, id, form, error);
    }

    if (!invoice_form_check(&form, draft))
        return show_form(request, db, 422, id, form, error);

    if (!check_customer(db, &form, draft, &is_good, error))
        return false;

    if (!is_good)
        return show_form(request, db, 422, id, form, error);

    struct saving saving = {
        .request = request,
        .draft = draft,
        .id = id ? *id : new_id(&form),
        .is_new = !id,
        .revision = (int32_t)strtol(form.revision, NULL, 10), /* none: of no draft */
        .is_sent = tn_request_field(request, "send") != NULL,
    };

    if (!tn_transaction(db, save, &saving, error))
        return not_saved(&saving, &form, db, id, error);

    change_tell(request, NULL,
        saving.is_sent ? "The invoice has its number, and can be printed or mailed."
                       : "The draft is saved. It gets its number when it is sent.");
    invoice_show(request, saving.id);
    return true;
}

/* POST /o/<slug>/invoices */
bool
invoice_create(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    return form_take(request, db, NULL, error);
}

/* POST /o/<slug>/invoices/<id> */
bool
invoice_save(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_uuid id;

    return path_invoice_id(request, &id, error) && form_take(request, db, &id, error);
}
