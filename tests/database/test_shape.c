#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "catalogue/complete.h"
#include "catalogue/shape.h"
#include "fixture.h"

/* A connection on which `sql` was run. */
static struct direct *
connect_and(const char *url, const char *sql)
{
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    if (!direct_open(url, &direct, &error) || !direct_run(direct, sql, &error))
        fail_msg("%s", error.detail);
    return direct;
}

static const char *
columns_of(const char *url, struct arena *arena, const char *relation)
{
    struct tn_error error = { 0 };
    const struct relation_shape *shapes = NULL;
    size_t count = 0;
    struct direct *direct = connect_and(url, "set search_path = public, other");
    if (!shape_read(direct, NULL, arena, &shapes, &count, &error))
        fail_msg("%s", error.detail);
    direct_close(direct);

    const struct relation_shape *shape = shape_find(shapes, count, relation);
    return shape ? shape->columns : NULL;
}

static void
a_shape_names_types_whatever_the_search_path(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    const char *url = fixture_database();
    fixture_run(
        "create schema other; create type other.state as enum ('draft', 'it''s');"
        "create domain other.short as varchar(3);"
        "create table other.\"Thing\" (id uuid not null primary key, \"When\" timestamptz(3),"
        " total numeric(14,2), state other.state not null, states other.state[], s other.short,"
        " words varchar(7)[], twice int generated always as (1 + 1) stored,"
        " dropped int, n bigint generated always as identity);"
        "alter table other.\"Thing\" drop column dropped");

    assert_string_equal(columns_of(url, arena, "other.Thing"),
        "id uuid not null, When timestamp(3) with time zone, total numeric(14,2),"
        " state other.state(draft,it's) not null, states other.state(draft,it's)[], s other.short,"
        " words character varying(7)[], twice integer generated, n bigint not null generated");
    assert_null(columns_of(url, arena, "public.Thing"));
    arena_free(arena);
}

static void
a_manifest_is_told_of_its_own_relations_only(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct tn_error error = { 0 };
    const struct relation_shape *shapes = NULL;
    size_t count = 0;
    const struct tn_manifest_relation named[] = {
        { "public.with, comma", "tenant", "id integer" },
        { "public.one", "tenant", "id integer" },
        { "public.nowhere", "tenant", "id integer" },
    };
    const struct tn_manifest manifest = { "0", named, COUNT_OF(named) };
    const char *url = fixture_database();
    fixture_run("create table one (id int); create table two (id int);"
                "create table \"with, comma\" (id int);");
    struct direct *direct = connect_and(url, "set search_path = public");

    assert_true(shape_read(direct, &manifest, arena, &shapes, &count, &error));

    assert_int_equal(count, 2);
    assert_non_null(shape_find(shapes, count, "public.one"));
    assert_non_null(shape_find(shapes, count, "public.with, comma"));
    direct_close(direct);
    arena_free(arena);
}

static void
a_shape_says_whether_its_role_reads_it(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct tn_error error = { 0 };
    const struct relation_shape *shapes = NULL;
    size_t count = 0;
    const char *url = fixture_database();
    fixture_run("create table whole (id int); create table part (id int, other int);"
                "create table none (id int); grant select on whole to pg_monitor;"
                "grant select (other) on part to pg_monitor; grant insert on none to pg_monitor;");
    struct direct *direct = connect_and(url, "set role pg_monitor");

    assert_true(shape_read(direct, NULL, arena, &shapes, &count, &error));

    assert_true(shape_find(shapes, count, "public.whole")->is_readable);
    assert_true(shape_find(shapes, count, "public.part")->is_readable);
    assert_false(shape_find(shapes, count, "public.none")->is_readable);
    direct_close(direct);
    arena_free(arena);
}

static void
what_is_missing_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct tn_error error = { 0 };
    const char *missing = NULL;
    const struct tn_manifest_relation named[] = {
        { "public.here", "identity", "id integer, name text" },
        { "public.hidden", "identity", "id integer" },
        { "public.nowhere", "identity", "id integer" },
    };
    const struct tn_manifest manifest = { "0", named, COUNT_OF(named) };
    const char *url = fixture_database();
    fixture_run("create table here (id int); create table hidden (id int);"
                "grant select on here to pg_monitor; create schema tenantry;");
    struct direct *direct = connect_and(url, "set role pg_monitor");

    assert_true(complete_check(direct, &manifest, arena, &missing, &error));
    assert_string_equal(
        missing, "public.hidden, public.nowhere, schema tenantry, public.here.name");

    assert_true(direct_run(direct,
        "reset role; create table nowhere (id int); alter table here add name text;"
        "grant select on hidden, nowhere to pg_monitor; grant usage on schema tenantry to "
        "pg_monitor;"
        "set role pg_monitor",
        &error));
    assert_true(complete_check(direct, &manifest, arena, &missing, &error));
    assert_null(missing);
    direct_close(direct);
    arena_free(arena);
}

static void
a_hash_changes_with_what_it_is_of(void **state)
{
    (void)state;
    const struct tn_manifest_relation one = { "public.a", "tenant", "id uuid" };
    const struct tn_manifest_relation other = { "public.a", "tenant", "id uuid not null" };
    char first[SHAPE_HASH_BYTES];
    char second[SHAPE_HASH_BYTES];

    shape_hash(&one, 1, first);
    shape_hash(&other, 1, second);

    assert_int_equal(strlen(first), 16);
    assert_string_not_equal(first, second);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shape_names_types_whatever_the_search_path),
        cmocka_unit_test(a_manifest_is_told_of_its_own_relations_only),
        cmocka_unit_test(a_shape_says_whether_its_role_reads_it),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(a_hash_changes_with_what_it_is_of),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
