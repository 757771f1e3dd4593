#include "base/time.h"

#include <stdatomic.h>
#include <time.h>

int64_t
time_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
time_steady_us(void)
{
    static _Atomic int64_t began_us;
    int64_t known_us = atomic_load(&began_us);
    const int64_t monotonic_us = time_monotonic_us();
    if (known_us == 0) {
        const int64_t found_us = time_now_us() - monotonic_us;
        if (atomic_compare_exchange_strong(&began_us, &known_us, found_us))
            known_us = found_us;
    }
    return known_us + monotonic_us;
}

int64_t
time_monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
time_monotonic_ms(void)
{
    return time_monotonic_us() / 1000;
}

/* Howard Hinnant's civil calendar arithmetic: years begin in March, eras of 400 years. */
struct civil_date
time_civil_of_days(int64_t days)
{
    days += 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t day_of_era = days - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const int month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);

    return (struct civil_date){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1),
    };
}

int64_t
time_days_of_civil(struct civil_date date)
{
    const int64_t year = (int64_t)date.year - (date.month <= 2);
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t shifted_month = date.month > 2 ? date.month - 3 : date.month + 9;
    const int64_t day_of_year = (153 * shifted_month + 2) / 5 + date.day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool
time_civil_is_valid(struct civil_date date)
{
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31)
        return false;

    const struct civil_date back = time_civil_of_days(time_days_of_civil(date));
    return back.year == date.year && back.month == date.month && back.day == date.day;
}

static void
write_two(char *at, int64_t number)
{
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
}

void
time_append_date(struct buffer *out, struct civil_date date)
{
    if (date.year < 0)
        buffer_character(out, '-');
    buffer_digits(out, (uint64_t)(date.year < 0 ? -(int64_t)date.year : date.year), 4);

    char *at = buffer_reserve(out, 6);
    at[0] = '-';
    write_two(at + 1, date.month);
    at[3] = '-';
    write_two(at + 4, date.day);
    buffer_grow(out, 6);
}

void
time_append_clock(struct buffer *out, int64_t second, bool with_seconds)
{
    char *at = buffer_reserve(out, 8);
    write_two(at, second / 3600);
    at[2] = ':';
    write_two(at + 3, second / 60 % 60);
    at[5] = ':';
    write_two(at + 6, second % 60);
    buffer_grow(out, with_seconds ? 8 : 5);
}

void
time_append_iso(struct buffer *out, int64_t us)
{
    const int64_t day_us = INT64_C(86400000000);
    int64_t days = us / day_us;
    int64_t rest = us % day_us;
    if (rest < 0) {
        rest += day_us;
        days--;
    }

    time_append_date(out, time_civil_of_days(days));
    buffer_character(out, 'T');
    time_append_clock(out, rest / 1000000, true);

    const int64_t ms = rest / 1000 % 1000;
    char *at = buffer_reserve(out, 5);
    at[0] = '.';
    at[1] = (char)('0' + ms / 100);
    write_two(at + 2, ms % 100);
    at[4] = 'Z';
    buffer_grow(out, 5);
}

/* `count` digits at `text`; -1 when there are not as many. */
static int
read_digits(const char *text, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

/* ".756Z", or "Z" alone, as microseconds; -1 when it is neither. */
static int64_t
read_fraction(const char *text)
{
    int64_t us = 0;
    if (*text == '.') {
        int64_t unit = 100000;
        const char *digit = ++text;
        for (; *digit >= '0' && *digit <= '9'; digit++, unit /= 10)
            us += (*digit - '0') * unit;
        if (digit == text)
            return -1;
        text = digit;
    }
    return text[0] == 'Z' && text[1] == '\0' ? us : -1;
}

bool
time_read_iso(const char *text, int64_t *ret_us)
{
    static const char form[] = "0000-00-00T00:00:00";
    for (size_t i = 0; i < sizeof form - 1; i++) {
        const bool fits = form[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];
        if (!fits)
            return false;
    }

    const struct civil_date date = {
        .year = read_digits(text, 4),
        .month = read_digits(text + 5, 2),
        .day = read_digits(text + 8, 2),
    };
    const int hour = read_digits(text + 11, 2);
    const int minute = read_digits(text + 14, 2);
    const int second = read_digits(text + 17, 2);
    const int64_t fraction_us = read_fraction(text + sizeof form - 1);
    if (!time_civil_is_valid(date) || hour > 23 || minute > 59 || second > 59 || fraction_us < 0)
        return false;

    const int64_t seconds = ((time_days_of_civil(date) * 24 + hour) * 60 + minute) * 60 + second;
    *ret_us = seconds * 1000000 + fraction_us;
    return true;
}
