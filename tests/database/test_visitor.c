/* Who asks, and where they stand, is asked in two ways: beside the whole rows of session and
 * person, and beside the organizations of a switcher. Both must say the same of every place, on a
 * real PostgreSQL, as tenantry_identity. */
#include "context/resolver.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "fixture.h"
#include "in_fiber.h"
#include "tenantry/request.h"

/* Ada is in two organizations, Eve in none, and Max in more than a switcher shows. */
static const char people[] =
    "INSERT INTO \"user\" (id, name, email, \"emailVerified\") VALUES ('ada', 'Ada', "
    "'ada@example.com', true),"
    " ('eve', 'Eve', 'eve@example.com', true), ('max', 'Max', 'max@example.com', false);"
    "INSERT INTO organization (id, name, slug, \"createdAt\") SELECT 'id' || i, 'Name ' || "
    "lpad(i::text, 3, '0'), "
    " 'slug' || i, now() FROM generate_series(1, 120) i;"
    "INSERT INTO member (id, \"organizationId\", \"userId\", role, \"createdAt\") SELECT 'm' || i, "
    "'id' || i, 'max', "
    " 'member', now() FROM generate_series(1, 120) i;"
    "INSERT INTO member (id, \"organizationId\", \"userId\", role, \"createdAt\") VALUES "
    " ('a1', 'id1', 'ada', 'owner', now()), ('a2', 'id2', 'ada', 'member,admin', now());"
    "INSERT INTO session (id, token, \"userId\", \"expiresAt\", \"updatedAt\", "
    "\"activeOrganizationId\") VALUES "
    " ('sa', 'ada', 'ada', now() + interval '1 day', now(), NULL),"
    " ('sb', 'ada in 2', 'ada', now() + interval '1 day', now(), 'id2'),"
    " ('sc', 'ada too late', 'ada', now(), now(), 'id2'),"
    " ('se', 'eve', 'eve', now() + interval '1 day', now(), NULL),"
    " ('sm', 'max', 'max', now() + interval '1 day', now(), NULL),"
    " ('sn', 'max in 120', 'max', now() + interval '1 day', now(), 'id120'),"
    " ('so', 'max too late', 'max', now(), now(), 'id120');"
    "INSERT INTO session_context (\"sessionId\", \"organizationId\", \"userId\", \"enteredAt\", "
    "\"lastSeenAt\", "
    " \"revokedAt\") VALUES ('sa', 'id1', 'ada', now(), now(), NULL), ('sb', 'id1', 'ada', now(), "
    "now(), now()),"
    " ('sm', 'id120', 'max', now(), now(), now());";

static const char *const tokens[] = { "ada", "ada in 2", "ada too late", "eve", "max", "max in 120",
    "max too late", "nobody's" };
static const struct {
    const char *slug;
    const char *id;
} places[] = { { NULL, NULL }, { "slug1", NULL }, { "slug2", NULL }, { "slug3", NULL },
    { "slug120", NULL }, { "unknown", NULL }, { "", NULL }, { NULL, "id1" }, { NULL, "id2" },
    { NULL, "id120" }, { NULL, "unknown" } };

static int
set_up(void **state)
{
    (void)state;
    in_fiber_identity_database();
    fixture_run(people);
    return 0;
}

static void
resolve(struct in_fiber *world, struct tn_identity identity, const struct context_claims *claims,
    struct context *ret_context, enum context_answer *ret_answer)
{
    struct tn_error error = { 0 };
    if (!context_resolve(identity, claims, world->arena, ret_context, ret_answer, &error))
        fail_msg("%s", error.detail);
}

static void
assert_same(const char *one, const char *other)
{
    if (one || other)
        assert_string_equal(one ? one : "nothing", other ? other : "nothing");
}

static void
compare_visitors(const struct visitor *whole, const struct visitor *beside)
{
    assert_same(whole->session_id, beside->session_id);
    assert_same(whole->session_token, beside->session_token);
    assert_true(whole->session_expires_at_us == beside->session_expires_at_us);
    assert_same(whole->user_id, beside->user_id);
    assert_same(whole->user_name, beside->user_name);
    assert_same(whole->user_email, beside->user_email);
    assert_int_equal(whole->is_member, beside->is_member);
    assert_same(whole->organization_id, beside->organization_id);
    assert_same(whole->organization_name, beside->organization_name);
    assert_same(whole->organization_slug, beside->organization_slug);
    assert_same(whole->role, beside->role);
    assert_int_equal(whole->context, beside->context);
    assert_true(whole->last_seen_at_us == beside->last_seen_at_us);
}

