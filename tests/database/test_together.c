/* Several queries in one flight, as the generator writes them: each answers what it answers alone,
 * and where one fails none does. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tenantry/query.h"

#include "base/metrics.h"
#include "generated.h"

static const struct arg_opt_label any_label = { { .is_null = true } };
static const struct arg_opt_least any_score = { { .is_null = true } };

/* Flights that were answered, by the histogram of their time. */
static uint64_t
flights_so_far(void)
{
    uint64_t sum = 0;
    for (int i = METRIC_FLIGHTS; i <= METRIC_FLIGHTS_LAST; i++)
        sum += metrics_of_thread->slots[i];
    return sum;
}

/* --- what comes ------------------------------------------------------------------------------ */

static void
compare_page(struct tn_db db, int64_t id, struct arg_opt_label label, struct arg_opt_least least,
    enum entries_search_sort sort)
{
    struct entries_page_rows page;
    struct entry_find_row alone;
    struct entry_find_row found_row;
    struct entries_search_rows search;
    struct entries_count_row counted;
    bool found;
    struct tn_error error = { 0 };
    must(entry_find(db, arg_id(id), &alone, &found, &error), &error);
    must(entries_search(db, label, least, arg_row_limit(5), sort, &search, &error), &error);
    must(entries_count(db, &counted, &error), &error);

    must(entries_page(db, arg_id(id), label, least, arg_row_limit(5), sort, &page, &error), &error);

    assert_int_equal(opt_entry_find_row_get(page.entry_find, &found_row), found);
    if (found) {
        assert_string_equal(found_row.label.p, alone.label.p);
        assert_int_equal(found_row.score, alone.score);
    }
    assert_int_equal(page.entries_search.count, search.count);
    for (size_t i = 0; i < search.count; i++) {
        assert_int_equal(page.entries_search.rows[i].id, search.rows[i].id);
        assert_string_equal(page.entries_search.rows[i].label.p, search.rows[i].label.p);
    }
    assert_int_equal(page.entries_count.entry_count, counted.entry_count);
}

static void
compare(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    const struct arg_opt_label odd = arg_opt_label(tn_opt_text_of(text_of("odd")));
    const struct arg_opt_least high = arg_opt_least(tn_opt_int32_of(2));
    compare_page(db, 1, any_label, any_score, ENTRIES_SEARCH_SORT_WORST);
    entries_fill(db, 9);

    compare_page(db, 3, any_label, any_score, ENTRIES_SEARCH_SORT_WORST);
    compare_page(db, 3, odd, any_score, ENTRIES_SEARCH_SORT_BEST);
    compare_page(db, 99, any_label, high, ENTRIES_SEARCH_SORT_WORST);
    compare_page(db, 9, odd, high, ENTRIES_SEARCH_SORT_BEST);
    tenant_db_close(db);
}

static void
each_answers_what_it_answers_alone(void **state)
{
    (void)state;
    IN_FIBER(compare);
}

static void
count_flights(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct entries_whole_rows whole;
    struct entries_count_row counted;
    struct entries_all_rows all;
    struct tn_error error = { 0 };
    entries_fill(db, 9);

    const uint64_t first = flights_so_far();
    must(entries_count(db, &counted, &error) && entries_all(db, &all, &error), &error);
    const uint64_t second = flights_so_far();
    must(entries_whole(db, &whole, &error), &error);

    assert_int_equal(second - first, 2);
    assert_int_equal(flights_so_far() - second, 1);
    tenant_db_close(db);
}

static void
they_are_one_flight(void **state)
{
    (void)state;
    IN_FIBER(count_flights);
}

static bool
add_and_look(struct tn_db db, void *argument, struct tn_error *error)
{
    struct entries_whole_rows *whole = argument;
    entries_fill(db, 4);
    return entries_whole(db, whole, error);
}

static void
look_in_transaction(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct entries_whole_rows whole = { 0 };
    struct tn_error error = { 0 };

    must(tn_transaction(db, add_and_look, &whole, &error), &error);

    assert_int_equal(whole.entries_count.entry_count, 4);
    assert_int_equal(whole.entries_all.count, 4);
    tenant_db_close(db);
}

