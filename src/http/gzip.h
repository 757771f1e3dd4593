/* Compressed bodies, and the request headers by which a client says what it takes and what it has.
 */
#pragma once

#include "base/buffer.h"
#include "http/request.h"

/* Does the client take gzip? */
bool http_takes_gzip(const struct http_request *request);
enum gzip_level {
    GZIP_QUICK = 4, /* for bytes that are sent once */
    GZIP_KEPT = 6,
    GZIP_SMALL = 9, /* for bytes that are compressed once and sent for long */
};

/* Append `bytes` of `data`, as a gzip file. false: the compressor did not work. */
bool gzip_append(struct buffer *out, const void *data, size_t bytes, enum gzip_level level);

/* Does If-None-Match name `etag` (without quotes), or everything? */
bool http_has_etag(const struct http_request *request, const char *etag);
