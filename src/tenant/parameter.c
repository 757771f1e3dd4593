/* Parameters of generated queries, from C to PostgreSQL: fixed-size values in binary, the rest as
 * text. */
#include "tenantry/query.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "tenant/call.h"
#include "tenant/wire.h"

void
call_bind(struct tn_call *call, const char *value, size_t bytes, int format)
{
    struct tn_call_state *state = call->state;
    if (state->count < call->query->parameter_count) {
        state->values[state->count] = value;
        state->lengths[state->count] = (int)bytes;
        state->formats[state->count] = format;
    }
    state->count++;
}

void
tn_call_null(struct tn_call *call)
{
    call_bind(call, NULL, 0, 0);
}

static struct arena *
call_arena(struct tn_call *call)
{
    return call->state->scope->arena;
}

static void
bind_copy(struct tn_call *call, const void *value, size_t bytes, int format)
{
    call_bind(call, arena_memdup(call_arena(call), value, bytes), bytes, format);
}

/* Big-endian, as the wire has it. */
static void
bind_integer(struct tn_call *call, uint64_t value, size_t bytes)
{
    unsigned char wire[8];
    for (size_t i = 0; i < bytes; i++)
        wire[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
    bind_copy(call, wire, bytes, 1);
}

void
tn_call_bool(struct tn_call *call, bool value)
{
    bind_integer(call, value, 1);
}

void
tn_call_int16(struct tn_call *call, int16_t value)
{
    bind_integer(call, (uint64_t)value, 2);
}

void
tn_call_int32(struct tn_call *call, int32_t value)
{
    bind_integer(call, (uint64_t)value, 4);
}

void
tn_call_int64(struct tn_call *call, int64_t value)
{
    bind_integer(call, (uint64_t)value, 8);
}

void
tn_call_float(struct tn_call *call, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bind_integer(call, bits, 4);
}

void
tn_call_double(struct tn_call *call, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bind_integer(call, bits, 8);
}

static void
bind_text(struct tn_call *call, const char *text, size_t bytes)
{
    if (!utf8_is_valid(text, bytes))
        call->state->not_text = true;
    bind_copy(call, text, bytes, 0);
}

void
tn_call_text(struct tn_call *call, struct tn_text value)
{
    bind_text(call, value.p, value.n);
}

void
tn_call_json(struct tn_call *call, struct tn_json value)
{
    bind_text(call, value.p, value.n);
}

void
tn_call_numeric(struct tn_call *call, struct tn_numeric value)
{
    bind_text(call, value.p, value.n);
}

void
tn_call_bytes(struct tn_call *call, struct tn_bytes value)
{
    bind_copy(call, value.p, value.n, 1);
}

void
tn_call_uuid(struct tn_call *call, struct tn_uuid value)
{
    bind_copy(call, value.b, sizeof value.b, 1);
}

void
tn_call_time(struct tn_call *call, struct tn_time value)
{
    bind_integer(call, (uint64_t)wire_of_time(value.us), 8);
}

void
tn_call_localtime(struct tn_call *call, struct tn_localtime value)
{
    bind_integer(call, (uint64_t)wire_of_time(value.us), 8);
}

void
tn_call_date(struct tn_call *call, struct tn_date value)
{
    bind_integer(call, (uint64_t)wire_of_date(value.days), 4);
}

void
tn_call_decimal(struct tn_call *call, struct tn_decimal value, int scale)
{
    struct buffer out;
    buffer_init(&out, call_arena(call), 32);
    wire_append_decimal(&out, value.coef, scale);
    call_bind(call, out.data, out.length, 0);
}

/* NULL, noted, if there is none. */
static const char *
label_of(struct tn_call *call, const char *const *labels, int label_count, unsigned index)
{
    if (index < (unsigned)label_count)
        return labels[index];

    call->state->not_label = true;
    return "";
}

void
tn_call_label(struct tn_call *call, const char *const *labels, int label_count, unsigned index)
{
    const char *label = label_of(call, labels, label_count, index);
    call_bind(call, label, strlen(label), 0);
}

#define DEFINE_OPT_PARAMETER(name, type)                                      \
    void tn_call_opt_##name(struct tn_call *call, struct tn_opt_##name value) \
    {                                                                         \
        if (value.is_null)                                                    \
            tn_call_null(call);                                               \
        else                                                                  \
            tn_call_##name(call, value.value_if_any);                         \
    }
TN_EACH_PLAIN_TYPE(DEFINE_OPT_PARAMETER)

void
tn_call_opt_decimal(struct tn_call *call, struct tn_opt_decimal value, int scale)
{
    if (value.is_null)
        tn_call_null(call);
    else
        tn_call_decimal(call, value.value_if_any, scale);
}

/* --- arrays: PostgreSQL's text form, each element quoted ---------------------------------------
 */

static void
array_text(struct buffer *out, const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '"' || text[i] == '\\')
            buffer_character(out, '\\');
        buffer_character(out, text[i]);
    }
}

