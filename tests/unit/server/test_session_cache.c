#include "server/session_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "crypto/base64.h"
#include "server/session_changes.h"
#include "server/session_seal.h"

#define SECRET "reference-secret-of-0123456789abcdef-XYZ"

static const char *const strategies[] = { "compact", "jwt", "jwe" };

/* One server and one exchange of a browser with it. */
struct world {
    struct arena *arena;
    struct settings settings;
    struct session_seal seal;
    struct server server;
    struct http_request request;
    struct http_response response;
    struct session_cache cache;
};

static struct world *
world_new(const char *strategy)
{
    struct arena *arena = arena_new(4096);
    struct world *world = ARENA_NEW(arena, struct world);
    struct tn_error error = { 0 };
    world->arena = arena;
    world->settings = (struct settings){
        .secret = SECRET,
        .cookie_cache = 300,
        .cookie_cache_strategy = strategy,
        .header_limit = 16384,
    };
    assert_true(session_seal_init(&world->seal, &world->settings, arena, &error));
    world->server = (struct server){ .settings = &world->settings, .seal = &world->seal };
    world->request = (struct http_request){ .arena = arena };
    http_response_init(&world->response, arena);
    world->cache = (struct session_cache){
        .server = &world->server,
        .request = &world->request,
        .response = &world->response,
        .token = "token-of-ada",
    };
    return world;
}

static struct session_view
view_of_ada(void)
{
    const int64_t now_us = time_now_us() / 1000 * 1000;
    return (struct session_view){
        .answer = SESSION_LIVE,
        .session = { .id = "S1",
            .token = "token-of-ada",
            .user_id = "U1",
            .expires_at_us = now_us + INT64_C(604800000000),
            .created_at_us = now_us,
            .updated_at_us = now_us,
            .ip_address = "203.0.113.9",
            .active_organization_id = "acme" },
        .user = { .id = "U1",
            .name = "Zoë \"x\" \\ \x01",
            .email = "ada@example.com",
            .created_at_us = now_us,
            .updated_at_us = now_us },
    };
}

/* The answer's cookies become the next request's Cookie header; those of other paths too. */
static void
next_request(struct world *world)
{
    struct buffer cookies;
    buffer_init(&cookies, world->arena, 1024);
    for (size_t i = 0; i < world->response.headers.count; i++) {
        const char *line = world->response.headers.items[i].value;
        if (strstr(line, "; Max-Age=0;"))
            continue;
        buffer_printf(
            &cookies, "%s%.*s", cookies.length ? "; " : "", (int)strcspn(line, ";"), line);
    }
    struct http_pair *header = ARENA_NEW(world->arena, struct http_pair);
    *header = (struct http_pair){ "Cookie", cookies.data };
    world->request.headers = (struct http_pairs){ header, 1 };
    http_response_init(&world->response, world->arena);
}

static void
set_cookies(struct world *world, const char *cookies)
{
    struct http_pair *header = ARENA_NEW(world->arena, struct http_pair);
    *header = (struct http_pair){ "Cookie", cookies };
    world->request.headers = (struct http_pairs){ header, 1 };
}

static const char *
cookies_of(const struct world *world)
{
    return world->request.headers.items[0].value;
}

static size_t
cookies_set(const struct world *world)
{
    size_t count = 0;
    for (size_t i = 0; i < world->response.headers.count; i++)
        count += strstr(world->response.headers.items[i].value, "; Max-Age=0;") == NULL;
    return count;
}

static void
what_is_written_is_read_in_every_strategy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(strategies); i++) {
        struct world *world = world_new(strategies[i]);
        const struct session_view written = view_of_ada();

        session_cache_write(&world->cache, &written, true, SESSION_CACHE_READ);
        next_request(world);
        struct session_view read;
        assert_true(session_cache_read(&world->cache, &read));

        assert_string_equal(read.user.name, written.user.name);
        assert_null(read.user.image);
        assert_string_equal(read.session.active_organization_id, "acme");
        assert_null(read.session.active_team_id);
        assert_null(read.session.user_agent);
        assert_int_equal(read.session.expires_at_us, written.session.expires_at_us);
        arena_free(world->arena);
    }
}

