#include "server/invitation_mail.h"

#include "base/log.h"
#include "base/time.h"
#include "mail/mail.h"

const char *
invitation_mail_link(const struct server *server, const char *id, struct arena *arena)
{
    const char *url = server->settings->invitation_url;
    return *url ? arena_printf(arena, "%s/%s", url, id)
                : arena_printf(arena, "%s/invitation/%s", server->base_url, id);
}

/* A name that was chosen by somebody else stands in one line of the mail, whatever it holds. */
static const char *
in_one_line(const char *text, struct arena *arena)
{
    char *line = arena_strdup(arena, text);
    for (char *at = line; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F)
            *at = ' ';
    return line;
}

static const char *
mail_text(const struct invitation *invitation, const struct inviter *inviter,
    const char *organization_name, const char *link, struct arena *arena)
{
    struct buffer text;
    buffer_init(&text, arena, 512);
    buffer_printf(&text, "%s (%s) invites you to %s.\n\nOpen this address to accept:\n\n%s\n\n",
        in_one_line(inviter->name, arena), inviter->email, organization_name, link);
    BUFFER_LITERAL(&text, "The invitation can be accepted until ");
    time_append_iso(&text, invitation->expires_at_us);
    BUFFER_LITERAL(&text, ". If you do not know them, do nothing.\n");
    return text.data;
}

void
invitation_mail_send(const struct server *server, const struct http_request *http,
    const struct invitation *invitation, const struct inviter *inviter)
{
    struct arena *arena = http->arena;
    const char *name = in_one_line(invitation->organization_name, arena);
    const char *link = invitation_mail_link(server, invitation->id, arena);
    const struct mail_field fields[] = {
        { "id", invitation->id },
        { "email", invitation->email },
        { "role", invitation->role ? invitation->role : "" },
        { "organizationId", invitation->organization_id },
        { "organizationName", invitation->organization_name },
        { "inviterEmail", inviter->email },
        { "link", link },
    };
    const struct mail mail = {
        .kind = "invitation",
        .to = invitation->email,
        .subject = arena_printf(arena, "Invitation to %s", name),
        .text = mail_text(invitation, inviter, name, link, arena),
        .fields = fields,
        .field_count = COUNT_OF(fields),
    };
    struct tn_error error = { 0 };
    if (!mail_send(server->mailer, &mail, &error))
        log_error(http->id, "invitation mail", &error);
}
