/* The check of a database before the server answers anything: the rules of src/catalogue, told to
 * the log with their mends. */
#pragma once

#include "base/settings.h"
#include "postgres/direct.h"
#include "tenantry/application.h"

/* What the planes were asked on, for going on with it. */
struct checked_planes {
    struct direct *identity;
    struct direct *tenant; /* NULL: there is no such plane */
};

/* The identity plane, and the tenant plane unless its URL is NULL; both at once. The connections
 * are to be closed, or given to a pool. */
MUST_USE bool plane_check_both(const char *identity_url, const char *tenant_url,
    const struct settings *settings, const struct tn_application *application,
    struct checked_planes *ret_checked, struct tn_error *error);
/* The tenant plane alone, as `plane` in what is said: once more while serving, or of a replica.
 * Blocks. */
MUST_USE bool plane_check_tenant(const char *plane, const char *url,
    const struct tn_application *application, struct tn_error *error);
