#include "server/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/time.h"

/* What a pipe takes whole or not at all. */
#define CHUNK_BYTES 4096
#define GATHERED_MAX (256 * 1024)

struct access_log {
    char *path; /* NULL: standard output */
    int fd;     /* the same number for as long as it is open */
    bool is_socket;
};

struct access_lines {
    struct access_log *log;
    struct loop *loop;
    struct loop_hook before_sleep;
    struct arena *arena;
    struct buffer gathered;
};

/* Standard output as an open file of its own, so that not waiting is our affair and not that of
 * whoever else has it. A socket cannot be opened anew, but can be told at each send. */
static int
open_stdout(bool *ret_is_socket)
{
    struct stat found;
    *ret_is_socket = fstat(STDOUT_FILENO, &found) == 0 && S_ISSOCK(found.st_mode);
    const int fd =
        *ret_is_socket ? -1 : open("/proc/self/fd/1", O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC);
    return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
}

static int
open_file(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0640);
}

bool
access_log_open(const char *destination, struct access_log **ret_log, struct tn_error *error)
{
    *ret_log = NULL;
    if (strcmp(destination, "off") == 0)
        return true;

    struct access_log *log = calloc(1, sizeof *log);
    if (!log)
        return error_set(error, TN_INTERNAL, "no memory for the access log");

    const bool is_file = strcmp(destination, "stdout") != 0;
    log->path = is_file ? strdup(destination) : NULL;
    log->fd = is_file ? open_file(destination) : open_stdout(&log->is_socket);
    if (log->fd < 0) {
        const int reason = errno;
        access_log_close(log);
        return error_set(error, TN_CONFIGURATION,
            "--access-log %s: %s; the folder must exist and the file be ours to write", destination,
            strerror(reason));
    }
    *ret_log = log;
    return true;
}

void
access_log_close(struct access_log *log)
{
    if (!log)
        return;

    if (log->fd >= 0)
        close(log->fd);
    free(log->path);
    free(log);
}

bool
access_log_has_file(const struct access_log *log)
{
    return log && log->path;
}

bool
access_log_reopen(struct access_log *log, struct tn_error *error)
{
    const int fd = open_file(log->path);
    if (fd < 0)
        return error_set(
            error, TN_CONFIGURATION, "--access-log %s: %s", log->path, strerror(errno));

    /* Under the number that the loops write to, in one step. */
    const bool is_done = dup3(fd, log->fd, O_CLOEXEC) >= 0;
    close(fd);
    return is_done ||
           error_set(error, TN_INTERNAL, "--access-log %s: %s", log->path, strerror(errno));
}

/* --- a loop's lines -------------------------------------------------------------------------- */

static bool
write_chunk(const struct access_log *log, const char *text, size_t bytes)
{
    const ssize_t written = log->is_socket ? send(log->fd, text, bytes, MSG_DONTWAIT | MSG_NOSIGNAL)
                                           : write(log->fd, text, bytes);
    return written == (ssize_t)bytes;
}

static size_t
line_count(const char *text, size_t bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes; i++)
        count += text[i] == '\n';
    return count;
}

/* Whole lines up to CHUNK_BYTES; a longer line by itself. */
static size_t
chunk_bytes(const char *text, size_t bytes)
{
    if (bytes <= CHUNK_BYTES)
        return bytes;

    const char *end = memrchr(text, '\n', CHUNK_BYTES);
    if (!end)
        end = memchr(text, '\n', bytes);
    return (size_t)(end - text) + 1;
}

static void
write_out(struct loop_hook *hook)
{
    struct access_lines *lines = CONTAINER_OF(hook, struct access_lines, before_sleep);
    const char *text = lines->gathered.data;
    size_t left = lines->gathered.length;
    while (text && left > 0) {
        const size_t bytes = chunk_bytes(text, left);
        if (!write_chunk(lines->log, text, bytes))
            metric_add(METRIC_LOG_LINES_DROPPED, 0, (int64_t)line_count(text, bytes));
        text += bytes;
        left -= bytes;
    }
    buffer_truncate(&lines->gathered, 0);
}

