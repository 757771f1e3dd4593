/* What the generator writes, compiled and run: every type there and back, optional parts, sorts,
 * batches, keyset pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "generated.h"

/* --- types ----------------------------------------------------------------------------------- */

static const struct tn_uuid some_id = { { 0xde, 0xad, 0xbe, 0xef, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
    14, 15 } };

static void
put_full(struct tn_db db)
{
    static const bool truths[] = { true, false };
    static const int16_t smalls[] = { -32768, 32767 };
    static const int32_t wholes[] = { -1, 2147483647 };
    static const int64_t bigs[] = { INT64_MIN, INT64_MAX };
    static const float singles[] = { 0.1f, -3.5f };
    static const double twices[] = { 0.1, 1e300, -0.0 };
    const struct tn_text texts[] = { text_of("plain"), text_of("q\"uo\\te, {brace} NULL"),
        text_of("") };
    const struct tn_bytes blobs[] = { { (const uint8_t *)"\0\"\\x", 4 },
        { (const uint8_t *)"", 0 } };
    const struct tn_json documents[] = { { "{\"a\": \"b\\\"c\"}", 13 }, { "[]", 2 } };
    const struct tn_uuid identifiers[] = { some_id };
    const struct tn_numeric exacts[] = { { "-0.050", 6 }, { "NaN", 3 },
        { "123456789012345678901234567890.5", 32 } };
    const struct tn_decimal amounts[] = { { -5 }, { 123456 } };
    const struct tn_time times[] = { { 1 }, { TN_TIME_INFINITY }, { TN_TIME_MINUS_INFINITY } };
    const struct tn_localtime locals[] = { { -1 }, { TN_TIME_INFINITY } };
    const struct tn_date days[] = { { -1 }, { TN_DATE_INFINITY }, { TN_DATE_MINUS_INFINITY } };
    static const enum mood feelings[] = { MOOD_GLAD__AND__MORE, MOOD_SAD, MOOD_SO_SO };
    struct tn_error error = { 0 };

#define ARRAY(type, values) \
    tn_opt_##type##_array_of((struct tn_##type##_array){ sizeof values / sizeof values[0], values })
    must(
        sample_put(db, arg_id(1), arg_opt_truth(tn_opt_bool_of(true)),
            arg_opt_small(tn_opt_int16_of(-7)), arg_opt_whole(tn_opt_int32_of(INT32_MIN)),
            arg_opt_big(tn_opt_int64_of(INT64_MAX)), arg_opt_single(tn_opt_float_of(0.1f)),
            arg_opt_twice(tn_opt_double_of(0.1)), arg_opt_words(tn_opt_text_of(text_of("a'b"))),
            arg_opt_raw_bytes(tn_opt_bytes_of(blobs[0])),
            arg_opt_document(tn_opt_json_of(documents[0])),
            arg_opt_identifier(tn_opt_uuid_of(some_id)),
            arg_opt_exact(tn_opt_numeric_of(exacts[2])),
            arg_opt_amount(tn_opt_decimal_of((struct tn_decimal){ -1999 })),
            arg_opt_at_time(tn_opt_time_of((struct tn_time){ TN_TIME_INFINITY })),
            arg_opt_at_local(tn_opt_localtime_of((struct tn_localtime){ 86400000001 })),
            arg_opt_on_day(tn_opt_date_of((struct tn_date){ TN_DATE_MINUS_INFINITY })),
            arg_opt_feeling(opt_mood_of(MOOD_GLAD__AND__MORE)), arg_opt_truths(ARRAY(bool, truths)),
            arg_opt_smalls(ARRAY(int16, smalls)), arg_opt_wholes(ARRAY(int32, wholes)),
            arg_opt_bigs(ARRAY(int64, bigs)), arg_opt_singles(ARRAY(float, singles)),
            arg_opt_twices(ARRAY(double, twices)), arg_opt_texts(ARRAY(text, texts)),
            arg_opt_blobs(ARRAY(bytes, blobs)), arg_opt_documents(ARRAY(json, documents)),
            arg_opt_identifiers(ARRAY(uuid, identifiers)), arg_opt_exacts(ARRAY(numeric, exacts)),
            arg_opt_amounts(ARRAY(decimal, amounts)), arg_opt_times(ARRAY(time, times)),
            arg_opt_locals(ARRAY(localtime, locals)), arg_opt_days(ARRAY(date, days)),
            arg_opt_feelings(opt_mood_array_of((struct mood_array){ 3, feelings })), &error),
        &error);
}

