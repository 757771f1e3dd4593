#include "site.h"

#include <string.h>

#include "frame.h"
#include "pages.h"

static void
sign_in(struct tn_page *page, const char *message, const char *email, const char *next)
{
    page_sign_in(page, &(struct page_sign_in){ .message = message, .email = email, .next = next });
}

static void
sign_up(struct tn_page *page, const struct tn_site_sign_up *form)
{
    page_sign_up(page, &(struct page_sign_up){ .form = form });
}

static void
chooser(struct tn_page *page, const struct tn_site_chooser *chooser)
{
    page_chooser(page, &(struct page_chooser){ .chooser = chooser });
}

static void
invitation(struct tn_page *page, const struct tn_site_invitation *invitation)
{
    page_invitation(page, &(struct page_invitation){ .invitation = invitation });
}

static void
account(struct tn_page *page, const struct tn_site_account *account)
{
    page_account(page, &(struct page_account){ .account = account });
}

static void
outbox(struct tn_page *page, const struct tn_site_outbox *outbox)
{
    page_outbox(page, &(struct page_outbox){ .outbox = outbox });
}

static void
failure(struct tn_page *page, int status, const char *sentence, const char *request_id)
{
    page_failure(page,
        &(struct page_failure){ .status = status, .sentence = sentence, .request_id = request_id });
}

/* What the fields of our forms are called where somebody reads them; NULL for what was not typed.
 */
static const char *
field_title(const char *name)
{
    static const struct {
        const char *name;
        const char *title;
    } titles[] = {
        { "customer_id", NULL },
        { "revision", NULL },
        { "new_id", NULL },
        { "id", NULL },
        { "send", NULL },
        { "save", NULL },
        { "more", NULL },
        { "due_on", "Due" },
        { "description", "Description" },
        { "quantity", "Quantity" },
        { "unit_price", "Price" },
        { "note", "Note" },
        { "name", "Name" },
        { "contact", "Contact" },
        { "email", "Mail" },
        { "address", "Address" },
        { "legal_name", "Name" },
        { "tax_number", "Tax number" },
        { "bank_account", "Bank account" },
        { "payment_days", "Days to pay" },
    };

    for (size_t i = 0; i < TN_COUNT(titles); i++) {
        if (strcmp(titles[i].name, name) == 0)
            return titles[i].title;
    }

    return name;
}

static void
stale_form(struct tn_page *page, const char *opened_in, const char *would_go_to,
    const struct tn_form_field *fields, size_t field_count)
{
    struct tn_form_field *typed =
        tn_request_alloc(tn_page_request(page), (field_count + 1) * sizeof(*typed));
    size_t count = 0;

    for (size_t i = 0; i < field_count; i++) {
        const char *title = field_title(fields[i].name);

        if (title)
            typed[count++] = (struct tn_form_field){ title, fields[i].value };
    }

    page_stale_form(page, &(struct page_stale_form){
                              .opened_in = opened_in,
                              .would_go_to = would_go_to,
                              .fields = typed,
                              .count = count,
                          });
}

const struct tn_site_pages site_pages = {
    .sign_in = sign_in,
    .sign_up = sign_up,
    .chooser = chooser,
    .invitation = invitation,
    .account = account,
    .outbox = outbox,
    .failure = failure,
    .stale_form = stale_form,
};