struct access_lines *
access_lines_new(struct access_log *log, struct loop *loop)
{
    if (!log)
        return NULL;

    struct arena *arena = arena_new(16 * 1024);
    struct access_lines *lines = ARENA_NEW(arena, struct access_lines);
    *lines = (struct access_lines){ .log = log, .loop = loop, .arena = arena };
    buffer_init(&lines->gathered, arena, 8 * 1024);
    lines->before_sleep.run = write_out;
    loop_before_sleep(loop, &lines->before_sleep);
    return lines;
}

void
access_lines_free(struct access_lines *lines)
{
    if (!lines)
        return;

    write_out(&lines->before_sleep);
    loop_forget_hook(lines->loop, &lines->before_sleep);
    arena_free(lines->arena);
}

static void
put_word(struct buffer *out, const char *before, const char *word)
{
    buffer_text(out, before);
    buffer_text(out, word);
}

static void
put_number(struct buffer *out, const char *before, int64_t number)
{
    buffer_text(out, before);
    buffer_integer(out, number);
}

/* The query is left out: tokens of mails that were sent stand there. */
static void
note_text(struct buffer *out, const struct http_request *request,
    const struct http_response *response, int64_t duration_us)
{
    time_append_iso(out, time_now_us());
    put_word(out, " access ", request->id);
    put_word(out, " ", request->peer);
    buffer_character(out, ' ');
    buffer_text(out, request->method_name[0] ? request->method_name : "-");
    buffer_character(out, ' ');
    buffer_text(out, request->path[0] ? request->path : "-");
    put_number(out, " ", response->status);
    put_number(out, " ", (int64_t)http_response_sent_bytes(request, response));
    put_number(out, " ", duration_us / 1000);
    buffer_character(out, '.');
    buffer_digits(out, (uint64_t)duration_us % 1000, 3);
    BUFFER_LITERAL(out, "ms");
    if (request->organization_id)
        put_word(out, " organization=", request->organization_id);
    if (request->user_id)
        put_word(out, " user=", request->user_id);
    if (request->trace.id[0])
        put_word(out, " trace=", request->trace.id);
    buffer_character(out, '\n');
}

static void
put_text(struct buffer *out, const char *key, const char *value)
{
    if (!value || !value[0])
        return;

    buffer_printf(out, ",\"%s\":", key);
    log_json_string(out, value);
}

static void
note_json(struct buffer *out, const struct http_request *request,
    const struct http_response *response, int64_t duration_us)
{
    BUFFER_LITERAL(out, "{\"time\":\"");
    time_append_iso(out, time_now_us());
    BUFFER_LITERAL(out, "\",\"level\":\"access\"");
    put_text(out, "requestId", request->id);
    put_text(out, "peer", request->peer);
    put_text(out, "method", request->method_name);
    put_text(out, "path", request->path);
    buffer_printf(out, ",\"status\":%d,\"bytes\":%zu,\"durationMs\":%lld.%03lld", response->status,
        http_response_sent_bytes(request, response), (long long)(duration_us / 1000),
        (long long)(duration_us % 1000));
    put_text(out, "organizationId", request->organization_id);
    put_text(out, "userId", request->user_id);
    put_text(out, "traceId", request->trace.id);
    BUFFER_LITERAL(out, "}\n");
}

/* In text, what could be taken for a blank or a line's end is escaped: a client writes no lines of
 * its own. The gate lets only visible bytes into a target that is served; refused ones are any. */
static bool
is_plain(const char *text)
{
    for (; *text; text++) {
        if (*text <= ' ' || *text > '~')
            return false;
    }
    return true;
}

void
access_lines_note(struct access_lines *lines, const struct http_request *request,
    const struct http_response *response, int64_t duration_us)
{
    if (!lines)
        return;

    if (lines->gathered.length > GATHERED_MAX) {
        metric_add(METRIC_LOG_LINES_DROPPED, 0, 1);
        return;
    }
    if (log_is_json()) {
        note_json(&lines->gathered, request, response, duration_us);
        return;
    }

    struct http_request shown = *request;
    if (!is_plain(shown.method_name))
        shown.method_name = "?";
    if (!is_plain(shown.path))
        shown.path = "?";
    note_text(&lines->gathered, &shown, response, duration_us);
}
