/* Time as tenantry uses it: microseconds since 1970, and milliseconds of the monotonic clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/compiler.h"

/* Wall clock, microseconds since 1970-01-01 UTC. */
int64_t time_now_us(void);
/* The same as it was at the first call, going on evenly, whoever sets the clock meanwhile: for what
 * this process compares with what it wrote before. */
int64_t time_steady_us(void);
/* Monotonic, since some start: milliseconds for deadlines, microseconds for durations. */
int64_t time_monotonic_ms(void);
int64_t time_monotonic_us(void);

/* "2026-11-22T19:43:42.756Z": always three digits, the rest is dropped. As JavaScript writes it. */
void time_append_iso(struct buffer *out, int64_t us);
/* The same read, with any number of digits behind the second, or none. False: it is not one. */
MUST_USE bool time_read_iso(const char *text, int64_t *ret_us);

struct civil_date {
    int year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
};

/* "2026-11-22", years before 1 with a minus. */
void time_append_date(struct buffer *out, struct civil_date date);
/* "19:43:42" of a second of the day; "19:43" without `with_seconds`. */
void time_append_clock(struct buffer *out, int64_t second, bool with_seconds);

/* Days since 1970-01-01 and back, proleptic Gregorian. */
struct civil_date time_civil_of_days(int64_t days);
int64_t time_days_of_civil(struct civil_date date);
/* Is it a day that exists? */
bool time_civil_is_valid(struct civil_date date);
