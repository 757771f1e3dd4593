/* Values as PostgreSQL sends them, or somebody in its place: each byte of them is ours to check.
 * The columns are compiled in here, with values that end where they end: libpq puts a NUL and
 * others behind them. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "tenant/wire.h"

static const char *value_bytes;
static size_t value_count;

#define result_value one_value
#include "../../src/tenant/column.c"
#undef result_value

const char *
one_value(const struct pg_result *result, size_t row, int column, size_t *ret_bytes)
{
    (void)result, (void)row, (void)column;
    *ret_bytes = value_count;
    return value_bytes;
}

enum { SCALES = 20 };

/* Without the sign, and the zeros before the first digit that counts: PostgreSQL sends none. */
static const char *
digits_of(const char *text)
{
    text += *text == '-';
    while (text[0] == '0' && text[1] != '.' && text[1] != '\0')
        text++;
    return text;
}

/* An integer at a scale is what the exact text says, with zeros behind it where it shows fewer. */
static void
compare(const char *text, int scale, int64_t coefficient, struct arena *arena)
{
    struct buffer ours;
    buffer_init(&ours, arena, 64);
    wire_append_decimal(&ours, coefficient, scale);

    const char *exact = digits_of(text);
    const char *shown = digits_of(ours.data);
    const size_t bytes = strlen(exact);
    MUST(strncmp(exact, shown, bytes) == 0);
    MUST(strspn(shown + bytes, ".0") == strlen(shown + bytes));
    MUST(coefficient == 0 || (text[0] == '-') == (coefficient < 0));
}

static uint64_t
number_at(const char *bytes, size_t count)
{
    uint64_t number = 0;
    while (count-- > 0)
        number = number << 8 | (uint8_t)*bytes++;
    return number;
}

/* An array that was taken has its elements where the form says they are. */
static void
check_arrays(const struct tn_call *call)
{
    struct tn_error error = { 0 };
    struct tn_int64_array numbers;
    struct tn_text_array texts;
    if (tn_column_int64_array(call, 0, 0, &numbers, &error) && numbers.n > 0) {
        MUST(value_count >= 20 + 12 * numbers.n);
        for (size_t i = 0; i < numbers.n; i++)
            MUST((uint64_t)numbers.v[i] == number_at(value_bytes + 24 + 12 * i, 8));
    }
    if (tn_column_text_array(call, 0, 0, &texts, &error)) {
        const char *at = value_bytes + 20;
        for (size_t i = 0; i < texts.n; i++) {
            MUST(texts.v[i].n == number_at(at, 4));
            MUST(memcmp(texts.v[i].p, at + 4, texts.v[i].n) == 0);
            MUST(texts.v[i].p[texts.v[i].n] == '\0');
            at += 4 + texts.v[i].n;
        }
        MUST(texts.n == 0 || at <= value_bytes + value_count);
    }
}

#define TRY_COLUMN(name, type)                                            \
    do {                                                                  \
        type one;                                                         \
        struct tn_opt_##name maybe;                                       \
        struct tn_error failure = { 0 };                                  \
        const bool done = tn_column_##name(call, 0, 0, &one, &failure);   \
        MUST(done == tn_column_opt_##name(call, 0, 0, &maybe, &failure)); \
        MUST(!maybe.is_null && done == (failure.code == TN_NO_ERROR));    \
    } while (0);
#define TRY_ARRAY(name, type)                                         \
    do {                                                              \
        struct tn_##name##_array many;                                \
        struct tn_error failure = { 0 };                              \
        MUST(tn_column_##name##_array(call, 0, 0, &many, &failure) == \
             (failure.code == TN_NO_ERROR));                          \
    } while (0);

static void
try_columns(const char *value, size_t count, struct arena *arena)
{
    static const struct tn_query query = { .name = "fuzzed" };
    static const char *const labels[] = { "draft", "sent", "" };
    struct tn_call_state state = { .arena = arena };
    const struct tn_call own = { .state = &state, .query = &query };
    const struct tn_call *call = &own;
    struct tn_error error = { 0 };
    struct tn_decimal decimal;
    struct tn_decimal_array decimals;
    struct tn_index_array indexes;
    int index;
    value_bytes = value;
    value_count = count;
    TN_EACH_PLAIN_TYPE(TRY_COLUMN)
    TN_EACH_PLAIN_TYPE(TRY_ARRAY)
    check_arrays(call);
    (void)tn_column_decimal(call, 0, 0, 2, &decimal, &error);
    (void)tn_column_decimal_array(call, 0, 0, 2, &decimals, &error);
    MUST(tn_column_label(call, 0, 0, labels, 3, true, &index, &error) == (index >= 0));
    (void)tn_column_label_array(call, 0, 0, labels, 3, true, &indexes, &error);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes == 0)
        return 0;

    struct arena *arena = arena_new(1024);
    struct buffer text;
    int64_t coefficient;
    const int scale = data[0] % SCALES;
    const char *value = (const char *)data + 1;
    buffer_init(&text, arena, 64);

    const bool is_numeric = wire_append_numeric(&text, value, bytes - 1);
    if (wire_to_decimal(value, bytes - 1, scale, &coefficient)) {
        MUST(is_numeric);
        compare(text.data, scale, coefficient, arena);
    }
    if (bytes > sizeof(int64_t)) {
        int64_t moment;
        struct buffer out;
        memcpy(&moment, value, sizeof moment);
        buffer_init(&out, arena, 64);
        wire_append_time(&out, wire_to_time(moment));
        wire_append_date(&out, wire_to_date((int32_t)moment));
    }
    try_columns(value, bytes - 1, arena);
    arena_free(arena);
    return 0;
}