static void
element_bool(struct tn_call *call, struct buffer *out, bool value)
{
    (void)call;
    buffer_character(out, value ? 't' : 'f');
}

static void
element_integer(struct tn_call *call, struct buffer *out, int64_t value)
{
    (void)call;
    buffer_integer(out, value);
}

/* 17 digits give every double back; the words for the rest are PostgreSQL's. */
static void
element_double(struct tn_call *call, struct buffer *out, double value)
{
    (void)call;
    if (value != value)
        buffer_text(out, "NaN");
    else if (value > 1.7976931348623157e308 || value < -1.7976931348623157e308)
        buffer_text(out, value > 0 ? "Infinity" : "-Infinity");
    else
        buffer_printf(out, "%.17g", value);
}

static void
element_text(struct tn_call *call, struct buffer *out, struct tn_text value)
{
    if (!utf8_is_valid(value.p, value.n))
        call->state->not_text = true;
    array_text(out, value.p, value.n);
}

static void
element_numeric(struct tn_call *call, struct buffer *out, struct tn_numeric value)
{
    element_text(call, out, (struct tn_text){ value.p, value.n });
}

static void
element_uuid(struct tn_call *call, struct buffer *out, struct tn_uuid value)
{
    (void)call;
    buffer_hex(out, value.b, sizeof value.b);
}

static void
element_json(struct tn_call *call, struct buffer *out, struct tn_json value)
{
    element_text(call, out, (struct tn_text){ value.p, value.n });
}

/* PostgreSQL's hexadecimal form; its backslash is escaped once more inside an array. */
static void
element_bytes(struct tn_call *call, struct buffer *out, struct tn_bytes value)
{
    (void)call;
    BUFFER_LITERAL(out, "\\\\x");
    buffer_hex(out, value.p, value.n);
}

static void
element_time(struct tn_call *call, struct buffer *out, struct tn_time value)
{
    (void)call;
    wire_append_time(out, value.us);
}

/* A timestamp without time zone takes the text of one with, and ignores the zone. */
static void
element_localtime(struct tn_call *call, struct buffer *out, struct tn_localtime value)
{
    (void)call;
    wire_append_time(out, value.us);
}

static void
element_date(struct tn_call *call, struct buffer *out, struct tn_date value)
{
    (void)call;
    wire_append_date(out, value.days);
}

#define element_int16 element_integer
#define element_int32 element_integer
#define element_int64 element_integer
#define element_float element_double

#define DEFINE_ARRAY_PARAMETER(name, type)                                                    \
    void tn_call_##name##_array(struct tn_call *call, struct tn_##name##_array value)         \
    {                                                                                         \
        struct buffer out;                                                                    \
        buffer_init(&out, call_arena(call), 16 + value.n * 16);                               \
        buffer_character(&out, '{');                                                          \
        for (size_t i = 0; i < value.n; i++) {                                                \
            buffer_text(&out, i > 0 ? ",\"" : "\"");                                          \
            element_##name(call, &out, value.v[i]);                                           \
            buffer_character(&out, '"');                                                      \
        }                                                                                     \
        buffer_character(&out, '}');                                                          \
        call_bind(call, out.data, out.length, 0);                                             \
    }                                                                                         \
    void tn_call_opt_##name##_array(struct tn_call *call, struct tn_opt_##name##_array value) \
    {                                                                                         \
        if (value.is_null)                                                                    \
            tn_call_null(call);                                                               \
        else                                                                                  \
            tn_call_##name##_array(call, value.value_if_any);                                 \
    }
TN_EACH_PLAIN_TYPE(DEFINE_ARRAY_PARAMETER)

void
tn_call_decimal_array(struct tn_call *call, struct tn_decimal_array value, int scale)
{
    struct buffer out;
    buffer_init(&out, call_arena(call), 16 + value.n * 16);
    buffer_character(&out, '{');
    for (size_t i = 0; i < value.n; i++) {
        buffer_text(&out, i > 0 ? "," : "");
        wire_append_decimal(&out, value.v[i].coef, scale);
    }
    buffer_character(&out, '}');
    call_bind(call, out.data, out.length, 0);
}

void
tn_call_opt_decimal_array(struct tn_call *call, struct tn_opt_decimal_array value, int scale)
{
    if (value.is_null)
        tn_call_null(call);
    else
        tn_call_decimal_array(call, value.value_if_any, scale);
}

void
tn_call_label_array(
    struct tn_call *call, const char *const *labels, int label_count, struct tn_index_array value)
{
    struct buffer out;
    buffer_init(&out, call_arena(call), 16 + value.n * 16);
    buffer_character(&out, '{');
    for (size_t i = 0; i < value.n; i++) {
        const char *label = label_of(call, labels, label_count, value.v[i]);
        buffer_text(&out, i > 0 ? ",\"" : "\"");
        array_text(&out, label, strlen(label));
        buffer_character(&out, '"');
    }
    buffer_character(&out, '}');
    call_bind(call, out.data, out.length, 0);
}
