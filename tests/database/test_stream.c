/* Streams of the generator's: chunks, early ends, failures, transactions. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "generated.h"

static int64_t
stream_all(struct tn_db db, struct arg_opt_least least)
{
    TN_STREAM(entries_stream) stream = { 0 };
    struct entries_stream_row row;
    struct tn_error error = { 0 };
    int64_t count = 0;
    bool found;
    must(entries_stream(db, least, &stream, &error), &error);
    for (;;) {
        must(entries_stream_next(&stream, &row, &found, &error), &error);
        if (!found)
            return count;
        count++;
        assert_string_equal(row.label.p, row.id % 2 ? "even" : "odd");
    }
}

static const struct arg_opt_least every = { { .is_null = true } };

static void
stream_sizes(struct in_fiber *world)
{
    /* Around the edges of a chunk. */
    static const int sizes[] = { 0, 1, 255, 256, 257, 512, 900 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct tn_db db = in_fiber_open(world, "acme");
        fixture_run("DELETE FROM entry WHERE organization_id = 'acme'");
        entries_fill(db, sizes[i]);
        assert_int_equal(stream_all(db, every), sizes[i]);
        tenant_db_close(db);
    }
    const struct tn_db db = in_fiber_open(world, "acme");
    assert_int_equal(stream_all(db, arg_opt_least(tn_opt_int32_of(298))), 6);
    tenant_db_close(db);
}

static void
a_stream_gives_each_row_of_its_organization_once(void **state)
{
    (void)state;
    IN_FIBER(stream_sizes);
}

static const char *
busy_connections(void)
{
    return fixture_ask("SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle'"
                       " AND usename = 'tenantry_app'");
}

static void
stop_early(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct entries_stream_row row;
    struct tn_error error = { 0 };
    bool found;
    entries_fill(db, 900);
    for (int i = 0; i < 20; i++) { /* more often than there are leases */
        TN_STREAM(entries_stream) stream = { 0 };
        must(entries_stream(db, every, &stream, &error), &error);
        must(entries_stream_next(&stream, &row, &found, &error), &error);
        assert_int_equal(row.id, 1);
    }
    assert_string_equal(busy_connections(), "0");
    assert_int_equal(stream_all(db, every), 900);
    tenant_db_close(db);
}

static void
a_stream_that_is_left_gives_its_connection_back(void **state)
{
    (void)state;
    IN_FIBER(stop_early);
}

static void
close_first(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct entries_stream_stream stream;
    struct entries_stream_row row;
    struct tn_error error = { 0 };
    bool found;
    entries_fill(db, 900);

    must(entries_stream(db, every, &stream, &error), &error);
    tenant_db_close(db);

    assert_string_equal(busy_connections(), "0");
    assert_false(entries_stream_next(&stream, &row, &found, &error));
    assert_int_equal(error.code, TN_HANDLE);
    entries_stream_end(&stream);
    entries_stream_end(&stream);
}

static void
closing_the_handle_ends_its_stream(void **state)
{
    (void)state;
    IN_FIBER(close_first);
}

static void
write_meanwhile(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    TN_STREAM(entries_stream) stream = { 0 };
    TN_STREAM(entries_slowly) second = { 0 };
    struct entries_stream_row row;
    struct tn_error error = { 0 };
    int64_t renamed = 0;
    int64_t count = 0;
    bool found = true;
    entries_fill(db, 600);
    must(entries_stream(db, every, &stream, &error), &error);
    while (found) {
        must(entries_stream_next(&stream, &row, &found, &error), &error);
        int64_t one = 0;
        if (found)
            must(
                entry_rename(db, arg_label(text_of("seen")), arg_id(row.id), &one, &error), &error);
        renamed += one;
        count += found;
        if (count == 1) {
            assert_false(entries_slowly(db, &second, &error));
            assert_int_equal(error.code, TN_BUSY);
            error = (struct tn_error){ 0 };
        }
    }
    assert_int_equal(count, 600);
    assert_int_equal(renamed, 600);
    assert_string_equal(fixture_ask("SELECT count(*) FROM entry WHERE label = 'seen'"), "600");
    tenant_db_close(db);
}

static void
other_queries_run_while_a_stream_is_open(void **state)
{
    (void)state;
    IN_FIBER(write_meanwhile);
}

