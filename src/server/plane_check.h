/* The check of a database before the server answers anything: the rules of src/catalogue, told to
 * the log with their mends. */
#pragma once

#include "base/arena.h"
#include "base/settings.h"
#include "postgres/direct.h"
#include "tenantry/application.h"

/* What the planes were asked on, for going on with it, and what else they said. */
struct checked_planes {
    struct direct *identity;
    struct direct *tenant;  /* NULL: there is no such plane */
    bool can_tell_standing; /* whether who is remembered still stands */
};

/* The identity plane, and the tenant plane unless its URL is NULL: both are asked at once, by
 * threads of their own, beside whatever else is to be done before anything is answered. In
 * `arena`. */
struct plane_checks;
struct plane_checks *plane_checks_begin(const char *identity_url, const char *tenant_url,
    const struct settings *settings, const struct tn_application *application, struct arena *arena);
/* Wait for what they found, and tell it. The connections are to be closed, or given to a pool. */
MUST_USE bool plane_checks_end(
    struct plane_checks *checks, struct checked_planes *ret_checked, struct tn_error *error);
/* Whether they were ended or not. Accepts NULL. */
void plane_checks_done(struct plane_checks *checks);
/* The tenant plane alone, as `plane` in what is said: once more while serving, or of a replica.
 * Blocks. */
MUST_USE bool plane_check_tenant(const char *plane, const char *url,
    const struct tn_application *application, struct tn_error *error);
