#include "cache/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"

static struct cache *cache;
static struct arena *arena;

static int
set_up(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    arena = arena_new(1024);
    return cache_new(1024, &cache, &error) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    cache_free(cache);
    arena_free(arena);
    return 0;
}

static const struct cache_member member = {
    .organization_id = "org1",
    .organization = "4:org1",
    .role = "owner",
    .audiences = { "member", "role", "" },
    .session_expires_at_us = 7,
    .asked_at_ms = 5,
};

static void
a_member_is_recalled_by_the_same_session_only(void **state)
{
    (void)state;
    struct cache_member found;
    cache_remember_member(cache, "token", "acme", &member);

    assert_true(cache_recall_member(cache, "token", "acme", arena, &found));
    assert_string_equal(found.organization_id, "org1");
    assert_string_equal(found.audiences[1], "role");
    assert_int_equal(found.asked_at_ms, 5);
    assert_false(cache_recall_member(cache, "other", "acme", arena, &found));
    assert_false(cache_recall_member(cache, "token", "harbour", arena, &found));
}

static void
more_than_there_is_room_for_is_forgotten_and_never_mixed_up(void **state)
{
    (void)state;
    struct cache_member found;
    size_t recalled = 0;
    for (int i = 0; i < 20000; i++) {
        struct cache_member one = member;
        one.organization_id = arena_printf(arena, "org%d", i);
        cache_remember_member(cache, arena_printf(arena, "token%d", i), "acme", &one);
    }

    for (int i = 0; i < 20000; i++) {
        if (!cache_recall_member(cache, arena_printf(arena, "token%d", i), "acme", arena, &found))
            continue;
        recalled++;
        assert_string_equal(found.organization_id, arena_printf(arena, "org%d", i));
    }
    assert_in_range(recalled, 1000, 4096);
}

static void
versions_are_recalled_while_they_are_young(void **state)
{
    (void)state;
    static const struct version row = { "public.invoice", 3 };
    const struct versions versions = { &row, 1 };
    const int64_t now_ms = time_monotonic_ms();
    struct versions found;
    cache_remember_versions(cache, "org1", &versions, now_ms - 50);

    assert_true(cache_recall_versions(cache, "org1", 60000, arena, &found));
    assert_int_equal(versions_number(&found, "public.invoice"), 3);
    assert_false(cache_recall_versions(cache, "org1", 50, arena, &found));
    assert_false(cache_recall_versions(cache, "org2", 60000, arena, &found));
}

static void
what_was_asked_for_earlier_does_not_come_over_what_was_asked_for_later(void **state)
{
    (void)state;
    static const struct version rows[] = { { "public.invoice", 3 }, { "public.invoice", 4 } };
    const int64_t now_ms = time_monotonic_ms();
    struct versions found;
    cache_remember_versions(cache, "org1", &(struct versions){ &rows[1], 1 }, now_ms);
    cache_remember_versions(cache, "org1", &(struct versions){ &rows[0], 1 }, now_ms - 10);

    assert_true(cache_recall_versions(cache, "org1", 60000, arena, &found));
    assert_int_equal(versions_number(&found, "public.invoice"), 4);
}

static void
a_write_of_this_process_is_forgotten_at_once(void **state)
{
    (void)state;
    static const struct version row = { "public.invoice", 3 };
    struct versions found;
    cache_remember_versions(cache, "org1", &(struct versions){ &row, 1 }, time_monotonic_ms());

    cache_forget_versions(cache, "org1");
    cache_forget_versions(cache, "never-seen");

    assert_false(cache_recall_versions(cache, "org1", 60000, arena, &found));
}

static void
a_late_answer_to_what_was_asked_before_a_write_is_not_remembered(void **state)
{
    (void)state;
    static const struct version row = { "public.invoice", 3 };
    const struct versions versions = { &row, 1 };
    struct versions found;
    const int64_t before_ms = time_monotonic_ms();
    cache_forget_versions(cache, "org1");

    cache_remember_versions(cache, "org1", &versions, before_ms);
    assert_false(cache_recall_versions(cache, "org1", 60000, arena, &found));
    cache_remember_versions(cache, "org1", &versions, time_monotonic_ms() + 1);
    assert_true(cache_recall_versions(cache, "org1", 60000, arena, &found));
}

static void
a_member_who_was_asked_for_before_a_change_is_doubtful(void **state)
{
    (void)state;
    struct cache_member asked = member;
    struct cache_member found;
    asked.asked_at_ms = time_monotonic_ms();
    cache_remember_member(cache, "token", "acme", &asked);
    assert_true(cache_recall_member(cache, "token", "acme", arena, &found));
    assert_false(found.is_doubtful);

    cache_doubt_members(cache);
    assert_true(cache_recall_member(cache, "token", "acme", arena, &found));
    assert_true(found.is_doubtful);
    /* Also when the answer comes late. */
    cache_remember_member(cache, "token", "acme", &asked);
    assert_true(cache_recall_member(cache, "token", "acme", arena, &found));
    assert_true(found.is_doubtful);
    asked.asked_at_ms = time_monotonic_ms() + 1;
    cache_remember_member(cache, "token", "acme", &asked);
    assert_true(cache_recall_member(cache, "token", "acme", arena, &found));
    assert_false(found.is_doubtful);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_member_is_recalled_by_the_same_session_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            more_than_there_is_room_for_is_forgotten_and_never_mixed_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            versions_are_recalled_while_they_are_young, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_was_asked_for_earlier_does_not_come_over_what_was_asked_for_later, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            a_write_of_this_process_is_forgotten_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_late_answer_to_what_was_asked_before_a_write_is_not_remembered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_member_who_was_asked_for_before_a_change_is_doubtful, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