static bool
stream_inside(struct tn_db db, void *argument, struct tn_error *error)
{
    struct entries_stream_row row;
    int64_t *count = argument;
    int64_t one;
    bool found = true;
    if (!entry_rename(db, arg_label(text_of("renamed")), arg_id(1), &one, error))
        return false;

    for (int round = 0; round < 2; round++) { /* the second finds no cursor of the first */
        TN_STREAM(entries_stream) stream = { 0 };
        if (!entries_stream(db, every, &stream, error) ||
            !entries_stream_next(&stream, &row, &found, error))
            return false;
        assert_string_equal(row.label.p, "renamed");
    }
    TN_STREAM(entries_stream) stream = { 0 };
    if (!entries_stream(db, every, &stream, error))
        return false;
    for (;;) {
        if (!entries_stream_next(&stream, &row, &found, error))
            return false;
        if (!found)
            return true;
        ++*count;
    }
}

static void
stream_in_transaction(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct tn_error error = { 0 };
    int64_t count = 0;
    entries_fill(db, 300);

    must(tn_transaction(db, stream_inside, &count, &error), &error);

    assert_int_equal(count, 300);
    assert_string_equal(
        fixture_ask("SELECT label FROM entry WHERE organization_id = 'acme' AND id = 1"),
        "renamed");
    tenant_db_close(db);
}

static void
a_stream_in_a_transaction_sees_what_it_wrote(void **state)
{
    (void)state;
    IN_FIBER(stream_in_transaction);
}

static void
fail_in_the_middle(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    TN_STREAM(entries_break) stream = { 0 };
    struct entries_break_row row;
    struct tn_error error = { 0 };
    bool found = true;
    int count = 0;
    entries_fill(db, 900);
    must(entries_break(db, &stream, &error), &error);
    while (entries_break_next(&stream, &row, &found, &error))
        count++;
    assert_int_equal(count, 256);
    assert_string_equal(error.sqlstate, "22012");
    error = (struct tn_error){ 0 };
    assert_false(entries_break_next(&stream, &row, &found, &error));
    assert_int_equal(error.code, TN_HANDLE);
    assert_string_equal(busy_connections(), "0");
    assert_int_equal(stream_all(db, every), 900);
    tenant_db_close(db);
}

static void
a_stream_that_fails_ends(void **state)
{
    (void)state;
    IN_FIBER(fail_in_the_middle);
}

static void
too_long(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    TN_STREAM(entries_stream) stream = { 0 };
    struct entries_stream_row row;
    struct tn_error error = { 0 };
    bool found;
    int count = 0;
    entries_fill(db, 1000);
    must(entries_stream(db, every, &stream, &error), &error);
    while (entries_stream_next(&stream, &row, &found, &error) && found)
        count++;
    assert_int_equal(error.code, TN_TOO_MANY);
    assert_int_equal(count, 768); /* whole chunks below the limit */
    tenant_db_close(db);
}

static void
a_stream_beyond_the_limit_is_an_error(void **state)
{
    (void)state;
    IN_FIBER(too_long);
}

static void
stay_small(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    TN_STREAM(entries_slowly) stream = { 0 };
    struct entries_slowly_row row;
    struct tn_error error = { 0 };
    size_t before = 0;
    bool found = true;
    int64_t bytes = 0;
    fixture_run("INSERT INTO entry SELECT 'acme', n, '', 20000 FROM generate_series(1, 900) n");
    must(entries_slowly(db, &stream, &error), &error);
    while (found) {
        must(entries_slowly_next(&stream, &row, &found, &error), &error);
        bytes += found ? (int64_t)row.long_.n : 0;
        if (before == 0)
            before = arena_bytes(world->arena);
    }
    assert_int_equal(bytes, 900 * 20000);
    assert_true(arena_bytes(world->arena) - before < 65536);
    tenant_db_close(db);
}

static void
a_stream_does_not_fill_the_arena_of_its_handle(void **state)
{
    (void)state;
    IN_FIBER(stay_small);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_stream_gives_each_row_of_its_organization_once, generated_set_up),
        cmocka_unit_test_setup(a_stream_that_is_left_gives_its_connection_back, generated_set_up),
        cmocka_unit_test_setup(closing_the_handle_ends_its_stream, generated_set_up),
        cmocka_unit_test_setup(other_queries_run_while_a_stream_is_open, generated_set_up),
        cmocka_unit_test_setup(a_stream_in_a_transaction_sees_what_it_wrote, generated_set_up),
        cmocka_unit_test_setup(a_stream_that_fails_ends, generated_set_up),
        cmocka_unit_test_setup(a_stream_beyond_the_limit_is_an_error, generated_set_up),
        cmocka_unit_test_setup(a_stream_does_not_fill_the_arena_of_its_handle, generated_set_up),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
