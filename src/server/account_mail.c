#include "server/account_mail.h"

#include <string.h>

#include "base/log.h"
#include "http/form.h"
#include "mail/mail.h"
#include "server/mailed_token.h"

static void
send(const struct server *server, const struct http_request *http, struct mail mail,
    const char *link, const char *token)
{
    const struct mail_field fields[] = { { "link", link }, { "token", token } };
    struct tn_error error = { 0 };
    mail.fields = fields;
    mail.field_count = COUNT_OF(fields);
    if (!mail_send(server->mailer, &mail, &error))
        log_error(http->id, mail.kind, &error);
}

/* `path` with the callback behind it, encoded. */
static const char *
link_of(const struct server *server, const struct http_request *http, const char *path,
    const char *callback_url)
{
    struct buffer link;
    buffer_init(&link, http->arena, 256);
    buffer_printf(&link, "%s/api/auth%s", server->base_url, path);
    buffer_text(&link, strchr(path, '?') ? "&callbackURL=" : "?callbackURL=");
    percent_encode(&link, callback_url, strlen(callback_url));
    return link.data;
}

void
account_mail_reset(const struct server *server, const struct http_request *http, const char *email,
    const char *token, const char *callback_url)
{
    const char *path = arena_printf(http->arena, "/reset-password/%s", token);
    const char *link = link_of(server, http, path, callback_url);
    const struct mail mail = {
        .kind = "reset-password",
        .to = email,
        .subject = "Reset your password",
        .text = arena_printf(http->arena,
            "Somebody, probably you, asked for a new password at %s.\n\n"
            "Open this address within an hour to choose one:\n\n%s\n\n"
            "If it was not you, do nothing: your password stays as it is.\n",
            server->base_url, link),
    };
    send(server, http, mail, link, token);
}

void
account_mail_verify(const struct server *server, const struct http_request *http, const char *email,
    const char *token, const char *callback_url)
{
    const char *path = arena_printf(http->arena, "/verify-email?token=%s", token);
    const char *link = link_of(server, http, path, callback_url);
    const struct mail mail = {
        .kind = "verify-email",
        .to = email,
        .subject = "Confirm your e-mail address",
        .text = arena_printf(http->arena,
            "Somebody, probably you, gave this e-mail address at %s.\n\n"
            "Open this address within an hour to confirm that it is yours:\n\n%s\n\n"
            "If it was not you, do nothing.\n",
            server->base_url, link),
    };
    send(server, http, mail, link, token);
}

void
account_mail_confirm(const struct server *server, const struct http_request *http,
    const struct user *user, const char *callback_url)
{
    const struct mailed_token token = { .email = user->email, .user_id = user->id };
    account_mail_verify(
        server, http, user->email, mailed_token_make(server, &token, http->arena), callback_url);
}