/* Two answers may reach a browser in another order than they were made in. */
static void
what_was_read_before_a_change_does_not_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(strategies); i++) {
        struct world *world = world_new(strategies[i]);
        struct session_view before = view_of_ada();
        before.asked_at_us = time_now_us();
        session_cache_write(&world->cache, &before, true, SESSION_CACHE_READ);
        next_request(world);
        const char *late = cookies_of(world);
        struct session_view read;
        assert_true(session_cache_read(&world->cache, &read));

        world->server.changes = session_changes_new(world->arena);
        struct session_view after = view_of_ada();
        after.session.active_organization_id = "north";
        session_cache_write(&world->cache, &after, true, SESSION_CACHE_CHANGED);
        next_request(world);
        assert_true(session_cache_read(&world->cache, &read));
        assert_string_equal(read.session.active_organization_id, "north");

        set_cookies(world, late);
        assert_false(session_cache_read(&world->cache, &read));
        arena_free(world->arena);
    }
}

static void
a_change_of_the_person_ends_the_caches_of_all_their_sessions(void **state)
{
    (void)state;
    struct world *world = world_new("compact");
    world->server.changes = session_changes_new(world->arena);
    const struct session_view view = view_of_ada();
    session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
    next_request(world);
    struct session_view read;

    session_changes_note(world->server.changes, "somebody else");
    assert_true(session_cache_read(&world->cache, &read));
    session_changes_note(world->server.changes, view.user.id);
    assert_false(session_cache_read(&world->cache, &read));
    arena_free(world->arena);
}

/* Every single character of the cookie, changed: none of them is read. */
static void
a_changed_cookie_is_not_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(strategies); i++) {
        struct world *world = world_new(strategies[i]);
        const struct session_view view = view_of_ada();
        session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
        next_request(world);
        const char *genuine = cookies_of(world);
        const size_t start = (size_t)(strchr(genuine, '=') - genuine) + 1;

        for (size_t at = start; genuine[at]; at++) {
            char *changed = arena_strdup(world->arena, genuine);
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            set_cookies(world, changed);
            struct session_view read;
            assert_false(session_cache_read(&world->cache, &read));
        }
        arena_free(world->arena);
    }
}

static void
a_cookie_of_another_strategy_or_secret_is_not_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(strategies); i++) {
        struct world *world = world_new(strategies[i]);
        const struct session_view view = view_of_ada();
        session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
        next_request(world);

        for (size_t other = 0; other < COUNT_OF(strategies); other++) {
            struct world *reader = world_new(strategies[other]);
            set_cookies(reader, cookies_of(world));
            struct session_view read;
            assert_int_equal(session_cache_read(&reader->cache, &read), other == i);

            struct tn_error error = { 0 };
            reader->settings.secret = "another-secret-of-0123456789abcdef-XYZ";
            assert_true(session_seal_init(&reader->seal, &reader->settings, reader->arena, &error));
            assert_false(session_cache_read(&reader->cache, &read));
            arena_free(reader->arena);
        }
        arena_free(world->arena);
    }
}

/* Replayed beside another session's cookie, or by nobody: it says nothing. */
static void
a_cookie_of_another_session_is_not_read(void **state)
{
    (void)state;
    struct world *world = world_new("compact");
    const struct session_view view = view_of_ada();
    session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
    next_request(world);
    struct session_view read;

    world->cache.token = "token-of-eve";
    assert_false(session_cache_read(&world->cache, &read));
    world->cache.token = NULL;
    assert_false(session_cache_read(&world->cache, &read));
    world->cache.token = "token-of-ada";
    assert_true(session_cache_read(&world->cache, &read));
    arena_free(world->arena);
}

static void
a_lapsed_cookie_and_an_expired_session_are_not_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(strategies); i++) {
        struct world *world = world_new(strategies[i]);
        struct session_view view = view_of_ada();
        struct session_view read;

        view.session.expires_at_us = time_now_us() - 1000;
        session_cache_write(&world->cache, &view, true, SESSION_CACHE_CHANGED);
        next_request(world);
        assert_false(session_cache_read(&world->cache, &read));

        struct buffer content;
        buffer_init(&content, world->arena, 64);
        buffer_text(&content, "{\"a\":1}");
        const int64_t now_us = time_now_us();
        const int64_t end_us = now_us + 60 * INT64_C(1000000);
        const char *value = session_seal_close(&world->seal, &content, now_us, end_us);
        assert_non_null(session_seal_open(&world->seal, value, now_us, world->arena));
        assert_non_null(session_seal_open(&world->seal, value, end_us - 1100000, world->arena));
        assert_null(
            session_seal_open(&world->seal, value, end_us + 16 * INT64_C(1000000), world->arena));
        arena_free(world->arena);
    }
}

