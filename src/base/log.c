#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/time.h"

static enum log_level threshold = LOG_INFO;

void
log_set_level(enum log_level level)
{
    threshold = level;
}

/* A client must not be able to write lines of its own into the log. */
static size_t
append_printable(char *out, size_t capacity, const char *text)
{
    size_t length = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at && length + 5 < capacity;
         at++) {
        if (*at < 0x20 || *at == 0x7F)
            length += (size_t)snprintf(out + length, capacity - length, "\\x%02x", *at);
        else
            out[length++] = (char)*at;
    }
    return length;
}

void
log_line(enum log_level level, const char *request_id, const char *format, ...)
{
    static const char *const names[] = { "error", "warning", "info", "debug" };
    if (level > threshold)
        return;

    char message[1536];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);

    struct arena *arena = arena_new(256);
    struct buffer when;
    buffer_init(&when, arena, 32);
    time_append_iso(&when, time_now_us());

    char line[2048];
    size_t length = (size_t)snprintf(line, sizeof line, "%s %s%s%s ", when.data, names[level],
        request_id ? " " : "", request_id ? request_id : "");
    length += append_printable(line + length, sizeof line - length - 1, message);
    line[length++] = '\n';
    arena_free(arena);

    /* One write, so that lines of several threads do not mix. */
    if (write(STDERR_FILENO, line, length) < 0)
        return;
}

void
log_error(const char *request_id, const char *what, const struct tn_error *error)
{
    log_line(LOG_ERROR, request_id, "%s: %s%s%s: %s", what, tn_error_type(error->code),
        error->sqlstate[0] ? " " : "", error->sqlstate, error->detail);
}
