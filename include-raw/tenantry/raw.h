/* Work across organizations: for scripts, never for the request path.
 *
 * This header lies in a folder of its own and its library is libtenantry-raw, so that a server that
 * includes it finds "no such file" and one that links it is seen. The role behind it
 * (tenantry_raw) reads past row-level security; each query through it is recorded in
 * tenantry.raw_use, in the same transaction. */
#pragma once

#include "tenantry/db.h"
#include "tenantry/error.h"
#include "tenantry/query.h"
#include "tenantry/types.h"
#include "tenantry/visibility.h"

/* The handle that sees all organizations. Taken by cross-organization queries (generated into
 * raw.h) and by nothing else; it is no struct tn_db and converts to none. */
struct raw_db {
    struct tn_handle_slot *slot;
    uint64_t serial;
};

struct raw_program {
    const char *name;    /* as recorded with each use: "nightly_revenue" */
    const char *purpose; /* why it needs all organizations; recorded too */
    const char *usage;   /* what --help prints */
    /* The script. `arguments` are those after the program's name. false: `error` is printed,
     * exit 1. */
    bool (*run)(struct raw_db raw, int argument_count, char **arguments, struct tn_error *error);
};

/* Connect to TENANTRY_RAW_DATABASE (and TENANTRY_TENANT_DATABASE when raw_enter is used), run the
 * script, answer main's result: 0 done, 1 failed, 2 could not begin. */
TN_PUBLIC int raw_main(int argc, char **argv, const struct raw_program *program);

/* Called by generated code: as tn_call_begin. */
TN_PUBLIC bool raw_call_begin(
    struct tn_call *call, struct raw_db raw, const struct tn_query *query, struct tn_error *error);

/* Open one organization's handle, for the ordinary generated queries: on tenantry_app's own
 * connection, so that both layers hold and what is written is seen by every cache. Close it with
 * raw_leave before the next. TN_NOT_FOUND when the organization's id is empty. */
TN_PUBLIC bool raw_enter(
    struct raw_db raw, const char *organization_id, struct tn_db *ret_db, struct tn_error *error);
TN_PUBLIC void raw_leave(struct raw_db raw, struct tn_db db);
struct raw_mail {
    const char *kind;            /* "reminder" */
    const char *organization_id; /* in whose name; "" for none */
    const char *to;
    const char *subject;
    const char *text; /* lines end with "\n" */
};

/* Send a mail where TENANTRY_MAIL says, as the server does: append it to an outbox, or queue it for
 * a mail server, which is tried again. Without TENANTRY_MAIL it fails. What is queued is sent
 * before the script ends. */
TN_PUBLIC bool raw_mail(struct raw_db raw, const struct raw_mail *mail, struct tn_error *error);

/* Memory that lives as long as the script; never NULL. */
TN_PUBLIC void *raw_alloc(struct raw_db raw, size_t bytes);