/* A signature that holds is no reason to take what is no session. */
static void
signed_content_of_another_form_is_not_read(void **state)
{
    (void)state;
    static const char session[] =
        "\"session\":{\"id\":\"S1\",\"token\":\"token-of-ada\",\"userId\":\"U1\",\"expiresAt\":"
        "\"2999-01-01T00:00:00.000Z\",\"createdAt\":\"2026-01-01T00:00:00.000Z\",\"updatedAt\":"
        "\"2026-01-01T00:00:00.000Z\"}";
    static const char user[] =
        "\"user\":{\"id\":\"U1\",\"name\":\"A\",\"email\":\"a@example.com\",\"emailVerified\":true,"
        "\"createdAt\":\"2026-01-01T00:00:00.000Z\",\"updatedAt\":\"2026-01-01T00:00:00.000Z\"}";
    static const struct {
        const char *before; /* the time that it was read at */
        const char *after;
        bool expected;
    } cases[] = {
        { "{%s,%s,\"updatedAt\":", ",\"version\":\"1\"}", true },
        { "{%s,%s,\"updatedAt\":", "}", true },
        { "{%s,%s,\"updatedAt\":", ",\"version\":\"2\"}", false },
        { "{%s,%s,\"updatedAt\":", ",\"version\":1}", false },
        { "{%s,%s,\"updatedAt\":\"", "\"}", false },
        { "{%s,%s,\"updatedAt\":", ",\"place\":\"acme\"}", false },
        { "{%s,\"person\":{%s},\"updatedAt\":", "}", false },
        /* Read in the future, by far: the digits of now behind a 9. */
        { "{%s,%s,\"updatedAt\":9", "}", false },
        { "{%s,%s,\"updatedAt\":0.", "}", false },
    };
    struct world *world = world_new("compact");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buffer content;
        buffer_init(&content, world->arena, 1024);
        const char *format = cases[i].before;
        const char *first = strstr(format, "%s");
        const char *second = strstr(first + 2, "%s");
        buffer_append(&content, format, (size_t)(first - format));
        buffer_text(&content, session);
        buffer_append(&content, first + 2, (size_t)(second - first - 2));
        buffer_text(&content, user);
        buffer_text(&content, second + 2);
        buffer_integer(&content, time_steady_us() / 1000);
        buffer_text(&content, cases[i].after);
        const int64_t now_us = time_now_us();
        set_cookies(world, arena_printf(world->arena, "better-auth.session_data=%s",
                               session_seal_close(&world->seal, &content, now_us,
                                   now_us + 60 * INT64_C(1000000))));

        struct session_view read;
        assert_int_equal(session_cache_read(&world->cache, &read), cases[i].expected);
    }
    arena_free(world->arena);
}

static void
what_the_request_carried_is_not_written_again_and_a_change_is(void **state)
{
    (void)state;
    struct world *world = world_new("compact");
    struct session_view view = view_of_ada();
    session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
    next_request(world);

    session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
    assert_int_equal(cookies_set(world), 0);
    session_cache_write(&world->cache, &view, true, SESSION_CACHE_CHANGED);
    assert_int_equal(cookies_set(world), 1);

    http_response_init(&world->response, world->arena);
    view.session.active_organization_id = NULL;
    session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
    assert_int_equal(cookies_set(world), 1);
    arena_free(world->arena);
}

static void
one_that_is_not_remembered_is_written_for_changes_alone(void **state)
{
    (void)state;
    struct world *world = world_new("compact");
    const struct session_view view = view_of_ada();

    session_cache_write(&world->cache, &view, false, SESSION_CACHE_READ);
    assert_int_equal(cookies_set(world), 0);
    session_cache_write(&world->cache, &view, false, SESSION_CACHE_CHANGED);
    assert_int_equal(cookies_set(world), 1);
    assert_null(strstr(world->response.headers.items[0].value, "Max-Age"));
    arena_free(world->arena);
}