static void
in_a_transaction_they_see_what_it_wrote(void **state)
{
    (void)state;
    IN_FIBER(look_in_transaction);
}

static void
note_reads(struct in_fiber *world)
{
    struct tn_identity identity;
    struct tn_membership membership;
    struct tn_db db = { 0 };
    struct entries_fragile_rows rows;
    struct tn_error error = { 0 };
    struct read_log reads = { .arena = world->arena };
    must(identity_open(world->runtime, world->arena, &identity, &error) &&
             membership_open(identity, "acme", &membership, &error) &&
             tenant_db_open(membership, &reads, &db, &error),
        &error);

    must(entries_fragile(db, arg_least_score(0), arg_opt_feeling(opt_mood_null()), &rows, &error),
        &error);

    assert_int_equal(reads.count, 2);
    assert_string_equal(reads.tables[0], "public.entry");
    assert_string_equal(reads.tables[1], "public.sample");
    assert_false(reads.writes);
    tenant_db_close(db);
}

static void
a_page_knows_what_all_of_them_read(void **state)
{
    (void)state;
    IN_FIBER(note_reads);
}

/* --- what fails ------------------------------------------------------------------------------ */

static void
fail_one(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct entries_fragile_rows rows;
    struct entries_fragile_rows before;
    struct tn_error error = { 0 };
    entries_fill(db, 9);
    memset(&rows, 0x5a, sizeof rows);
    memcpy(&before, &rows, sizeof rows);

    assert_false(
        entries_fragile(db, arg_least_score(1), arg_opt_feeling(opt_mood_null()), &rows, &error));

    assert_string_equal(error.sqlstate, "22012");
    assert_non_null(strstr(error.detail, "query entries_divided: "));
    assert_memory_equal(&rows, &before, sizeof rows);

    error = (struct tn_error){ 0 };
    must(entries_fragile(db, arg_least_score(9), arg_opt_feeling(opt_mood_null()), &rows, &error),
        &error);
    assert_int_equal(rows.entries_divided.count, 9);
    tenant_db_close(db);
}

static void
who_fails_is_named_and_nothing_is_filled(void **state)
{
    (void)state;
    IN_FIBER(fail_one);
}

static void
read_too_much(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "harbour");
    struct entries_whole_rows rows;
    struct entries_whole_rows before;
    struct tn_error error = { 0 };
    memset(&rows, 0x5a, sizeof rows);
    memcpy(&before, &rows, sizeof rows);

    assert_false(entries_whole(db, &rows, &error));

    assert_int_equal(error.code, TN_TOO_MANY);
    assert_non_null(strstr(error.detail, "query entries_all: 900 rows are more than"));
    assert_memory_equal(&rows, &before, sizeof rows);
    tenant_db_close(db);
}

static void
the_limit_of_rows_holds_for_each(void **state)
{
    (void)state;
    IN_FIBER(read_too_much);
}

static void
give_what_is_no_text(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct entries_page_rows page;
    struct tn_error error = { 0 };
    const uint64_t before = flights_so_far();

    assert_false(entries_page(db, arg_id(1), arg_opt_label(tn_opt_text_of(text_of("\xff"))),
        any_score, arg_row_limit(5), ENTRIES_SEARCH_SORT_BEST, &page, &error));
    assert_int_equal(error.code, TN_BAD_FIELD);
    assert_non_null(strstr(error.detail, "query entries_search: "));

    error = (struct tn_error){ 0 };
    assert_false(entries_page(db, arg_id(1), any_label, any_score, arg_row_limit(5),
        (enum entries_search_sort)2, &page, &error));
    assert_int_equal(error.code, TN_BAD_FIELD);
    assert_int_equal(flights_so_far(), before);

    error = (struct tn_error){ 0 };
    tenant_db_close(db);
    assert_false(entries_page(db, arg_id(1), any_label, any_score, arg_row_limit(5),
        ENTRIES_SEARCH_SORT_BEST, &page, &error));
    assert_int_equal(error.code, TN_HANDLE);
}

