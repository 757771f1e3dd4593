/* Values as they come from and go to PostgreSQL. All are plain structs, passed by value; text and
 * arrays point into the arena of the scope that read them and live as long as it.
 *
 * A nullable value is another struct than a value that cannot be NULL, so that one used as the
 * other does not compile: read it with tn_opt_…_get. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct tn_text {
    const char *p; /* valid UTF-8, also NUL-terminated, never NULL */
    size_t n;      /* bytes, without the terminator */
};

/* Borrows `text`. */
static inline struct tn_text
tn_text_of(const char *text)
{
    return (struct tn_text){ text, strlen(text) };
}

struct tn_bytes {
    const uint8_t *p;
    size_t n;
};

struct tn_json {
    const char *p; /* JSON text, NUL-terminated */
    size_t n;
};

struct tn_uuid {
    uint8_t b[16];
};

/* numeric(p <= 18, s): coef / 10^s. The scale stands in the generated code. */
struct tn_decimal {
    int64_t coef;
};

/* any other numeric, exact decimal text: "-12.50", "NaN", "Infinity", "-Infinity" */
struct tn_numeric {
    const char *p;
    size_t n;
};

/* timestamptz: microseconds since 1970-01-01 00:00:00 UTC */
struct tn_time {
    int64_t us;
};

/* timestamp without time zone: microseconds since 1970-01-01 00:00:00 of wherever it is meant */
struct tn_localtime {
    int64_t us;
};

/* date: days since 1970-01-01 */
struct tn_date {
    int32_t days;
};

#define TN_TIME_INFINITY INT64_MAX
#define TN_TIME_MINUS_INFINITY INT64_MIN
#define TN_DATE_INFINITY INT32_MAX
#define TN_DATE_MINUS_INFINITY INT32_MIN

/* The C types that a column or parameter can have: TN_EACH_TYPE(X) calls X(name, C type). All but
 * the decimal are read and bound without knowing more than the type. */
#define TN_EACH_PLAIN_TYPE(X)         \
    X(bool, bool)                     \
    X(int16, int16_t)                 \
    X(int32, int32_t)                 \
    X(int64, int64_t)                 \
    X(float, float)                   \
    X(double, double)                 \
    X(text, struct tn_text)           \
    X(bytes, struct tn_bytes)         \
    X(json, struct tn_json)           \
    X(uuid, struct tn_uuid)           \
    X(numeric, struct tn_numeric)     \
    X(time, struct tn_time)           \
    X(localtime, struct tn_localtime) \
    X(date, struct tn_date)
#define TN_EACH_TYPE(X)   \
    TN_EACH_PLAIN_TYPE(X) \
    X(decimal, struct tn_decimal)

#define TN_DECLARE_OPT(name, type)                                                         \
    struct tn_opt_##name {                                                                 \
        bool is_null;                                                                      \
        type value_if_any;                                                                 \
    };                                                                                     \
    static inline bool tn_opt_##name##_get(struct tn_opt_##name optional, type *ret_value) \
    {                                                                                      \
        if (optional.is_null)                                                              \
            return false;                                                                  \
        *ret_value = optional.value_if_any;                                                \
        return true;                                                                       \
    }                                                                                      \
    static inline struct tn_opt_##name tn_opt_##name##_of(type value)                      \
    {                                                                                      \
        return (struct tn_opt_##name){ .is_null = false, .value_if_any = value };          \
    }                                                                                      \
    static inline struct tn_opt_##name tn_opt_##name##_null(void)                          \
    {                                                                                      \
        return (struct tn_opt_##name){ .is_null = true };                                  \
    }

/* One dimension, and no element that is NULL. */
#define TN_DECLARE_ARRAY(name, type) \
    struct tn_##name##_array {       \
        size_t n;                    \
        const type *v;               \
    };                               \
    TN_DECLARE_OPT(name##_array, struct tn_##name##_array)

TN_EACH_TYPE(TN_DECLARE_OPT)
TN_EACH_TYPE(TN_DECLARE_ARRAY)
#undef TN_DECLARE_ARRAY
#undef TN_DECLARE_OPT
