#include "tenant/wire.h"

#include "base/time.h"

#define EPOCH_US INT64_C(946684800000000) /* 2000-01-01, microseconds since 1970 */
#define EPOCH_DAYS 10957

int64_t
wire_of_time(int64_t us)
{
    if (us == INT64_MAX || us == INT64_MIN)
        return us;

    int64_t wire;
    return __builtin_sub_overflow(us, EPOCH_US, &wire) ? INT64_MIN : wire;
}

int64_t
wire_to_time(int64_t wire)
{
    if (wire == INT64_MAX || wire == INT64_MIN)
        return wire;

    int64_t us;
    return __builtin_add_overflow(wire, EPOCH_US, &us) ? INT64_MAX : us;
}

int32_t
wire_of_date(int32_t days)
{
    if (days == INT32_MAX || days == INT32_MIN)
        return days;

    int32_t wire;
    return __builtin_sub_overflow(days, EPOCH_DAYS, &wire) ? INT32_MIN : wire;
}

int32_t
wire_to_date(int32_t wire)
{
    if (wire == INT32_MAX || wire == INT32_MIN)
        return wire;

    int32_t days;
    return __builtin_add_overflow(wire, EPOCH_DAYS, &days) ? INT32_MAX : days;
}

/* Years before 1 are written as PostgreSQL reads them: year 0 is 1 BC. */
static const char *
append_civil(struct buffer *out, int64_t days)
{
    const struct civil_date date = time_civil_of_days(days);
    const bool before_christ = date.year < 1;
    time_append_date(out,
        (struct civil_date){ before_christ ? 1 - date.year : date.year, date.month, date.day });
    return before_christ ? " BC" : "";
}

void
wire_append_time(struct buffer *out, int64_t us)
{
    if (us == INT64_MAX || us == INT64_MIN) {
        buffer_text(out, us > 0 ? "infinity" : "-infinity");
        return;
    }

    const int64_t day_us = INT64_C(86400000000);
    int64_t days = us / day_us;
    int64_t rest = us % day_us;
    if (rest < 0) {
        rest += day_us;
        days--;
    }

    const char *era = append_civil(out, days);
    buffer_character(out, ' ');
    time_append_clock(out, rest / 1000000, true);
    buffer_character(out, '.');
    buffer_digits(out, (uint64_t)(rest % 1000000), 6);
    BUFFER_LITERAL(out, "+00");
    buffer_text(out, era);
}

void
wire_append_date(struct buffer *out, int32_t days)
{
    if (days == INT32_MAX || days == INT32_MIN) {
        buffer_text(out, days > 0 ? "infinity" : "-infinity");
        return;
    }
    const char *era = append_civil(out, days);
    buffer_text(out, era);
}

void
wire_append_decimal(struct buffer *out, int64_t coefficient, int scale)
{
    char digits[32];
    int count = 0;
    uint64_t rest = coefficient < 0 ? -(uint64_t)coefficient : (uint64_t)coefficient;
    while (rest > 0 || count <= scale) {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    }

    if (coefficient < 0)
        buffer_character(out, '-');
    while (count > 0) {
        buffer_character(out, digits[--count]);
        if (count == scale && count > 0)
            buffer_character(out, '.');
    }
}

/* --- numeric ---------------------------------------------------------------------------------
 * Four 16-bit words (digit count, weight of the first digit, sign, digits behind the point to
 * show), then the digits, in base 10000, most significant first. */

struct numeric {
    const unsigned char *digits;
    int count;
    int weight;
    int sign;
    int scale;
};

enum {
    SIGN_POSITIVE = 0x0000,
    SIGN_NEGATIVE = 0x4000,
    SIGN_NAN = 0xC000,
    SIGN_INFINITY = 0xD000,
    SIGN_MINUS_INFINITY = 0xF000,
};

static int
word(const unsigned char *bytes)
{
    return bytes[0] << 8 | bytes[1];
}

/* How many there are, without the zeros at the end. More than the scale shows PostgreSQL never
 * sends: which of both were to be believed? */
