/* The page that shows mail in place of mailboxes: for who tries the program out. Whoever can read
 * it can accept every invitation and answer every reset of a password, so the server has it only
 * where `--mail page` says so, and listens to this machine only then. */
#pragma once

#include "server/request.h"

/* May mail be kept for a page by a server that listens there? */
bool site_outbox_is_safe(const char *listen);

MUST_USE bool site_outbox_page(struct tn_request *request, struct tn_error *error);
