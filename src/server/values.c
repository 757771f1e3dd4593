/* Values from text, for handlers. */
#include "tenantry/request.h"

#include <ctype.h>
#include <string.h>

#include "base/time.h"
#include "crypto/random.h"
#include "server/request.h"

struct tn_uuid
tn_uuid_random(void)
{
    struct read_log *reads = request_reads();
    if (reads)
        reads->is_unique = true;

    struct tn_uuid uuid;
    random_bytes(uuid.b, sizeof uuid.b);
    uuid.b[6] = (uint8_t)((uuid.b[6] & 0x0F) | 0x40); /* RFC 9562: version 4 */
    uuid.b[8] = (uint8_t)((uuid.b[8] & 0x3F) | 0x80); /* and its variant */
    return uuid;
}

struct tn_date
tn_date_today(void)
{
    struct read_log *reads = request_reads();
    if (reads)
        reads->reads_day = true;
    return (struct tn_date){ (int32_t)(time_now_us() / INT64_C(86400000000)) };
}

struct tn_time
tn_time_now(void)
{
    struct read_log *reads = request_reads();
    if (reads)
        reads->reads_clock = true;
    return (struct tn_time){ time_now_us() };
}

static int
hexadecimal_digit(char character)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = strchr(digits, tolower((unsigned char)character));
    return character && found ? (int)(found - digits) : -1;
}

bool
tn_uuid_parse(const char *text, struct tn_uuid *ret_uuid)
{
    struct tn_uuid uuid;
    size_t at = 0;
    for (size_t i = 0; i < sizeof uuid.b; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-')
            return false;

        const int high = hexadecimal_digit(text[at]);
        const int low = high < 0 ? -1 : hexadecimal_digit(text[at + 1]);
        if (low < 0)
            return false;

        uuid.b[i] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    if (text[at])
        return false;

    *ret_uuid = uuid;
    return true;
}

/* `count` digits at `text`, all of them. */
static bool
parse_digits(const char *text, int count, int *ret_number)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (!isdigit((unsigned char)text[i]))
            return false;

        number = number * 10 + (text[i] - '0');
    }
    *ret_number = number;
    return true;
}

bool
tn_date_parse(const char *text, struct tn_date *ret_date)
{
    struct civil_date date;
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' ||
        !parse_digits(text, 4, &date.year) || !parse_digits(text + 5, 2, &date.month) ||
        !parse_digits(text + 8, 2, &date.day) || !time_civil_is_valid(date))
        return false;

    ret_date->days = (int32_t)time_days_of_civil(date);
    return true;
}

bool
tn_decimal_parse(const char *text, int scale, struct tn_decimal *ret_decimal)
{
    const bool is_negative = *text == '-';
    int64_t coefficient = 0;
    int behind_point = -1; /* digits behind the point so far; -1 before it */
    bool has_digit = false;

    for (const char *at = text + is_negative; *at; at++) {
        if (*at == '.' && behind_point < 0) {
            behind_point = 0;
            continue;
        }
        if (!isdigit((unsigned char)*at) || (behind_point >= 0 && ++behind_point > scale))
            return false;

        has_digit = true;
        /* Below zero, where there is one number more. */
        if (__builtin_mul_overflow(coefficient, 10, &coefficient) ||
            __builtin_sub_overflow(coefficient, *at - '0', &coefficient))
            return false;
    }
    if (!has_digit)
        return false;

    for (int i = behind_point < 0 ? 0 : behind_point; i < scale; i++) {
        if (__builtin_mul_overflow(coefficient, 10, &coefficient))
            return false;
    }
    if (!is_negative && __builtin_sub_overflow(0, coefficient, &coefficient))
        return false;

    ret_decimal->coef = coefficient;
    return true;
}
