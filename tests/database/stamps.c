#include "stamps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "fixture.h"
#include "migration/own.h"

static const char people[] =
    "DELETE FROM \"user\"; DELETE FROM organization; DELETE FROM tenantry.security_stamp;"
    "INSERT INTO \"user\" (id, name, email, \"emailVerified\")"
    " SELECT name, initcap(name), name || '@example.com', true"
    " FROM unnest('{ada,bob,cyd,dan}'::text[]) name;"
    "INSERT INTO organization (id, name, slug, \"createdAt\") VALUES ('acme', 'Acme', 'acme', "
    "now()),"
    " ('boats', 'Boats', 'boats', now());"
    "INSERT INTO member (id, \"organizationId\", \"userId\", role, \"createdAt\") VALUES"
    " ('m1', 'acme', 'ada', 'owner', now()), ('m2', 'acme', 'bob', 'member', now()),"
    " ('m3', 'boats', 'bob', 'owner', now()), ('m4', 'boats', 'cyd', 'member', now()),"
    " ('m5', 'boats', 'ada', 'member', now());"
    "INSERT INTO session (id, token, \"userId\", \"expiresAt\", \"updatedAt\")"
    " SELECT id, 'token of ' || id, person, now() + days * interval '1 day', now()"
    " FROM (VALUES ('a1', 'ada', 1), ('a2', 'ada', 1), ('b1', 'bob', 1), ('c1', 'cyd', -1),"
    "  ('d1', 'dan', 1)) made (id, person, days);"
    "INSERT INTO session_context (\"sessionId\", \"organizationId\", \"userId\") VALUES"
    " ('a1', 'acme', 'ada'), ('b1', 'acme', 'bob'), ('b1', 'boats', 'bob'), ('c1', 'boats', "
    "'cyd');";

void
stamps_apply(const struct migration_set *sets, size_t count)
{
    char url[512];
    snprintf(url, sizeof url, "%s", fixture_role_url("postgres"));
    const struct migration_target target = { .admin_url = url, .sets = sets, .set_count = count };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);
}

void
stamps_database(void)
{
    fixture_database();
    const struct migration_set sets[] = { migration_own_identity(), migration_own_tenant() };
    stamps_apply(sets, 2);
}

void
stamps_people(void)
{
    fixture_run(people);
    stamps_watch();
}

void
stamps_watch(void)
{
    fixture_run("CREATE TABLE IF NOT EXISTS public.watched (LIKE tenantry.security_stamp);"
                "DELETE FROM public.watched;"
                "INSERT INTO public.watched SELECT * FROM tenantry.security_stamp");
}

const char *
stamps_changed(void)
{
    return fixture_ask(
        "SELECT string_agg(id, ' ' ORDER BY id)"
        " FROM tenantry.security_stamp now FULL JOIN public.watched before USING (kind, id)"
        " WHERE now.stamp IS DISTINCT FROM before.stamp");
}

struct direct *
stamps_connect(const char *role)
{
    struct direct *direct = NULL;
    struct tn_error error = { 0 };
    (void)fixture_role_url(role);
    if (!direct_open(fixture_role_url("postgres"), &direct, &error))
        fail_msg("%s", error.detail);

    char sql[128];
    snprintf(sql, sizeof sql, "SET ROLE %s", role);
    stamps_run(direct, sql);
    return direct;
}

void
stamps_run(struct direct *direct, const char *sql)
{
    struct tn_error error = { 0 };
    if (!direct_run(direct, sql, &error))
        fail_msg("%s: %s", sql, error.detail);
}

const char *
stamps_refusal(struct direct *direct, const char *sql)
{
    static char state[sizeof(((struct tn_error *)NULL)->sqlstate) + 1];
    struct tn_error error = { 0 };
    snprintf(state, sizeof state, "%s", direct_run(direct, sql, &error) ? "" : error.sqlstate);
    return state;
}
