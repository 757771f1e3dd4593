#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "base/utf8.h"

static enum log_level threshold = LOG_INFO;
static bool writes_json;

void
log_set_level(enum log_level level)
{
    threshold = level;
}

void
log_set_json(bool is_json)
{
    writes_json = is_json;
}

bool
log_is_json(void)
{
    return writes_json;
}

/* A client must not be able to write lines of its own into the log. */
static void
append_printable(struct buffer *out, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at < 0x20 || *at == 0x7F)
            buffer_printf(out, "\\x%02x", *at);
        else
            buffer_character(out, (char)*at);
    }
}

/* The bytes of the character that begins here, 0 when none does. */
static size_t
character_bytes(const char *text)
{
    const size_t left = strnlen(text, 4);
    for (size_t bytes = 1; bytes <= left; bytes++) {
        if (utf8_is_valid(text, bytes))
            return bytes;
    }
    return 0;
}

void
log_json_string(struct buffer *out, const char *text)
{
    buffer_character(out, '"');
    while (*text) {
        const size_t bytes = character_bytes(text);
        if (bytes == 0)
            BUFFER_LITERAL(out, "\\ufffd");
        else if (*text == '"' || *text == '\\')
            buffer_printf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20 || *text == 0x7F)
            buffer_printf(out, "\\u%04x", (unsigned char)*text);
        else
            buffer_append(out, text, bytes);
        text += bytes > 0 ? bytes : 1;
    }
    buffer_character(out, '"');
}

static void
append_line(struct buffer *out, enum log_level level, const char *request_id, const char *message)
{
    static const char *const names[] = { "error", "warning", "info", "debug" };
    if (!writes_json) {
        time_append_iso(out, time_now_us());
        buffer_printf(out, " %s ", names[level]);
        if (request_id)
            buffer_printf(out, "%s ", request_id);
        append_printable(out, message);
        buffer_character(out, '\n');
        return;
    }
    BUFFER_LITERAL(out, "{\"time\":\"");
    time_append_iso(out, time_now_us());
    buffer_printf(out, "\",\"level\":\"%s\",", names[level]);
    if (request_id)
        buffer_printf(out, "\"requestId\":\"%s\",", request_id);
    BUFFER_LITERAL(out, "\"message\":");
    log_json_string(out, message);
    BUFFER_LITERAL(out, "}\n");
}

void
log_line(enum log_level level, const char *request_id, const char *format, ...)
{
    if (level > threshold)
        return;

    char message[1536];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);

    struct arena *arena = arena_new(2048);
    struct buffer line;
    buffer_init(&line, arena, 512);
    append_line(&line, level, request_id, message);

    /* One write, so that lines of several threads do not mix. */
    const ssize_t written = write(STDERR_FILENO, line.data, line.length);
    (void)written; /* there is nobody left to tell */
    arena_free(arena);
}

void
log_error(const char *request_id, const char *what, const struct tn_error *error)
{
    log_line(LOG_ERROR, request_id, "%s: %s%s%s: %s", what, tn_error_type(error->code),
        error->sqlstate[0] ? " " : "", error->sqlstate, error->detail);
}
