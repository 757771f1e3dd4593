/* PostgreSQL's wire forms of times, dates and numerics, to and from ours.
 * Source: its documentation of data types, and src/backend/utils/adt (timestamp.c, numeric.c). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* Its epoch is 2000-01-01; the infinities are the same extreme numbers. */
int64_t wire_of_time(int64_t us);
int64_t wire_to_time(int64_t wire);
int32_t wire_of_date(int32_t days);
int32_t wire_to_date(int32_t wire);

/* Text that PostgreSQL reads back without loss: "2026-11-22 19:43:42.756123+00", "-infinity". */
void wire_append_time(struct buffer *out, int64_t us);
void wire_append_date(struct buffer *out, int32_t days);

/* coefficient / 10^scale, exactly: "-0.05". */
void wire_append_decimal(struct buffer *out, int64_t coefficient, int scale);

/* A binary numeric as exact decimal text; false if the bytes are none. */
bool wire_append_numeric(struct buffer *out, const char *bytes, size_t count);
/* A binary numeric as an integer at `scale`; false if it is none, has more digits behind the point,
 * is NaN or infinite, or does not fit. */
bool wire_to_decimal(const char *bytes, size_t count, int scale, int64_t *ret_coefficient);