/* A person whose name has that many letters. */
static struct session_view
view_of_long_name(struct world *world, size_t letters)
{
    struct session_view view = view_of_ada();
    char *name = arena_alloc(world->arena, letters + 1);
    memset(name, 'n', letters);
    view.user.name = name;
    return view;
}

static void
a_long_one_is_cut_and_put_together(void **state)
{
    (void)state;
    struct world *world = world_new("jwe");
    struct session_view view = view_of_long_name(world, 6000);
    const char *name = view.user.name;

    session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
    assert_int_equal(cookies_set(world), 3);
    for (size_t i = 0; i < world->response.headers.count; i++)
        assert_true(strlen(world->response.headers.items[i].value) <= 4096);
    next_request(world);
    struct session_view read;
    assert_true(session_cache_read(&world->cache, &read));
    assert_string_equal(read.user.name, name);

    /* Shorter again: the pieces go. */
    view.user.name = "n";
    session_cache_write(&world->cache, &view, true, SESSION_CACHE_CHANGED);
    assert_int_equal(cookies_set(world), 1);
    assert_int_equal(world->response.headers.count, 4);
    arena_free(world->arena);
}

/* A request that is larger than we read would be refused, and so would every one after it. */
static void
one_that_no_request_could_carry_is_not_written(void **state)
{
    (void)state;
    struct world *world = world_new("compact");
    const struct session_view view = view_of_long_name(world, 20000);

    session_cache_write(&world->cache, &view, true, SESSION_CACHE_CHANGED);

    assert_int_equal(cookies_set(world), 0);
    arena_free(world->arena);
}

/* --- below /o/<slug> -------------------------------------------------------------------------- */

static struct session_view
view_in_globex(void)
{
    struct session_view view = view_of_ada();
    view.is_member = true;
    view.organization_id = "globex-id";
    view.organization_slug = "globex";
    return view;
}

static void
below_a_slug_it_is_the_slugs(void **state)
{
    (void)state;
    struct world *world = world_new("compact");
    const struct session_view view = view_in_globex();
    world->cache.slug = "globex";
    session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
    assert_int_equal(cookies_set(world), 2);
    assert_non_null(strstr(world->response.headers.items[1].value, "; Path=/o/globex;"));
    next_request(world);
    struct session_view read;

    assert_true(session_cache_read(&world->cache, &read));
    assert_string_equal(read.organization_id, "globex-id");
    assert_string_equal(read.session.active_organization_id, "acme");

    world->cache.slug = "other";
    assert_false(session_cache_read(&world->cache, &read));
    world->cache.slug = NULL;
    assert_true(session_cache_read(&world->cache, &read));
    assert_string_equal(read.session.active_organization_id, "acme");
    arena_free(world->arena);
}

static void
a_change_elsewhere_ends_the_slugs(void **state)
{
    (void)state;
    struct world *world = world_new("compact");
    struct session_view view = view_in_globex();
    world->cache.slug = "globex";
    session_cache_write(&world->cache, &view, true, SESSION_CACHE_READ);
    const char *here = world->response.headers.items[1].value;
    const char *here_cookie = arena_memdup(world->arena, here, strcspn(here, ";"));

    world->cache.slug = NULL;
    http_response_init(&world->response, world->arena);
    view.user.updated_at_us += 1000;
    view.user.name = "Ada the second";
    session_cache_write(&world->cache, &view, true, SESSION_CACHE_CHANGED);
    const char *root = world->response.headers.items[0].value;
    const char *root_cookie = arena_memdup(world->arena, root, strcspn(root, ";"));

    struct session_view read;
    world->cache.slug = "globex";
    set_cookies(world, arena_printf(world->arena, "%s; %s", here_cookie, root_cookie));
    assert_false(session_cache_read(&world->cache, &read));
    set_cookies(world, here_cookie);
    assert_false(session_cache_read(&world->cache, &read));
    arena_free(world->arena);
}

/* --- what better-auth reads and writes -------------------------------------------------------- */

