#include "cache/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "loop/fiber.h"

static struct cache *cache;
static struct arena *arena;

static int
set_up(void **state)
{
    (void)state;
    struct tn_error error = { 0 };
    arena = arena_new(1024);
    return cache_new(64 * 1024, &cache, &error) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    cache_free(cache);
    arena_free(arena);
    return 0;
}

static struct cache_key
key_of(const char *organization, const char *path)
{
    return cache_key_make(
        &(struct cache_key_parts){
            .organization = organization, .audience = "", .path = path, .query = "" },
        arena);
}

static struct versions
versions_of(const char *relation, int64_t number)
{
    struct version *row = ARENA_NEW(arena, struct version);
    *row = (struct version){ relation, number };
    return (struct versions){ row, 1 };
}

/* Keep `body`, rendered from `invoice` at `number`, and let go of it. */
static bool
keep_body(struct cache_key key, const char *data, size_t bytes, int64_t number)
{
    static const char *const relations[] = { "public.invoice" };
    const struct versions versions = versions_of("public.invoice", number);
    struct cache_page *page = cache_keep(cache, &key,
        &(struct cache_rendered){
            .media_type = "text/html",
            .etag = "tag",
            .body = { data, bytes },
            .relations = relations,
            .relation_count = 1,
            .versions = &versions,
        });
    if (page)
        cache_release(cache, page);
    return page != NULL;
}

static bool
keep(struct cache_key key, const char *body, int64_t number)
{
    return keep_body(key, body, strlen(body), number);
}

/* The body that is found at `now`; NULL for none. */
static const char *
find(struct cache_key key, struct versions now, enum cache_answer *ret_answer)
{
    struct cache_page *page;
    const char *relation;
    *ret_answer = cache_find(cache, &key, &now, arena, &page, &relation);
    if (*ret_answer != CACHE_HIT)
        return NULL;

    const char *body = arena_memdup(arena, page->plain.data, page->plain.bytes);
    cache_release(cache, page);
    return body;
}

static void
what_was_kept_is_found_at_the_same_versions(void **state)
{
    (void)state;
    enum cache_answer answer;
    assert_true(keep(key_of("acme", "/"), "page of acme", 3));

    assert_string_equal(
        find(key_of("acme", "/"), versions_of("public.invoice", 3), &answer), "page of acme");
    assert_null(find(key_of("acme", "/x"), versions_of("public.invoice", 3), &answer));
    assert_int_equal(answer, CACHE_ABSENT);
}

static void
another_organization_does_not_find_it(void **state)
{
    (void)state;
    enum cache_answer answer;
    assert_true(keep(key_of("acme", "/"), "page of acme", 3));

    assert_null(find(key_of("harbour", "/"), versions_of("public.invoice", 3), &answer));
    assert_int_equal(answer, CACHE_ABSENT);
}

static void
a_write_makes_it_stale(void **state)
{
    (void)state;
    enum cache_answer answer;
    assert_true(keep(key_of("acme", "/"), "old", 3));

    assert_null(find(key_of("acme", "/"), versions_of("public.invoice", 4), &answer));
    assert_int_equal(answer, CACHE_STALE);
    /* Also one that is older than what is kept, and a relation whose version is gone. */
    assert_null(find(key_of("acme", "/"), versions_of("public.invoice", 2), &answer));
    assert_int_equal(answer, CACHE_STALE);
    assert_null(find(key_of("acme", "/"), (struct versions){ 0 }, &answer));
    assert_int_equal(answer, CACHE_STALE);
}

static void
a_write_of_another_relation_leaves_it(void **state)
{
    (void)state;
    static const struct version rows[] = { { "public.audit_log", 9 }, { "public.invoice", 3 } };
    enum cache_answer answer;
    assert_true(keep(key_of("acme", "/"), "page", 3));

    assert_string_equal(find(key_of("acme", "/"), (struct versions){ rows, 2 }, &answer), "page");
}

static void
a_relation_that_was_never_written_has_version_0(void **state)
{
    (void)state;
    enum cache_answer answer;
    assert_true(keep(key_of("acme", "/"), "empty", 0));

    assert_string_equal(find(key_of("acme", "/"), (struct versions){ 0 }, &answer), "empty");
    assert_null(find(key_of("acme", "/"), versions_of("public.invoice", 1), &answer));
}

static void
a_later_page_takes_its_place(void **state)
{
    (void)state;
    enum cache_answer answer;
    assert_true(keep(key_of("acme", "/"), "first", 3));
    assert_true(keep(key_of("acme", "/"), "second", 4));

    assert_string_equal(
        find(key_of("acme", "/"), versions_of("public.invoice", 4), &answer), "second");
    assert_int_equal(cache_counters(cache).pages, 1);
}

