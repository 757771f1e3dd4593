/* The log: one line an event on standard error. Called by server and cli only; what lies below
 * returns errors instead. */
#pragma once

#include <stdbool.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"

enum log_level {
    LOG_ERROR,
    LOG_WARNING,
    LOG_INFO,
    LOG_DEBUG,
};

void log_set_level(enum log_level level);
/* From now on one JSON object a line: time, level, message, and requestId where there is one. */
void log_set_json(bool is_json);
/* Is the log JSON? */
bool log_is_json(void);
/* Append `text` as a JSON string with its quotes; bytes that are no UTF-8 are written as \ufffd. */
void log_json_string(struct buffer *out, const char *text);
/* `request_id` may be NULL. Control characters in the text are written as \xNN. */
void
log_line(enum log_level level, const char *request_id, const char *format, ...) PRINTF_LIKE(3, 4);
/* An error with its code's type, its SQLSTATE and its detail. */
void log_error(const char *request_id, const char *what, const struct tn_error *error);
