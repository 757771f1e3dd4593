/* What every connection of this folder, blocking or not, does alike with libpq. */
#pragma once

#include <libpq-fe.h>

#include "base/error.h"

#define LIBPQ_KEYWORDS 4

/* For PQconnectdbParams and PQconnectStartParams, with expand_dbname. */
struct libpq_keywords {
    const char *names[LIBPQ_KEYWORDS];
    const char *values[LIBPQ_KEYWORDS];
};

/* `url` may be NULL: then the libpq variables decide. It must live as long as `keywords`. */
void libpq_keywords_fill(struct libpq_keywords *keywords, const char *url);
/* A URL that libpq cannot read is a setting that is wrong, not a database that is down. */
MUST_USE bool libpq_check_url(const char *url, struct tn_error *error);
/* Fill `error` with the connection's message, without the line's end, and answer false. */
bool libpq_error(
    const PGconn *connection, enum tn_error_code code, const char *what, struct tn_error *error);
/* A notice processor: libpq would print notices on standard error. */
void libpq_drop_notice(void *argument, const char *message);
