/* Compressed bodies, and the request headers by which a client says what it takes and what it has.
 */
#pragma once

#include "base/buffer.h"
#include "http/request.h"

/* Does the client take gzip? */
bool http_takes_gzip(const struct http_request *request);
/* Append `bytes` of `data`, as a gzip file. false: the compressor did not work. */
bool gzip_append(struct buffer *out, const void *data, size_t bytes);

/* Does If-None-Match name `etag` (without quotes), or everything? */
bool http_has_etag(const struct http_request *request, const char *etag);