static int
digits_behind_point(const struct numeric *numeric)
{
    int groups = numeric->count - 1 - numeric->weight;
    int last = numeric->count - 1;
    while (groups > 0 && last >= 0 && word(numeric->digits + 2 * last) == 0) {
        groups--;
        last--;
    }
    if (groups <= 0 || last < 0)
        return 0;

    int digits = groups * 4;
    for (int group = word(numeric->digits + 2 * last); group % 10 == 0; group /= 10)
        digits--;
    return digits;
}

static bool
numeric_read(const char *bytes, size_t count, struct numeric *ret_numeric)
{
    const unsigned char *at = (const unsigned char *)bytes;
    if (count < 8 || count != 8 + 2 * (size_t)word(at))
        return false;

    *ret_numeric = (struct numeric){
        .digits = at + 8,
        .count = word(at),
        .weight = (int16_t)word(at + 2),
        .sign = word(at + 4),
        .scale = word(at + 6),
    };
    /* Nothing has no first digit, whatever is said of its weight. */
    if (ret_numeric->count == 0)
        ret_numeric->weight = 0;
    for (int i = 0; i < ret_numeric->count; i++) {
        if (word(ret_numeric->digits + 2 * i) > 9999)
            return false;
    }
    return ret_numeric->scale <= 16383 && digits_behind_point(ret_numeric) <= ret_numeric->scale;
}

/* The group of four digits with that weight: 0 is the one before the point. */
static int
numeric_group(const struct numeric *numeric, int weight)
{
    const int index = numeric->weight - weight;
    return index >= 0 && index < numeric->count ? word(numeric->digits + 2 * index) : 0;
}

bool
wire_append_numeric(struct buffer *out, const char *bytes, size_t count)
{
    struct numeric numeric;
    if (!numeric_read(bytes, count, &numeric))
        return false;

    switch (numeric.sign) {
    case SIGN_NAN:
        buffer_text(out, "NaN");
        return true;
    case SIGN_INFINITY:
        buffer_text(out, "Infinity");
        return true;
    case SIGN_MINUS_INFINITY:
        buffer_text(out, "-Infinity");
        return true;
    case SIGN_NEGATIVE:
        buffer_character(out, '-');
        break;
    case SIGN_POSITIVE:
        break;
    default:
        return false;
    }

    const int first = numeric.weight > 0 ? numeric.weight : 0;
    buffer_integer(out, numeric_group(&numeric, first));
    for (int weight = first - 1; weight >= 0; weight--)
        buffer_digits(out, (uint64_t)numeric_group(&numeric, weight), 4);
    if (numeric.scale == 0)
        return true;

    buffer_character(out, '.');
    const size_t start = out->length;
    for (int weight = -1; (-weight - 1) * 4 < numeric.scale; weight--)
        buffer_digits(out, (uint64_t)numeric_group(&numeric, weight), 4);
    buffer_truncate(out, start + (size_t)numeric.scale);
    return true;
}

bool
wire_to_decimal(const char *bytes, size_t count, int scale, int64_t *ret_coefficient)
{
    struct numeric numeric;
    if (!numeric_read(bytes, count, &numeric) || numeric.scale > scale ||
        (numeric.sign != SIGN_POSITIVE && numeric.sign != SIGN_NEGATIVE))
        return false;

    /* Digit by digit down to the scale; PostgreSQL's own scale says that none follow. */
    int64_t coefficient = 0;
    for (int weight = numeric.weight > 0 ? numeric.weight : 0; weight * 4 > -scale - 4; weight--) {
        const int group = numeric_group(&numeric, weight);
        static const int powers[] = { 1000, 100, 10, 1 };
        for (int i = 0; i < 4; i++) {
            const int behind_point = weight < 0 ? -weight * 4 - 3 + i : 0;
            if (behind_point > scale)
                break;

            const int digit = group / powers[i] % 10;
            if (__builtin_mul_overflow(coefficient, 10, &coefficient) ||
                __builtin_sub_overflow(coefficient, digit, &coefficient))
                return false;
        }
    }

    /* Summed up below zero, where there is one number more. */
    if (numeric.sign == SIGN_POSITIVE)
        return !__builtin_sub_overflow(0, coefficient, ret_coefficient);

    *ret_coefficient = coefficient;
    return true;
}
