/* Columns of answers, from PostgreSQL's binary form to C. */
#include "tenantry/query.h"

#include <string.h>

#include "tenant/call.h"
#include "tenant/wire.h"

struct value {
    const char *bytes; /* NULL for SQL NULL */
    size_t count;
};

static struct value
value_at(const struct tn_call *call, size_t row, int column)
{
    struct value value = { 0 };
    value.bytes = result_value(call->state->result, row, column, &value.count);
    return value;
}

static struct arena *
arena_of(const struct tn_call *call)
{
    return call->state->arena;
}

static bool
fail_null(const struct tn_call *call, int column, struct tn_error *error)
{
    return error_set(error, TN_NULL,
        "query %s, column %d: NULL where there must be a value: write the "
        "column's alias with a ? at its end",
        call->query->name, column + 1);
}

static bool
fail_form(const struct tn_call *call, int column, const char *type, struct tn_error *error)
{
    return error_set(error, TN_SCHEMA_DIFFERS,
        "query %s, column %d: what came is no %s: generate the "
        "queries again",
        call->query->name, column + 1, type);
}

static uint64_t
big_endian(const char *bytes, size_t count)
{
    uint64_t number = 0;
    for (size_t i = 0; i < count; i++)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

/* Each decode_TYPE: from the bytes of one value; false if they are of another form. */

static bool
decode_bool(struct arena *arena, struct value value, bool *ret)
{
    (void)arena;
    *ret = value.count == 1 && value.bytes[0] != 0;
    return value.count == 1;
}

static bool
decode_int16(struct arena *arena, struct value value, int16_t *ret)
{
    (void)arena;
    if (value.count != 2)
        return false;

    *ret = (int16_t)big_endian(value.bytes, 2);
    return true;
}

static bool
decode_int32(struct arena *arena, struct value value, int32_t *ret)
{
    (void)arena;
    if (value.count != 4)
        return false;

    *ret = (int32_t)big_endian(value.bytes, 4);
    return true;
}

static bool
decode_int64(struct arena *arena, struct value value, int64_t *ret)
{
    (void)arena;
    if (value.count != 8)
        return false;

    *ret = (int64_t)big_endian(value.bytes, 8);
    return true;
}

static bool
decode_float(struct arena *arena, struct value value, float *ret)
{
    (void)arena;
    if (value.count != 4)
        return false;

    const uint32_t bits = (uint32_t)big_endian(value.bytes, 4);
    memcpy(ret, &bits, sizeof bits);
    return true;
}

static bool
decode_double(struct arena *arena, struct value value, double *ret)
{
    (void)arena;
    if (value.count != 8)
        return false;

    const uint64_t bits = big_endian(value.bytes, 8);
    memcpy(ret, &bits, sizeof bits);
    return true;
}

static bool
decode_text(struct arena *arena, struct value value, struct tn_text *ret)
{
    *ret = (struct tn_text){ arena_memdup(arena, value.bytes, value.count), value.count };
    return true;
}

static bool
decode_bytes(struct arena *arena, struct value value, struct tn_bytes *ret)
{
    *ret = (struct tn_bytes){ (const uint8_t *)arena_memdup(arena, value.bytes, value.count),
        value.count };
    return true;
}

/* jsonb comes with a version, 1, before its text; json without. No JSON text begins with a byte 1.
 */
static bool
decode_json(struct arena *arena, struct value value, struct tn_json *ret)
{
    const size_t version = value.count > 0 && value.bytes[0] == 1 ? 1 : 0;
    const size_t count = value.count - version;
    *ret = (struct tn_json){ arena_memdup(arena, value.bytes + version, count), count };
    return true;
}

static bool
decode_uuid(struct arena *arena, struct value value, struct tn_uuid *ret)
{
    (void)arena;
    if (value.count != sizeof ret->b)
        return false;

    memcpy(ret->b, value.bytes, sizeof ret->b);
    return true;
}

static bool
decode_numeric(struct arena *arena, struct value value, struct tn_numeric *ret)
{
    struct buffer out;
    buffer_init(&out, arena, 32);
    if (!wire_append_numeric(&out, value.bytes, value.count))
        return false;

    *ret = (struct tn_numeric){ out.data, out.length };
    return true;
}

static bool
decode_time(struct arena *arena, struct value value, struct tn_time *ret)
{
    int64_t wire;
    if (!decode_int64(arena, value, &wire))
        return false;

    ret->us = wire_to_time(wire);
    return true;
}

static bool
decode_localtime(struct arena *arena, struct value value, struct tn_localtime *ret)
{
    int64_t wire;
    if (!decode_int64(arena, value, &wire))
        return false;

    ret->us = wire_to_time(wire);
    return true;
}

static bool
decode_date(struct arena *arena, struct value value, struct tn_date *ret)
{
    int32_t wire;
    if (!decode_int32(arena, value, &wire))
        return false;

    ret->days = wire_to_date(wire);
    return true;
}

#define DEFINE_COLUMN(name, type)                                                                \
    bool tn_column_##name(const struct tn_call *call, size_t row, int column, type *ret_value,   \
        struct tn_error *error)                                                                  \
    {                                                                                            \
        const struct value value = value_at(call, row, column);                                  \
        if (!value.bytes)                                                                        \
            return fail_null(call, column, error);                                               \
        return decode_##name(arena_of(call), value, ret_value) ||                                \
               fail_form(call, column, #name, error);                                            \
    }                                                                                            \
    bool tn_column_opt_##name(const struct tn_call *call, size_t row, int column,                \
        struct tn_opt_##name *ret_value, struct tn_error *error)                                 \
    {                                                                                            \
        const struct value value = value_at(call, row, column);                                  \
        *ret_value = (struct tn_opt_##name){ .is_null = !value.bytes };                          \
        return !value.bytes || decode_##name(arena_of(call), value, &ret_value->value_if_any) || \
               fail_form(call, column, #name, error);                                            \
    }
TN_EACH_PLAIN_TYPE(DEFINE_COLUMN)

static bool
fail_decimal(const struct tn_call *call, int column, int scale, struct tn_error *error)
{
    return error_set(error, TN_DATABASE,
        "query %s, column %d: the number has no exact value with %d "
        "digits behind the point in 64 bits",
        call->query->name, column + 1, scale);
}

bool
tn_column_decimal(const struct tn_call *call, size_t row, int column, int scale,
    struct tn_decimal *ret_value, struct tn_error *error)
{
    const struct value value = value_at(call, row, column);
    if (!value.bytes)
        return fail_null(call, column, error);

    return wire_to_decimal(value.bytes, value.count, scale, &ret_value->coef) ||
           fail_decimal(call, column, scale, error);
}

bool
tn_column_opt_decimal(const struct tn_call *call, size_t row, int column, int scale,
    struct tn_opt_decimal *ret_value, struct tn_error *error)
{
    *ret_value = (struct tn_opt_decimal){ .is_null = !value_at(call, row, column).bytes };
    return ret_value->is_null ||
           tn_column_decimal(call, row, column, scale, &ret_value->value_if_any, error);
}

static int
label_find(struct value value, const char *const *labels, int label_count)
{
    for (int i = 0; i < label_count; i++) {
        if (strlen(labels[i]) == value.count && memcmp(labels[i], value.bytes, value.count) == 0)
            return i;
    }
    return -1;
}

static bool
fail_label(const struct tn_call *call, int column, struct value value, struct tn_error *error)
{
    return error_set(error, TN_SCHEMA_DIFFERS,
        "query %s, column %d: the label \"%.*s\" was not there "
        "when the queries were generated",
        call->query->name, column + 1, (int)value.count, value.bytes);
}

bool
tn_column_label(const struct tn_call *call, size_t row, int column, const char *const *labels,
    int label_count, bool nullable, int *ret_index, struct tn_error *error)
{
    const struct value value = value_at(call, row, column);
    *ret_index = -1;
    if (!value.bytes)
        return nullable || fail_null(call, column, error);

    *ret_index = label_find(value, labels, label_count);
    return *ret_index >= 0 || fail_label(call, column, value, error);
}

/* --- arrays ----------------------------------------------------------------------------------
 * Dimensions, has-NULLs, element type; length and lower bound; then each element with its length.
 */

struct array_reader {
    const char *at;
    const char *end;
    size_t count;
};

static bool
array_begin(struct value value, struct array_reader *ret_reader)
{
    if (value.count < 12)
        return false;

    const uint64_t dimensions = big_endian(value.bytes, 4);
    *ret_reader = (struct array_reader){ value.bytes + 12, value.bytes + value.count, 0 };
    if (dimensions == 0)
        return true;

    if (dimensions != 1 || value.count < 20)
        return false;

    ret_reader->count = big_endian(value.bytes + 12, 4);
    ret_reader->at = value.bytes + 20;
    /* Each element has at least its length. */
    return ret_reader->count <= (value.count - 20) / 4;
}

static bool
array_next(struct array_reader *reader, struct value *ret_element)
{
    if (reader->end - reader->at < 4)
        return false;

    const int32_t length = (int32_t)big_endian(reader->at, 4);
    reader->at += 4;
    if (length < 0 || length > reader->end - reader->at)
        return false; /* -1 is a NULL element, which the C type cannot hold */

    *ret_element = (struct value){ reader->at, (size_t)length };
    reader->at += length;
    return true;
}

#define DEFINE_ARRAY_COLUMN(name, type)                                                      \
    bool tn_column_##name##_array(const struct tn_call *call, size_t row, int column,        \
        struct tn_##name##_array *ret_value, struct tn_error *error)                         \
    {                                                                                        \
        const struct value value = value_at(call, row, column);                              \
        if (!value.bytes)                                                                    \
            return fail_null(call, column, error);                                           \
        struct array_reader reader;                                                          \
        if (!array_begin(value, &reader))                                                    \
            return fail_form(call, column, "array of one dimension", error);                 \
        type *elements = ARENA_ARRAY(arena_of(call), reader.count, type);                    \
        for (size_t i = 0; i < reader.count; i++) {                                          \
            struct value element;                                                            \
            if (!array_next(&reader, &element) ||                                            \
                !decode_##name(arena_of(call), element, &elements[i]))                       \
                return fail_form(call, column, "array of " #name " without NULL", error);    \
        }                                                                                    \
        *ret_value = (struct tn_##name##_array){ reader.count, elements };                   \
        return true;                                                                         \
    }                                                                                        \
    bool tn_column_opt_##name##_array(const struct tn_call *call, size_t row, int column,    \
        struct tn_opt_##name##_array *ret_value, struct tn_error *error)                     \
    {                                                                                        \
        *ret_value =                                                                         \
            (struct tn_opt_##name##_array){ .is_null = !value_at(call, row, column).bytes }; \
        return ret_value->is_null ||                                                         \
               tn_column_##name##_array(call, row, column, &ret_value->value_if_any, error); \
    }
TN_EACH_PLAIN_TYPE(DEFINE_ARRAY_COLUMN)

bool
tn_column_decimal_array(const struct tn_call *call, size_t row, int column, int scale,
    struct tn_decimal_array *ret_value, struct tn_error *error)
{
    const struct value value = value_at(call, row, column);
    if (!value.bytes)
        return fail_null(call, column, error);

    struct array_reader reader;
    if (!array_begin(value, &reader))
        return fail_form(call, column, "array of one dimension", error);

    struct tn_decimal *elements = ARENA_ARRAY(arena_of(call), reader.count, struct tn_decimal);
    for (size_t i = 0; i < reader.count; i++) {
        struct value element;
        if (!array_next(&reader, &element))
            return fail_form(call, column, "array of numbers without NULL", error);
        if (!wire_to_decimal(element.bytes, element.count, scale, &elements[i].coef))
            return fail_decimal(call, column, scale, error);
    }
    *ret_value = (struct tn_decimal_array){ reader.count, elements };
    return true;
}

bool
tn_column_opt_decimal_array(const struct tn_call *call, size_t row, int column, int scale,
    struct tn_opt_decimal_array *ret_value, struct tn_error *error)
{
    *ret_value = (struct tn_opt_decimal_array){ .is_null = !value_at(call, row, column).bytes };
    return ret_value->is_null ||
           tn_column_decimal_array(call, row, column, scale, &ret_value->value_if_any, error);
}

bool
tn_column_label_array(const struct tn_call *call, size_t row, int column, const char *const *labels,
    int label_count, bool nullable, struct tn_index_array *ret_array, struct tn_error *error)
{
    const struct value value = value_at(call, row, column);
    *ret_array = (struct tn_index_array){ 0 };
    if (!value.bytes)
        return nullable || fail_null(call, column, error);

    struct array_reader reader;
    if (!array_begin(value, &reader))
        return fail_form(call, column, "array of one dimension", error);

    unsigned *indexes = ARENA_ARRAY(arena_of(call), reader.count, unsigned);
    for (size_t i = 0; i < reader.count; i++) {
        struct value element;
        if (!array_next(&reader, &element))
            return fail_form(call, column, "array of labels without NULL", error);
        const int index = label_find(element, labels, label_count);
        if (index < 0)
            return fail_label(call, column, element, error);
        indexes[i] = (unsigned)index;
    }
    *ret_array = (struct tn_index_array){ reader.count, indexes };
    return true;
}
