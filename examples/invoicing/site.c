#include "site.h"

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
failure(struct tn_page *page, int status, const char *sentence, const char *request_id)
{
    page_failure(page,
        &(struct page_failure){ .status = status, .sentence = sentence, .request_id = request_id });
}

static void
stale_form(struct tn_page *page, const char *opened_in, const char *would_go_to,
    const struct tn_form_field *fields, size_t field_count)
{
    page_stale_form(page, &(struct page_stale_form){
                              .opened_in = opened_in,
                              .would_go_to = would_go_to,
                              .fields = fields,
                              .count = field_count,
                          });
}

const struct tn_site_pages site_pages = {
    .sign_in = sign_in,
    .sign_up = sign_up,
    .chooser = chooser,
    .failure = failure,
    .stale_form = stale_form,
};
