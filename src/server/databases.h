/* The databases of a server, made ready before it listens: the private PostgreSQL of the embedded
 * default, roles and migrations where an administrator's URL is given, and the check that the
 * database keeps organizations apart. */
#pragma once

#include "base/arena.h"
#include "base/settings.h"
#include "postgres/private_server.h"
#include "server/plane_check.h"
#include "tenantry/application.h"

struct databases {
    struct private_server *embedded; /* NULL when URLs were given */
    const char *folder;              /* of the embedded default, else NULL */
    const char *identity_url;
    const char *tenant_url;  /* NULL: no tenant tables */
    const char *replica_url; /* of them; NULL: none */
    const char *raw_url;    /* of the embedded default, for telling how to run scripts; else NULL */
    const char *script_url; /* likewise, as the role that scripts write as */
    struct plane_checks *checks; /* NULL: not begun */
};

/* Everything in `arena`. What was started is stopped by databases_done, also after a failure. */
MUST_USE bool
databases_open(const struct settings *settings, const struct tn_application *application,
    struct arena *arena, struct databases *ret_databases, struct tn_error *error);
/* Do the databases keep organizations apart, and are they those that the queries were made for?
 * They are asked from databases_check_begin on; nothing may be answered before databases_check_end.
 * What was found, and its mend, is logged. The connections of `ret_checked` are the caller's. */
void databases_check_begin(struct databases *databases, const struct settings *settings,
    const struct tn_application *application, struct arena *arena);
MUST_USE bool
databases_check_end(struct databases *databases, const struct tn_application *application,
    struct checked_planes *ret_checked, struct tn_error *error);
/* After many rows were written at once: let the embedded database count them, so that its planner
 * knows before the server answers. A given database does so by itself in its own time. */
MUST_USE bool databases_analyze(const struct databases *databases, struct tn_error *error);
void databases_done(struct databases *databases);
