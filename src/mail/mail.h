/* Mail: invitations, and the links that confirm an address or reset a password.
 *
 * Where it goes is one setting: nowhere (""), a file that grows by a line of JSON for each mail
 * ("outbox:FILE", for tests and for programs that send by themselves), memory for a page that shows
 * it
 * ("page", for demonstrations), or a server ("smtp://[USER:PASSWORD@]HOST[:PORT]", "smtps://…").
 * Sending to a server happens on a thread of its own, since one that is slow must hold up neither
 * requests nor the hashing of passwords; what could not be sent is tried again, and told to `lost`
 * when that was in vain. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"

struct mailer;

/* A further member of the outbox's line. */
struct mail_field {
    const char *name;
    const char *value;
};

struct mail {
    const char *kind; /* "invitation", "reset-password", … */
    const char *to;   /* an address that was checked */
    const char *subject;
    const char *text; /* lines end with "\n" */
    const struct mail_field *fields;
    size_t field_count;
};

struct mailer_options {
    const char *target;
    const char *from; /* the address that a server is told; needed for one */
    int queue_limit;  /* mails that may wait for the server */
    int attempts;     /* how often one is tried */
    int retry_ms;     /* before the second time; each further one waits four times as long */
    void (*lost)(const struct mail *mail, const struct tn_error *error);
};

/* TN_CONFIGURATION names what is wrong with the target. The texts are borrowed. */
MUST_USE bool mailer_new(
    const struct mailer_options *options, struct mailer **ret_mailer, struct tn_error *error);
/* What still waits is tried once more, for at most `patience_ms`. Accepts NULL. */
void mailer_free(struct mailer *mailer, int patience_ms);

/* A mail that was kept for a page. */
struct kept_mail {
    int64_t sent_at_us;
    const char *kind;
    const char *to;
    const char *subject;
    const char *text;
    const char *id; /* its field `id`; "" when it has none */
};

/* Are mails kept, to be shown by a page? */
bool mail_is_kept(const struct mailer *mailer);
/* The newest hundred, newest first, in `arena`; none where mail goes elsewhere. */
size_t
mail_kept(const struct mailer *mailer, struct arena *arena, const struct kept_mail **ret_mails);

/* Does mail lead anywhere? */
bool mail_is_configured(const struct mailer *mailer);
/* Append to the outbox, or leave it to the mailer's thread; without a target do nothing. Copies
 * `mail`. May be called by any thread. TN_OVERLOADED: as many wait as may. */
MUST_USE bool mail_send(struct mailer *mailer, const struct mail *mail, struct tn_error *error);