static void
a_wrong_parameter_of_one_sends_none(void **state)
{
    (void)state;
    IN_FIBER(give_what_is_no_text);
}

/* --- by hand, for what the generator refuses ------------------------------------------------- */

#define OWN_QUERY(query_name, query_text)                                                     \
    {                                                                                         \
        .name = query_name, .text = query_text, .statement = "tn_by_hand_" query_name,        \
        .parameter_types = (const uint32_t[]){ 25 }, .parameter_count = 1, .column_count = 1, \
    }

static const struct tn_query quick = OWN_QUERY("quick", "SELECT 1 WHERE $1::text IS NOT NULL");
/* As one that takes too long, whatever the machine does. */
static const struct tn_query endless =
    OWN_QUERY("endless", "SELECT hits_its_limit(current_setting('statement_timeout') || $1::text)");

static const struct tn_query writing = {
    .name = "writing",
    .text = "UPDATE entry SET score = 1 WHERE organization_id = $1::text",
    .statement = "tn_by_hand_writing",
    .parameter_types = (const uint32_t[]){ 25 },
    .parameter_count = 1,
    .writes = true,
};

static bool
run_two(struct tn_db first_db, const struct tn_query *first, struct tn_db second_db,
    const struct tn_query *second, struct tn_error *error)
{
    TN_CALLS calls = { .name = "by_hand", .count = 2 };
    return tn_call_begin(&calls.list[0], first_db, first, error) &&
           tn_call_begin(&calls.list[1], second_db, second, error) && tn_calls_run(&calls, error);
}

static void
hit_the_limit(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct tn_error error = { 0 };
    fixture_run("CREATE FUNCTION hits_its_limit(t text) RETURNS text LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE 'under %', t USING errcode = '57014'; END $$");

    assert_false(run_two(db, &quick, db, &endless, &error));

    /* It ran once more alone, with the full limit. */
    assert_string_equal(error.sqlstate, "57014");
    assert_non_null(strstr(error.detail, "query endless: "));
    assert_non_null(strstr(error.detail, "under 5s"));
    tenant_db_close(db);
}

static void
who_hits_the_limit_is_named(void **state)
{
    (void)state;
    IN_FIBER(hit_the_limit);
}

static void
mix(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    const struct tn_db other = in_fiber_open(world, "harbour");
    struct tn_error error = { 0 };

    assert_false(run_two(db, &quick, other, &quick, &error));
    assert_int_equal(error.code, TN_HANDLE);

    error = (struct tn_error){ 0 };
    assert_false(run_two(db, &quick, db, &writing, &error));
    assert_non_null(strstr(error.detail, "query writing flies alone"));

    error = (struct tn_error){ 0 };
    must(run_two(db, &quick, db, &quick, &error), &error);
    tenant_db_close(other);
    tenant_db_close(db);
}

static void
another_handle_or_a_write_is_refused(void **state)
{
    (void)state;
    IN_FIBER(mix);
}

static int
set_up_all(void **state)
{
    struct tn_error error = { 0 };
    return metrics_thread_begin(&error) ? fixture_start(state) : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_answers_what_it_answers_alone, generated_set_up),
        cmocka_unit_test_setup(they_are_one_flight, generated_set_up),
        cmocka_unit_test_setup(in_a_transaction_they_see_what_it_wrote, generated_set_up),
        cmocka_unit_test_setup(a_page_knows_what_all_of_them_read, generated_set_up),
        cmocka_unit_test_setup(who_fails_is_named_and_nothing_is_filled, generated_set_up),
        cmocka_unit_test_setup(the_limit_of_rows_holds_for_each, generated_set_up),
        cmocka_unit_test_setup(a_wrong_parameter_of_one_sends_none, generated_set_up),
        cmocka_unit_test_setup(who_hits_the_limit_is_named, generated_set_up),
        cmocka_unit_test_setup(another_handle_or_a_write_is_refused, generated_set_up),
    };
    return cmocka_run_group_tests_name("database/together", tests, set_up_all, fixture_stop);
}
