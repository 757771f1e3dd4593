#include "in_fiber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "loop/fiber.h"
#include "migration/own.h"

struct run {
    struct in_fiber world;
    void (*body)(struct in_fiber *world);
};

static void
start(void *argument)
{
    struct run *run = argument;
    run->body(&run->world);
    loop_stop(run->world.loop);
}

static struct pool *
open_pool(struct loop *loop, const char *url, const char *name)
{
    if (!url)
        return NULL;

    const struct pool_options options = {
        .url = url,
        .name = name,
        .read_connections = 1,
        .read_depth = 16,
        .write_connections = 2,
        .write_depth = 2,
        .leases = 4,
        .queue_limit = 64,
    };
    struct pool *pool;
    struct tn_error error = { 0 };
    if (!pool_new(loop, &options, &pool, &error))
        fail_msg("%s", error.detail);
    return pool;
}

void
in_fiber(const char *identity_url, const char *tenant_url, void (*body)(struct in_fiber *world))
{
    struct run run = { .body = body };
    struct tn_error error = { 0 };
    if (!loop_new(&run.world.loop, &error))
        fail_msg("%s", error.detail);

    run.world.arena = arena_new(4096);
    run.world.identity = open_pool(run.world.loop, identity_url, "identity");
    run.world.tenant = open_pool(run.world.loop, tenant_url, "tenant");
    const struct tenant_runtime_options options = {
        .identity = run.world.identity,
        .tenant = run.world.tenant,
        .limits = { .statement_ms = 100,
            .lock_ms = 50,
            .statement_alone_ms = 5000,
            .lock_alone_ms = 1000,
            .rows_per_query = 100,
            .rows_per_stream = 950 },
        .slots = 64,
    };
    if (!tenant_runtime_new(&options, &run.world.runtime, &error) ||
        !fiber_start(run.world.loop, start, &run, &error))
        fail_msg("%s", error.detail);

    loop_run(run.world.loop);
    assert_int_equal(fiber_count(run.world.loop), 0);
    tenant_runtime_free(run.world.runtime);
    if (run.world.tenant)
        pool_free(run.world.tenant);
    if (run.world.identity)
        pool_free(run.world.identity);
    loop_free(run.world.loop);
    arena_free(run.world.arena);
}

void
in_fiber_identity_database(void)
{
    char *url = strdup(fixture_database());
    const struct migration_set sets[] = { migration_own_identity() };
    const struct migration_target target = { .admin_url = url, .sets = sets, .set_count = 1 };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);
    free(url);
}

void
in_fiber_as_identity(void (*body)(struct in_fiber *world))
{
    char *url = strdup(fixture_role_url("tenantry_identity"));
    in_fiber(url, NULL, body);
    free(url);
}

struct tn_db
in_fiber_open(struct in_fiber *world, const char *organization_id)
{
    struct tn_identity identity;
    struct tn_membership membership;
    struct tn_db db = { 0 };
    struct tn_error error = { 0 };
    if (!identity_open(world->runtime, world->arena, &identity, &error) ||
        !membership_open(identity, organization_id, &membership, &error) ||
        !tenant_db_open(membership, NULL, &db, &error))
        fail_msg("%s", error.detail);
    return db;
}
