/* Brings a database up to date: makes the roles that are missing, then applies what was not
 * applied, as tenantry_owner, each migration in a transaction of its own, all of it under one lock.
 * One that begins with SCRIPT_STEPS_DIRECTIVE is applied step by step, and goes on where it was
 * stopped.
 *
 * What was applied stands in tenantry.migration(plane, name, sha256, applied_at), what is half
 * applied in tenantry.migration_step. A file that was changed afterwards is refused.
 *
 * A statement that waits for a lock holds up everybody behind it: it gives up soon, and is tried
 * again later. Rows that row-level security hides from tenantry_owner are an error, not nothing. */
#pragma once

#include <stddef.h>

#include "tenantry/application.h"

#include "base/compiler.h"
#include "base/error.h"

struct migration_set {
    const char *plane; /* "identity", "tenant"; an application's own: "application" */
    const struct tn_migration *migrations;
    size_t count;
};

struct migration_target {
    const char *admin_url;
    /* The URLs that will be worked with, for their users and passwords; NULL where there is none.
     */
    const char *identity_url;
    const char *application_url;
    const char *raw_url;
    const struct migration_set *sets; /* applied in this order */
    size_t set_count;
    int lock_timeout_ms; /* 0: 200 */
    int lock_attempts;   /* 0: 120, with up to a second between */
    /* Told what happens, a line each; NULL: nobody. */
    void (*tell)(void *teller, const char *line);
    void *teller;
};

/* `ret_applied` (may be NULL): how many were not there before. */
MUST_USE bool
migration_apply(const struct migration_target *target, size_t *ret_applied, struct tn_error *error);
