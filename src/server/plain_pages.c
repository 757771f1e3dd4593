#include "server/plain_pages.h"

#include "site_assets.h"
#include "site_pages.h"

static void
show_sign_in(struct tn_page *page, const char *message, const char *email, const char *next)
{
    site_page_sign_in(
        page, &(struct site_page_sign_in){ .message = message, .email = email, .next = next });
}

static void
show_sign_up(struct tn_page *page, const struct tn_site_sign_up *form)
{
    site_page_sign_up(page, &(struct site_page_sign_up){ .form = form });
}

static void
show_chooser(struct tn_page *page, const struct tn_site_chooser *chooser)
{
    site_page_chooser(page, &(struct site_page_chooser){ .chooser = chooser });
}

static void
show_invitation(struct tn_page *page, const struct tn_site_invitation *invitation)
{
    site_page_invitation(page, &(struct site_page_invitation){ .invitation = invitation });
}

static void
show_account(struct tn_page *page, const struct tn_site_account *account)
{
    site_page_account(page, &(struct site_page_account){ .account = account });
}

static void
show_outbox(struct tn_page *page, const struct tn_site_outbox *outbox)
{
    site_page_outbox(page, &(struct site_page_outbox){ .outbox = outbox });
}

static const char *
failure_title(int status)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        { 401, "Please sign in" },
        { 403, "You may not do that" },
        { 404, "Not found" },
        { 405, "That does not work here" },
        { 409, "Nothing was saved" },
        { 413, "Too large" },
        { 429, "Too many requests" },
        { 503, "Just a moment" },
    };
    for (size_t i = 0; i < TN_COUNT(titles); i++) {
        if (titles[i].status == status)
            return titles[i].title;
    }
    return status < 500 ? "That was not understood" : "Something went wrong";
}

static void
show_failure(struct tn_page *page, int status, const char *sentence, const char *request_id)
{
    site_page_failure(page, &(struct site_page_failure){ .title = failure_title(status),
                                .sentence = sentence,
                                .request_id = request_id,
                                .status = status });
}

static void
show_stale_form(struct tn_page *page, const char *opened_in, const char *would_go_to,
    const struct tn_form_field *fields, size_t field_count)
{
    site_page_stale_form(page, &(struct site_page_stale_form){ .opened_in = opened_in,
                                   .would_go_to = would_go_to,
                                   .fields = fields,
                                   .count = field_count });
}

const struct tn_site_pages site_plain_pages = {
    .sign_in = show_sign_in,
    .sign_up = show_sign_up,
    .chooser = show_chooser,
    .invitation = show_invitation,
    .account = show_account,
    .outbox = show_outbox,
    .failure = show_failure,
    .stale_form = show_stale_form,
};

const struct tn_asset site_style_sheet = {
    .name = "tenantry.css",
    .media_type = "text/css; charset=utf-8",
    .content = site_css,
    .bytes = site_css_bytes,
};
