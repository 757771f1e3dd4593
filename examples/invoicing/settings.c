#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "frame.h"
#include "pages.h"
#include "queries.h"

#define FIELD_BYTES_MAX 500
#define PAYMENT_DAYS_MAX 365

static bool
show(struct tn_request *request, int status, struct letterhead_form form, struct tn_error *error)
{
    struct frame frame;

    if (!frame_open(request, "Settings", "settings", &frame, error))
        return false;

    page_settings(
        tn_page(request, status), &(struct page_settings){ .frame = frame, .form = form });
    return true;
}

/* GET /o/<slug>/settings */
bool
settings_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct letterhead_find_row letterhead;
    bool is_found;
    struct letterhead_form form = { NULL, tn_request_organization(request)->name.p, "", "", "",
        "30" };

    if (!letterhead_find(db, &letterhead, &is_found, error))
        return false;

    if (is_found)
        form = (struct letterhead_form){
            .legal_name = letterhead.legal_name.p,
            .address = letterhead.address.p,
            .tax_number = letterhead.tax_number.p,
            .bank_account = letterhead.bank_account.p,
            .payment_days = tn_request_printf(request, "%d", letterhead.payment_days),
        };

    return show(request, 200, form, error);
}

static const char *
field(struct tn_request *request, const char *name)
{
    const char *value = tn_request_field(request, name);
    return value ? value : "";
}

/* POST /o/<slug>/settings */
bool
settings_save(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct letterhead_form form = {
        .legal_name = field(request, "legal_name"),
        .address = field(request, "address"),
        .tax_number = field(request, "tax_number"),
        .bank_account = field(request, "bank_account"),
        .payment_days = field(request, "payment_days"),
    };
    char *end;
    long days = strtol(form.payment_days, &end, 10);

    if (!form.legal_name[0])
        form.message = "An invoice needs the name of who sends it.";
    else if (strlen(form.legal_name) > FIELD_BYTES_MAX || strlen(form.address) > FIELD_BYTES_MAX ||
             strlen(form.tax_number) > FIELD_BYTES_MAX ||
             strlen(form.bank_account) > FIELD_BYTES_MAX)
        form.message = "One of the fields is longer than an invoice has room for.";
    else if (!form.payment_days[0] || *end || days < 0 || days > PAYMENT_DAYS_MAX)
        form.message = "Days to pay are a number from 0 to 365.";

    if (form.message)
        return show(request, 422, form, error);

    if (!letterhead_save(db, arg_legal_name(tn_text_of(form.legal_name)),
            arg_address(tn_text_of(form.address)), arg_tax_number(tn_text_of(form.tax_number)),
            arg_bank_account(tn_text_of(form.bank_account)), arg_payment_days((int32_t)days),
            error))
        return false;

    change_tell(request, NULL, "Saved. Invoices show it from now on, also those that were sent.");
    tn_redirect(request, "/settings");
    return true;
}
