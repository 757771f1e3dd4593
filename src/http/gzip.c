#include "http/gzip.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

/* 15 bits of window, and 16 for the frame of a gzip file in place of zlib's own. */
#define GZIP_WINDOW (15 + 16)

/* The weight of "gzip;q=0.5" and the like: is it above 0? */
static bool
weight_is_positive(const char *parameters, size_t bytes)
{
    for (size_t i = 0; i + 2 < bytes; i++) {
        if (strncasecmp(parameters + i, "q=", 2) == 0)
            return strtod(parameters + i + 2, NULL) > 0;
    }
    return true;
}

bool
http_takes_gzip(const struct http_request *request)
{
    const char *list = http_header(request, "Accept-Encoding");
    while (list && *list) {
        list += strspn(list, ", \t");
        const size_t bytes = strcspn(list, ",");
        const size_t name_bytes = strcspn(list, ",; \t");
        if (name_bytes == 4 && strncasecmp(list, "gzip", 4) == 0)
            return weight_is_positive(list + name_bytes, bytes - name_bytes);

        list += bytes;
    }
    return false;
}

bool
gzip_append(struct buffer *out, const void *data, size_t bytes, enum gzip_level level)
{
    z_stream stream = { 0 };
    if (deflateInit2(&stream, (int)level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;

    const size_t room = deflateBound(&stream, bytes);
    union {
        const void *given;
        Bytef *taken;
    } input = { .given = data };
    stream.next_in = input.taken; /* zlib only reads it */
    stream.avail_in = (uInt)bytes;
    stream.next_out = (Bytef *)buffer_reserve(out, room);
    stream.avail_out = (uInt)room;
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    if (done)
        buffer_grow(out, stream.total_out);
    deflateEnd(&stream);
    return done;
}

bool
http_has_etag(const struct http_request *request, const char *etag)
{
    const char *tags = http_header(request, "If-None-Match");
    if (!tags)
        return false;

    if (strcmp(tags, "*") == 0)
        return true;

    /* The weak comparison: W/"x" is "x". */
    const size_t bytes = strlen(etag);
    for (const char *quote = strchr(tags, '"'); quote; quote = strchr(quote + 1, '"')) {
        const char *end = strchr(quote + 1, '"');
        if (!end)
            return false;

        if ((size_t)(end - quote - 1) == bytes && memcmp(quote + 1, etag, bytes) == 0)
            return true;

        quote = end;
    }
    return false;
}
