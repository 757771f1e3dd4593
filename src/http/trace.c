#include "http/trace.h"

#include <string.h>

#include "base/hash.h"

enum {
    TRACE_AT = 3, /* "00-" */
    TRACE_DIGITS = 32,
    PARENT_AT = TRACE_AT + TRACE_DIGITS + 1,
    PARENT_DIGITS = 16,
    FLAGS_AT = PARENT_AT + PARENT_DIGITS + 1,
    PARENT_BYTES = FLAGS_AT + 2,
};

/* Lower case only, as the standard says; all zeros are no id. */
static bool
is_id(const char *text, size_t digits)
{
    return strspn(text, "0123456789abcdef") >= digits && strspn(text, "0") < digits;
}

static bool
is_hexadecimal(const char *text, size_t digits)
{
    return strspn(text, "0123456789abcdef") >= digits;
}

/* A later version may have more behind the flags, version ff is none. */
static bool
holds(const char *parent)
{
    const size_t length = strlen(parent);
    if (length < PARENT_BYTES || !is_hexadecimal(parent, 2) || strncmp(parent, "ff", 2) == 0)
        return false;

    if (strncmp(parent, "00", 2) == 0 ? length != PARENT_BYTES
                                      : length > PARENT_BYTES && parent[PARENT_BYTES] != '-')
        return false;

    return parent[TRACE_AT - 1] == '-' && parent[PARENT_AT - 1] == '-' &&
           parent[FLAGS_AT - 1] == '-' && is_id(parent + TRACE_AT, TRACE_DIGITS) &&
           is_id(parent + PARENT_AT, PARENT_DIGITS) && is_hexadecimal(parent + FLAGS_AT, 2);
}

void
trace_read(struct http_request *request)
{
    struct http_trace *trace = &request->trace;
    const char *parent = http_header(request, "traceparent");
    *trace = (struct http_trace){ .flags = "00" };

    if (parent && http_header_count(request, "traceparent") == 1 && holds(parent)) {
        trace->parent = parent;
        trace->state = http_header(request, "tracestate");
        memcpy(trace->id, parent + TRACE_AT, TRACE_DIGITS);
        memcpy(trace->flags, parent + FLAGS_AT, 2);
    }
}

const char *
trace_parent(const struct http_request *request, struct arena *arena)
{
    const struct http_trace *trace = &request->trace;
    if (trace->parent)
        return arena_printf(arena, "00-%s-%s-%s", trace->id, request->id, trace->flags);

    /* Beside the id of the request, which is random enough to be one half. */
    return arena_printf(arena, "00-%016llx%s-%s-%s",
        (unsigned long long)(hash_bytes(request->id, sizeof request->id) | 1), request->id,
        request->id, trace->flags);
}