static void
read_scalars(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct sample_get_row row;
    struct tn_error error = { 0 };

    put_full(db);
    must(sample_get(db, arg_id(1), &row, &error), &error);

    assert_true(row.truth.value_if_any);
    assert_int_equal(row.small.value_if_any, -7);
    assert_int_equal(row.whole.value_if_any, INT32_MIN);
    assert_true(row.big.value_if_any == INT64_MAX);
    assert_true(row.single.value_if_any == 0.1f);
    assert_true(row.twice.value_if_any == 0.1);
    assert_string_equal(row.words.value_if_any.p, "a'b");
    assert_memory_equal(row.raw_bytes.value_if_any.p, "\0\"\\x", 4);
    assert_string_equal(row.document.value_if_any.p, "{\"a\": \"b\\\"c\"}");
    assert_memory_equal(row.identifier.value_if_any.b, some_id.b, 16);
    assert_string_equal(row.exact.value_if_any.p, "123456789012345678901234567890.5");
    assert_int_equal(row.amount.value_if_any.coef, -1999);
    assert_true(row.at_time.value_if_any.us == TN_TIME_INFINITY);
    assert_true(row.at_local.value_if_any.us == 86400000001);
    assert_int_equal(row.on_day.value_if_any.days, TN_DATE_MINUS_INFINITY);
    assert_int_equal(row.feeling.value_if_any, MOOD_GLAD__AND__MORE);
    assert_string_equal(
        fixture_ask("SELECT on_day || ' ' || at_time || ' ' || feeling FROM sample"),
        "-infinity infinity glad \"and\" more");
    tenant_db_close(db);
}

static void
each_type_comes_back_as_it_went(void **state)
{
    (void)state;
    IN_FIBER(read_scalars);
}

static void
read_arrays(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct sample_lists_row lists;
    struct sample_get_row row;
    struct tn_error error = { 0 };

    put_full(db);
    must(sample_lists(db, arg_id(1), &lists, &error), &error);
    must(sample_get(db, arg_id(1), &row, &error), &error);

    assert_int_equal(lists.truths.n, 2);
    assert_true(lists.truths.v[0] && !lists.truths.v[1]);
    assert_int_equal(lists.wholes.v[1], 2147483647);
    assert_string_equal(lists.texts.v[1].p, "q\"uo\\te, {brace} NULL");
    assert_int_equal(lists.texts.v[2].n, 0);
    assert_int_equal(lists.blobs.v[0].n, 4);
    assert_memory_equal(lists.blobs.v[0].p, "\0\"\\x", 4);
    assert_string_equal(lists.documents.v[0].p, "{\"a\": \"b\\\"c\"}");
    assert_int_equal(lists.amounts.v[0].coef, -5);
    assert_int_equal(lists.amounts.v[1].coef, 123456);
    assert_string_equal(lists.exacts.v[0].p, "-0.050");
    assert_string_equal(lists.exacts.v[1].p, "NaN");
    assert_true(lists.times.v[0].us == 1 && lists.times.v[2].us == TN_TIME_MINUS_INFINITY);
    assert_true(lists.locals.v[0].us == -1 && lists.locals.v[1].us == TN_TIME_INFINITY);
    assert_true(lists.days.v[0].days == -1 && lists.days.v[1].days == TN_DATE_INFINITY);
    assert_int_equal(lists.feelings.n, 3);
    assert_int_equal(lists.feelings.v[0], MOOD_GLAD__AND__MORE);
    assert_int_equal(lists.feelings.v[2], MOOD_SO_SO);
    assert_true(lists.twices.v[1] == 1e300);
    assert_int_equal(row.bigs.value_if_any.n, 2);
    assert_true(row.bigs.value_if_any.v[0] == INT64_MIN);
    assert_int_equal(row.smalls.value_if_any.v[0], -32768);
    assert_true(row.singles.value_if_any.v[0] == 0.1f);
    assert_memory_equal(row.identifiers.value_if_any.v[0].b, some_id.b, 16);
    assert_int_equal(row.feelings.value_if_any.v[1], MOOD_SAD);
    tenant_db_close(db);
}

static void
each_array_comes_back_as_it_went(void **state)
{
    (void)state;
    IN_FIBER(read_arrays);
}