static void
compact_is_better_auths_letter_for_letter(void **state)
{
    (void)state;
    static const char content_text[] =
        "{\"session\":{\"id\":\"S1\"},\"user\":{\"id\":\"U1\",\"name\":\"Zoë \\\"x\\\"\"},"
        "\"updatedAt\":1795374717315,\"version\":\"1\"}";
    static const char expected[] =
        "eyJzZXNzaW9uIjp7InNlc3Npb24iOnsiaWQiOiJTMSJ9LCJ1c2VyIjp7ImlkIjoiVTEiLCJuYW1lIjoiWm_DqyBcIn"
        "hcIiJ9LCJ1cGRhdGVkQXQiOjE3OTUzNzQ3MTczMTUsInZlcnNpb24iOiIxIn0sImV4cGlyZXNBdCI6MTc5NTM3NTAx"
        "NzMxNSwic2lnbmF0dXJlIjoiSmd2cUd5WXFoenY5STZLTzk5ZzVmbUZfMFRtdlpwVFY4T1hwOEdGNW5yUSJ9";
    struct world *world = world_new("compact");
    struct buffer content;
    buffer_init(&content, world->arena, 256);
    buffer_text(&content, content_text);

    const char *value = session_seal_close(
        &world->seal, &content, INT64_C(1795374717315000), INT64_C(1795375017315000));

    assert_string_equal(value, expected);
    assert_non_null(
        session_seal_open(&world->seal, expected, INT64_C(1795374717315000), world->arena));
    arena_free(world->arena);
}

static void
the_key_of_jwe_is_better_auths(void **state)
{
    (void)state;
    struct world *world = world_new("jwe");
    static const uint8_t start[] = { 0x19, 0xb1, 0x67, 0xb2, 0x02, 0xf0, 0xa2, 0x11 };

    assert_memory_equal(world->seal.key, start, sizeof start);
    assert_string_equal(world->seal.key_id, "RcR343lyi_ew2h8CpKq-UzcllqR7BPPHkzelqN0CDzg");
    arena_free(world->arena);
}

/* "alg": "none", or another one than the key is for, opens nothing. */
static void
a_jwt_chooses_no_algorithm(void **state)
{
    (void)state;
    static const char *const headers[] = { "{\"alg\":\"none\"}", "{\"alg\":\"HS512\"}", "{}", "[]",
        "" };
    struct world *world = world_new("jwt");
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        struct buffer value;
        buffer_init(&value, world->arena, 128);
        base64url_append(&value, headers[i], strlen(headers[i]));
        buffer_character(&value, '.');
        static const char payload[] = "{\"exp\":99999999999}";
        base64url_append(&value, payload, sizeof payload - 1);
        buffer_character(&value, '.');
        assert_null(session_seal_open(&world->seal, value.data, time_now_us(), world->arena));
    }
    arena_free(world->arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_in_every_strategy),
        cmocka_unit_test(what_was_read_before_a_change_does_not_come_back),
        cmocka_unit_test(a_change_of_the_person_ends_the_caches_of_all_their_sessions),
        cmocka_unit_test(a_changed_cookie_is_not_read),
        cmocka_unit_test(a_cookie_of_another_strategy_or_secret_is_not_read),
        cmocka_unit_test(a_cookie_of_another_session_is_not_read),
        cmocka_unit_test(a_lapsed_cookie_and_an_expired_session_are_not_read),
        cmocka_unit_test(signed_content_of_another_form_is_not_read),
        cmocka_unit_test(what_the_request_carried_is_not_written_again_and_a_change_is),
        cmocka_unit_test(one_that_is_not_remembered_is_written_for_changes_alone),
        cmocka_unit_test(a_long_one_is_cut_and_put_together),
        cmocka_unit_test(one_that_no_request_could_carry_is_not_written),
        cmocka_unit_test(below_a_slug_it_is_the_slugs),
        cmocka_unit_test(a_change_elsewhere_ends_the_slugs),
        cmocka_unit_test(compact_is_better_auths_letter_for_letter),
        cmocka_unit_test(the_key_of_jwe_is_better_auths),
        cmocka_unit_test(a_jwt_chooses_no_algorithm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
