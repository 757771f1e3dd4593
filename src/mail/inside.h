/* What the files of this folder share. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "mail/mail.h"

/* The mail as RFC 5322 wants it. Subject and text are encoded, so that nothing in them can end a
 * header. */
void message_write(struct buffer *out, const struct mail *mail, const char *from, int64_t now_us);

/* Mails in memory, for a page. kept_free accepts NULL. */
struct kept;
MUST_USE bool kept_new(struct kept **ret_kept, struct tn_error *error);
void kept_free(struct kept *kept);
void kept_put(struct kept *kept, const struct mail *mail);
size_t kept_list(struct kept *kept, struct arena *arena, const struct kept_mail **ret_mails);

/* A connection to a mail server, kept from one mail to the next. */
struct smtp;

/* `deadline_ms` is of the monotonic clock: beyond it, sending is given up. */
MUST_USE bool smtp_new(const char *target, const char *from, atomic_llong *deadline_ms,
    struct smtp **ret_smtp, struct tn_error *error);
void smtp_free(struct smtp *smtp);
/* `ret_final` is true when the server refused for good, so that another try is in vain. */
MUST_USE bool smtp_send(struct smtp *smtp, const char *to, const struct buffer *message,
    bool *ret_final, struct tn_error *error);