static void
read_nulls(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct sample_get_row row;
    struct sample_lists_row lists;
    struct tn_error error = { 0 };
    fixture_run("INSERT INTO sample (organization_id, id, texts) VALUES ('acme', 2, '{}'),"
                " ('acme', 3, '{a,NULL}'), ('acme', 4, '{{a,b},{c,d}}')");

    must(sample_get(db, arg_id(2), &row, &error), &error);
    assert_true(row.truth.is_null && row.amount.is_null && row.feeling.is_null);
    assert_true(row.truths.is_null && row.amounts.is_null && row.feelings.is_null);
    assert_false(row.texts.is_null);
    assert_int_equal(row.texts.value_if_any.n, 0);

    assert_false(sample_get(db, arg_id(3), &row, &error));
    assert_int_equal(error.code, TN_SCHEMA_DIFFERS); /* an element that is NULL */
    error = (struct tn_error){ 0 };
    assert_false(sample_get(db, arg_id(4), &row, &error));
    assert_int_equal(error.code, TN_SCHEMA_DIFFERS); /* two dimensions */
    error = (struct tn_error){ 0 };
    assert_false(sample_lists(db, arg_id(2), &lists, &error));
    assert_int_equal(error.code, TN_NULL); /* NULL where the author promised a value */
    tenant_db_close(db);
}

static void
null_is_told_apart_or_refused(void **state)
{
    (void)state;
    IN_FIBER(read_nulls);
}

static void
bind_no_label(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct samples_feeling_rows rows;
    struct tn_error error = { 0 };

    assert_false(samples_feeling(db, arg_opt_feeling(opt_mood_of((enum mood)3)), &rows, &error));

    assert_int_equal(error.code, TN_BAD_FIELD);
    tenant_db_close(db);
}

static void
a_number_that_is_no_label_is_refused(void **state)
{
    (void)state;
    IN_FIBER(bind_no_label);
}

/* --- optional parts, sorts, pages ------------------------------------------------------------ */

static void
search(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct entries_search_rows rows;
    struct tn_error error = { 0 };
    const struct arg_opt_label any = arg_opt_label(tn_opt_text_null());
    const struct arg_opt_label odd = arg_opt_label(tn_opt_text_of(text_of("odd")));
    const struct arg_opt_least all = arg_opt_least(tn_opt_int32_null());
    const struct arg_opt_least high = arg_opt_least(tn_opt_int32_of(2));
    entries_fill(db, 9);

    must(entries_search(db, any, all, arg_row_limit(50), ENTRIES_SEARCH_SORT_WORST, &rows, &error),
        &error);
    assert_int_equal(rows.count, 9);
    assert_int_equal(rows.rows[0].id, 1);

    must(entries_search(db, any, all, arg_row_limit(2), ENTRIES_SEARCH_SORT_BEST, &rows, &error),
        &error);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.rows[0].id, 7);

    must(entries_search(db, odd, all, arg_row_limit(50), ENTRIES_SEARCH_SORT_WORST, &rows, &error),
        &error);
    assert_int_equal(rows.count, 4);

    must(entries_search(db, odd, high, arg_row_limit(50), ENTRIES_SEARCH_SORT_BEST, &rows, &error),
        &error);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.rows[0].id, 8);

    assert_false(
        entries_search(db, any, all, arg_row_limit(2), (enum entries_search_sort)2, &rows, &error));
    assert_int_equal(error.code, TN_BAD_FIELD);
    tenant_db_close(db);
}

static void
each_variant_filters_and_sorts(void **state)
{
    (void)state;
    IN_FIBER(search);
}

static void
turn_pages(struct in_fiber *world)
{
    const struct tn_db db = in_fiber_open(world, "acme");
    struct tn_error error = { 0 };
    struct entries_after_rows page = { 0 };
    struct arg_after_score score = arg_after_score(INT32_MIN);
    struct arg_after_id id = arg_after_id(0);
    size_t seen = 0;
    entries_fill(db, 25);
    do {
        must(entries_after(db, score, id, arg_row_limit(10), &page, &error), &error);
        for (size_t i = 0; i < page.count; i++)
            assert_int_equal(page.rows[i].id, ++seen);
        if (page.count > 0) {
            score = arg_after_score(page.rows[page.count - 1].score);
            id = arg_after_id(page.rows[page.count - 1].id);
        }
    } while (page.count == 10);
    assert_int_equal(seen, 25);
    tenant_db_close(db);
}

static void
keyset_pages_show_each_row_once(void **state)
{
    (void)state;
    IN_FIBER(turn_pages);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_type_comes_back_as_it_went, generated_set_up),
        cmocka_unit_test_setup(each_array_comes_back_as_it_went, generated_set_up),
        cmocka_unit_test_setup(null_is_told_apart_or_refused, generated_set_up),
        cmocka_unit_test_setup(a_number_that_is_no_label_is_refused, generated_set_up),
        cmocka_unit_test_setup(each_variant_filters_and_sorts, generated_set_up),
        cmocka_unit_test_setup(keyset_pages_show_each_row_once, generated_set_up),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
