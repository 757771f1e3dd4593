#include "context/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tenantry/request.h"

static struct tenant_runtime *runtime;
static struct tn_identity identity;
static struct context_memory *memory;
static struct arena *arena;

static int
set_up(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    arena = arena_new(1024);
    return context_memory_new(64, &memory, &error) &&
                   tenant_runtime_new(&(struct tenant_runtime_options){ 0 }, &runtime, &error) &&
                   identity_open(runtime, arena, &identity, &error)
               ? 0
               : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    identity_close(identity);
    tenant_runtime_free(runtime);
    context_memory_free(memory);
    arena_free(arena);
    return 0;
}

static struct context_claims
claims_of(const char *token, const char *slug)
{
    return (struct context_claims){ .session_token = token, .slug = slug };
}

static const char *const stamps[] = { "person", "organization" };

/* What `token` was answered at "acme", as a member called `name`. */
static void
remember(const char *token, const char *name)
{
    const struct visitor visitor = {
        .session_id = "s1",
        .session_token = token,
        .session_expires_at_us = 7,
        .user_id = "u1",
        .user_name = name,
        .is_member = true,
        .organization_id = "org1",
        .organization_slug = "acme",
        .role = "owner",
        .security_stamps = stamps,
        .security_stamp_count = 2,
    };
    const struct tn_organization organization = {
        .id = tn_text_of("org1"),
        .slug = tn_text_of("acme"),
        .name = tn_text_of("Acme"),
        .role = tn_text_of("owner"),
        .is_current = true,
    };
    const struct context context = {
        .visitor = &visitor,
        .organizations = &organization,
        .organization_count = 1,
    };
    const struct context_claims claims = claims_of(token, "acme");
    context_remember(memory, &claims, &context);
}

static bool
recall(struct context_claims claims, struct standing *ret_standing, struct context *ret_context)
{
    return context_resume(memory, identity, &claims, ret_standing, ret_context);
}

static bool
is_recalled(struct context_claims claims)
{
    struct standing standing;
    struct context context;
    if (!recall(claims, &standing, &context))
        return false;

    context_done(&context);
    return true;
}

static void
an_answer_is_recalled_whole_and_has_to_be_checked(void **state)
{
    (void)state;
    struct standing standing;
    struct context context;
    remember("token", "Ada");

    assert_true(recall(claims_of("token", "acme"), &standing, &context));
    assert_string_equal(context.visitor->user_name, "Ada");
    assert_null(context.visitor->user_email);
    assert_int_equal(context.organization_count, 1);
    assert_string_equal(context.organizations[0].name.p, "Acme");
    assert_true(context.organizations[0].is_current);
    assert_int_equal(standing.stamp_count, 2);
    assert_string_equal(standing.stamps[1], "organization");
    assert_int_equal(standing.session_expires_at_us, 7);
    assert_int_equal(standing.state, STANDING_ASSUMED);
    context_done(&context);
}

static void
only_the_same_session_at_the_same_place_recalls_it(void **state)
{
    (void)state;
    remember("token", "Ada");

    assert_false(is_recalled(claims_of("tokem", "acme")));
    assert_false(is_recalled(claims_of("token", "harbour")));
    assert_false(is_recalled(claims_of("token", "")));
    assert_false(is_recalled(claims_of("token", NULL)));
    assert_false(is_recalled(claims_of("token acme", NULL)));
    assert_false(is_recalled(claims_of(NULL, "acme")));
    assert_true(is_recalled(claims_of("token", "acme")));
}

static void
whoever_names_an_id_is_asked(void **state)
{
    (void)state;
    struct context_claims claims = claims_of("token", "acme");
    remember("token", "Ada");
    context_claim(&claims, "org1");

    assert_false(is_recalled(claims));
}

static void
without_stamps_nothing_is_kept(void **state)
{
    (void)state;
    const struct visitor visitor = { .organization_id = "org1" };
    const struct tn_organization none = { 0 };
    const struct context context = { .visitor = &visitor, .organizations = &none };
    const struct context_claims claims = claims_of("token", "acme");
    context_remember(memory, &claims, &context);

    assert_false(is_recalled(claims));
}

/* Whoever chooses a long name must not fill the server with it. */
static void
what_is_too_long_is_not_kept_and_nor_is_what_it_replaces(void **state)
{
    (void)state;
    const struct context_claims claims = claims_of("token", "acme");
    char name[CONTEXT_MEMORY_BYTES_MAX];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    remember("token", "Ada");
    remember("token", name);
    assert_false(is_recalled(claims));

    name[sizeof name / 2] = '\0';
    remember("token", name);
    assert_true(is_recalled(claims));
}

static void
the_latest_answer_counts_until_it_is_forgotten(void **state)
{
    (void)state;
    const struct context_claims claims = claims_of("token", "acme");
    struct standing standing;
    struct context context;
    remember("token", "Ada");
    remember("token", "Grace");

    assert_true(recall(claims, &standing, &context));
    assert_string_equal(context.visitor->user_name, "Grace");
    context_done(&context);
    context_forget(memory, &claims);
    assert_false(is_recalled(claims));
    context_forget(memory, &claims);
}

static void
what_was_recalled_stays_whole_until_it_is_done(void **state)
{
    (void)state;
    const struct context_claims claims = claims_of("token", "acme");
    struct standing standing;
    struct context context;
    remember("token", "Ada");
    assert_true(recall(claims, &standing, &context));

    remember("token", "Grace");
    context_forget(memory, &claims);

    assert_string_equal(context.visitor->user_name, "Ada");
    assert_string_equal(standing.stamps[0], "person");
    context_done(&context);
}

static void
more_than_there_is_room_for_goes_and_is_never_mixed_up(void **state)
{
    (void)state;
    int found = 0;
    for (int i = 0; i < 1000; i++) {
        const char *token = arena_printf(arena, "token%d", i);
        remember(token, token);
    }

    for (int i = 0; i < 1000; i++) {
        const char *token = arena_printf(arena, "token%d", i);
        struct standing standing;
        struct context context;
        if (!recall(claims_of(token, "acme"), &standing, &context))
            continue;

        found++;
        assert_string_equal(context.visitor->user_name, token);
        context_done(&context);
    }
    assert_in_range(found, 48, 64);
    assert_true(is_recalled(claims_of("token999", "acme")));
}

static void
what_is_used_stays(void **state)
{
    (void)state;
    remember("kept", "Ada");
    for (int i = 0; i < 1000; i++) {
        remember(arena_printf(arena, "token%d", i), "Grace");
        assert_true(is_recalled(claims_of("kept", "acme")));
    }
}

static void
a_memory_for_none_remembers_nothing(void **state)
{
    (void)state;
    const struct context_claims claims = claims_of("token", "acme");
    context_memory_free(memory);
    struct tn_error error = { 0 };
    assert_true(context_memory_new(0, &memory, &error));
    assert_null(memory);

    remember("token", "Ada");
    assert_false(is_recalled(claims));
    context_forget(memory, &claims);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_answer_is_recalled_whole_and_has_to_be_checked),
        TEST(only_the_same_session_at_the_same_place_recalls_it),
        TEST(whoever_names_an_id_is_asked),
        TEST(without_stamps_nothing_is_kept),
        TEST(what_is_too_long_is_not_kept_and_nor_is_what_it_replaces),
        TEST(the_latest_answer_counts_until_it_is_forgotten),
        TEST(what_was_recalled_stays_whole_until_it_is_done),
        TEST(more_than_there_is_room_for_goes_and_is_never_mixed_up),
        TEST(what_is_used_stays),
        TEST(a_memory_for_none_remembers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