static void
no_two_lists_of_parts_make_one_key(void **state)
{
    (void)state;
    const struct cache_key one = cache_key_make(
        &(struct cache_key_parts){
            .organization = "a", .audience = "b1:", .path = "/", .query = "" },
        arena);
    const struct cache_key other = cache_key_make(
        &(struct cache_key_parts){
            .organization = "a1:b", .audience = "", .path = "/", .query = "" },
        arena);

    assert_string_not_equal(one.text, other.text);
}

static void
bytes_are_bounded_and_the_least_recently_used_go(void **state)
{
    (void)state;
    char body[4000];
    enum cache_answer answer;
    const struct versions now = versions_of("public.invoice", 1);
    memset(body, 'x', sizeof body);

    for (int i = 0; i < 100; i++) {
        assert_true(keep_body(key_of("acme", arena_printf(arena, "/%d", i)), body, sizeof body, 1));
        /* Used all the time, so it stays. */
        assert_non_null(find(key_of("acme", "/0"), now, &answer));
    }

    const struct cache_counters counters = cache_counters(cache);
    assert_in_range(counters.bytes, 1, 64 * 1024);
    assert_in_range(counters.pages, 2, 15);
    assert_int_equal(counters.evicted, 100 - counters.pages);
    assert_non_null(find(key_of("acme", "/99"), now, &answer));
    assert_null(find(key_of("acme", "/1"), now, &answer));
}

static void
a_page_too_large_is_not_kept(void **state)
{
    (void)state;
    char body[20000];
    memset(body, 'x', sizeof body);

    assert_false(keep_body(key_of("acme", "/"), body, sizeof body, 1));
    assert_int_equal(cache_counters(cache).pages, 0);
}

static void
who_has_a_page_keeps_it_when_it_goes(void **state)
{
    (void)state;
    const struct cache_key key = key_of("acme", "/");
    const struct versions now = versions_of("public.invoice", 1);
    struct cache_page *page;
    const char *relation;
    assert_true(keep(key, "first", 1));
    assert_int_equal(cache_find(cache, &key, &now, arena, &page, &relation), CACHE_HIT);

    assert_true(keep(key, "second", 1));
    cache_keep_packed(cache, page, (struct cache_body){ "packed", 6 });

    assert_memory_equal(page->plain.data, "first", 5);
    assert_memory_equal(atomic_load(&page->packed)->data, "packed", 6);
    cache_release(cache, page);
}

/* --- turns -------------------------------------------------------------------------------------
 */

static struct loop *loop;
static char story[64];

static void
tell(const char *letters)
{
    assert_true(strlen(story) + strlen(letters) < sizeof story);
    memcpy(story + strlen(story), letters, strlen(letters) + 1);
}

struct visitor {
    int64_t number; /* of the version that it read */
    const char *name;
};

static void
visit(void *argument)
{
    const struct visitor *visitor = argument;
    const struct cache_key key = key_of("acme", "/");
    const struct versions versions = versions_of("public.invoice", visitor->number);
    struct cache_turn turn;
    if (cache_turn_begin(cache, &key, &versions, &turn)) {
        tell("r"); /* renders, which takes a while */
        fiber_sleep(20);
    } else {
        tell("w"); /* was spared */
    }
    tell(visitor->name);
    cache_turn_end(cache, &turn);
}

static void
stop_when_alone(struct loop_hook *hook)
{
    (void)hook;
    if (fiber_count(loop) == 0)
        loop_stop(loop);
}

static void
run_visitors(const struct visitor *visitors, size_t count)
{
    struct loop_hook hook = { .run = stop_when_alone };
    struct tn_error error = { 0 };
    story[0] = '\0';
    assert_true(loop_new(&loop, &error));
    for (size_t i = 0; i < count; i++)
        assert_true(fiber_start(loop, visit, (void *)(uintptr_t)&visitors[i], &error));
    loop_before_sleep(loop, &hook);
    loop_run(loop);
    loop_free(loop);
}

static void
one_renders_and_the_others_wait(void **state)
{
    (void)state;
    static const struct visitor visitors[] = { { 1, "A" }, { 1, "B" }, { 1, "C" } };

    run_visitors(visitors, 3);

    assert_int_equal(story[0], 'r');
    assert_non_null(strstr(story, "rA"));
    assert_non_null(strstr(story, "wB"));
    assert_non_null(strstr(story, "wC"));
    assert_int_equal(cache_counters(cache).waited, 2);
}

static void
who_saw_a_later_write_does_not_wait_for_an_earlier_render(void **state)
{
    (void)state;
    static const struct visitor visitors[] = { { 1, "A" }, { 2, "B" } };

    run_visitors(visitors, 2);

    assert_string_equal(story, "rrAB");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_was_kept_is_found_at_the_same_versions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_organization_does_not_find_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_write_makes_it_stale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_write_of_another_relation_leaves_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_relation_that_was_never_written_has_version_0, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_later_page_takes_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_two_lists_of_parts_make_one_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            bytes_are_bounded_and_the_least_recently_used_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_page_too_large_is_not_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_has_a_page_keeps_it_when_it_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_renders_and_the_others_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            who_saw_a_later_write_does_not_wait_for_an_earlier_render, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
