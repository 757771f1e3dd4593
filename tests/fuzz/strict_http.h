/* A reader of HTTP/1.1 that takes the strict form and nothing else, shares no code with the server,
 * and is slow and short. What the server takes must be what stands here: then every proxy before it
 * saw the same requests. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STRICT_HEADERS_MAX 1024

struct strict_reader {
    const uint8_t *at;
    const uint8_t *end;
    uint8_t *body; /* of the last one that came in chunks */
    size_t request_count;
};

struct strict_text {
    const uint8_t *data;
    size_t bytes;
};

struct strict_header {
    struct strict_text name;
    struct strict_text value; /* without the blanks around it */
};

struct strict_request {
    struct strict_text method;
    struct strict_text target;
    struct strict_header headers[STRICT_HEADERS_MAX];
    size_t header_count;
    bool is_chunked;
    const uint8_t *body; /* NULL: chunks that are not whole, or not strictly so */
    size_t body_bytes;
};

/* The next request; false: what comes next is none. Its parts point to what is read. */
bool strict_read(struct strict_reader *reader, struct strict_request *ret_request);
void strict_done(struct strict_reader *reader);
