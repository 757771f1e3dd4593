/* A loop with a tenant runtime on the fixture's database, and a fiber for a test's body. */
#pragma once

#include "tenant/runtime.h"

struct in_fiber {
    struct tenant_runtime *runtime;
    struct loop *loop;
    struct pool *identity;
    struct pool *tenant;
    struct arena *arena;
};

/* Run `body` in a fiber, with pools of `tenant_url` and `identity_url` (NULL: none); fails the test
 * if that does not work or a fiber is left. */
void
in_fiber(const char *identity_url, const char *tenant_url, void (*body)(struct in_fiber *world));

/* A fresh database with identity's own tables. */
void in_fiber_identity_database(void);
/* in_fiber on the database that the fixture made last, with a pool of tenantry_identity. */
void in_fiber_as_identity(void (*body)(struct in_fiber *world));

/* The database of an organization, by a membership that nobody verified: for tests only. */
struct tn_db in_fiber_open(struct in_fiber *world, const char *organization_id);
