/* Mails with a link: to a new password, or to confirm an address. They hold no text that somebody
 * could choose for another's mailbox. What cannot be sent goes to the log, and the answer to `http`
 * is the same. */
#pragma once

#include "account/user.h"
#include "server/server.h"

/* `callback_url` was checked. */
void account_mail_reset(const struct server *server, const struct http_request *http,
    const char *email, const char *token, const char *callback_url);
/* With a token of better-auth's kind (mailed_token.h). */
void account_mail_verify(const struct server *server, const struct http_request *http,
    const char *email, const char *token, const char *callback_url);
/* To the address of a person who shall confirm it. */
void account_mail_confirm(const struct server *server, const struct http_request *http,
    const struct user *user, const char *callback_url);
