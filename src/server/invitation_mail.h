/* The mail of an invitation. */
#pragma once

#include "organization/invitation.h"
#include "server/server.h"

/* Where an invitation is accepted: a page of the application, its address ends with the id or the
 * code. */
const char *invitation_mail_link(const struct server *server, const char *id, struct arena *arena);
/* Who asks, as the mail names them. */
struct inviter {
    const char *name;
    const char *email;
};

/* Sent or queued; returns at once. One that could not be is logged: the invitation stands, and can
 * be sent again. */
void invitation_mail_send(const struct server *server, const struct http_request *http,
    const struct invitation *invitation, const struct inviter *inviter);
