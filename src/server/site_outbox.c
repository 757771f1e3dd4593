#include "server/site_outbox.h"

#include <string.h>

#include "mail/mail.h"
#include "server/site_answer.h"

bool
site_outbox_is_safe(const char *listen)
{
    static const char *const here[] = { "127.", "[::1]:", "localhost:", "unix:" };
    for (size_t i = 0; i < COUNT_OF(here); i++) {
        if (strncmp(listen, here[i], strlen(here[i])) == 0)
            return true;
    }
    return false;
}

bool
tn_request_has_outbox(struct tn_request *request)
{
    return mail_is_kept(request->loop->server->mailer);
}

bool
site_outbox_page(struct tn_request *request, struct tn_error *error)
{
    const struct mailer *mailer = request->loop->server->mailer;
    if (!mail_is_kept(mailer))
        return error_set(error, TN_NOT_FOUND, "mail is not kept for a page");

    struct arena *arena = request->http->arena;
    const struct kept_mail *kept;
    const size_t count = mail_kept(mailer, arena, &kept);
    struct tn_site_mail *mails = ARENA_ARRAY(arena, count, struct tn_site_mail);
    for (size_t i = 0; i < count; i++) {
        const bool is_invitation = strcmp(kept[i].kind, "invitation") == 0;
        mails[i] = (struct tn_site_mail){
            .sent_at = { kept[i].sent_at_us },
            .kind = request_text(kept[i].kind),
            .to = request_text(kept[i].to),
            .subject = request_text(kept[i].subject),
            .text = request_text(kept[i].text),
            .invitation = request_text(is_invitation ? kept[i].id : ""),
        };
    }
    site_pages(request)->outbox(tn_page(request, 200), &(struct tn_site_outbox){ mails, count });
    return true;
}