/* Returns what was answered. */
static enum context_answer
ask_both_ways(struct in_fiber *world, struct tn_identity identity, struct context_claims claims)
{
    struct context whole;
    struct context beside;
    enum context_answer whole_answer;
    enum context_answer answer;
    resolve(world, identity, &claims, &whole, &whole_answer);
    claims.wants_organizations = true;
    resolve(world, identity, &claims, &beside, &answer);

    assert_int_equal(whole_answer, answer);
    assert_int_equal(whole.visitor != NULL, beside.visitor != NULL);
    if (whole.visitor)
        compare_visitors(whole.visitor, beside.visitor);
    context_done(&whole);
    context_done(&beside);
    return answer;
}

static void
ask_of_every_place(struct in_fiber *world)
{
    int seen[CONTEXT_EMPTY + 1] = { 0 };
    struct tn_identity identity;
    struct tn_error error = { 0 };
    assert_true(identity_open(world->runtime, world->arena, &identity, &error));
    for (size_t i = 0; i < COUNT_OF(tokens); i++) {
        for (size_t j = 0; j < COUNT_OF(places); j++) {
            struct context_claims claims = { .session_token = tokens[i], .slug = places[j].slug };
            if (places[j].id)
                context_claim(&claims, places[j].id);
            seen[ask_both_ways(world, identity, claims)]++;
        }
    }
    identity_close(identity);

    /* Ada by 2 slugs and 2 ids, and by 1 each in her other session, where she was signed out of the
     * first and which stands in the second; Max by all 4 slugs and 3 ids and by his own place, but
     * one that his first was signed out of. */
    assert_int_equal(seen[CONTEXT_FOUND], 4 + 3 + 5 + 8);
    assert_int_equal(seen[CONTEXT_REVOKED], 2 + 2);
    assert_int_equal(seen[CONTEXT_SIGNED_OUT], 3 * ((int)COUNT_OF(places) - 1));
    assert_int_equal(seen[CONTEXT_NONE], 3);
    assert_int_equal(seen[CONTEXT_EMPTY], COUNT_OF(tokens));
    assert_true(seen[CONTEXT_NOT_FOUND] > 0);
}

static void
both_ways_of_asking_agree_on_every_place(void **state)
{
    (void)state;
    in_fiber_as_identity(ask_of_every_place);
}

/* The organizations of a session where it stands at `slug`, their slugs in a row, the current one
 * in brackets. */
static const char *
switcher(struct in_fiber *world, struct tn_identity identity, const char *token, const char *slug)
{
    struct context context;
    enum context_answer answer;
    const struct context_claims claims = {
        .session_token = token, .slug = slug, .wants_organizations = true
    };
    resolve(world, identity, &claims, &context, &answer);
    const char *shown = "";
    for (size_t i = 0; i < context.organization_count && i < 3; i++)
        shown = arena_printf(world->arena, context.organizations[i].is_current ? "%s[%s]" : "%s%s ",
            shown, context.organizations[i].slug.p);
    shown = arena_printf(world->arena, "%zu: %s", context.organization_count, shown);
    context_done(&context);
    return shown;
}

static void
show_switchers(struct in_fiber *world)
{
    struct tn_identity identity;
    struct tn_error error = { 0 };
    assert_true(identity_open(world->runtime, world->arena, &identity, &error));
    assert_string_equal(switcher(world, identity, "ada", "slug2"), "2: slug1 [slug2]");
    assert_string_equal(switcher(world, identity, "ada", "slug3"), "2: slug1 slug2 ");
    assert_string_equal(switcher(world, identity, "eve", "slug1"), "0: ");
    assert_string_equal(switcher(world, identity, "ada too late", "slug1"), "0: ");
    assert_string_equal(switcher(world, identity, "max", "slug120"), "100: slug1 slug2 slug3 ");
    identity_close(identity);
}

static void
a_switcher_shows_a_hundred_by_name_and_marks_where_it_stands(void **state)
{
    (void)state;
    in_fiber_as_identity(show_switchers);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(both_ways_of_asking_agree_on_every_place, set_up),
        cmocka_unit_test_setup(
            a_switcher_shows_a_hundred_by_name_and_marks_where_it_stands, set_up),
    };
    return cmocka_run_group_tests_name("database/visitor", tests, fixture_start, fixture_stop);
}
