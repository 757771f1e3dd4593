/* A request as it came: parsed, framed, bounded, in an arena that ends with it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

struct http_pair {
    const char *name;
    const char *value;
};

struct http_pairs {
    struct http_pair *items; /* in the order of the request; equal names stand as often as sent */
    size_t count;
};

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_OTHER, /* any other; `method_name` says which */
};

/* W3C Trace Context: the trace that a request belongs to. */
struct http_trace {
    char id[33];        /* 32 hexadecimal digits; "" when none came */
    char flags[3];      /* two of them */
    const char *parent; /* the header traceparent that came; NULL: none that holds */
    const char *state;  /* the header tracestate that came with it; NULL: none */
};

#define REQUEST_ID_LENGTH 16

struct http_request {
    struct arena *arena;
    char id[REQUEST_ID_LENGTH + 1]; /* hexadecimal digits, in the log and in X-Request-Id */
    struct http_trace trace;
    enum http_method method;
    const char *method_name;
    const char *target; /* as sent: path and query, still encoded */
    const char *path;   /* before "?", as sent */
    const char *query;  /* after "?", as sent; "" when there is none */
    struct http_pairs headers;
    const char *body; /* NUL-terminated at body_bytes; "" when there is none */
    size_t body_bytes;
    const char *peer; /* address of the client's end of the connection, text */
    bool has_body;    /* a Content-Length or chunked body was announced */
    /* For the log, noted by who finds out; NULL: nobody, nowhere. */
    const char *user_id;
    const char *organization_id;
};

/* The first header of that name (case-insensitive), NULL if none. */
const char *http_header(const struct http_request *request, const char *name);
size_t http_header_count(const struct http_request *request, const char *name);

struct http_response {
    int status;
    struct buffer body;
    struct http_pairs headers; /* with http_response_header */
    size_t header_capacity;
    struct arena *arena;
    bool close; /* the connection ends with this answer */
    struct http_hold {
        void (*let_go)(void *owner, void *held); /* NULL: nothing is held */
        void *owner;
        void *held;
    } hold; /* what the body borrows from: kept until the answer is sent */
};

/* An empty answer, status 0, that lives in `arena`. */
void http_response_init(struct http_response *response, struct arena *arena);
/* Answer with `bytes` of `body`, which `hold` keeps: it is let go when they are sent, or are not
 * to be. */
void http_response_lend(
    struct http_response *response, const char *body, size_t bytes, const struct http_hold *hold);
/* How many bytes of the body go to the client. A HEAD and a 304 have the page's length without its
 * bytes (RFC 9110, section 8.6), so their responses have its body too. */
size_t
http_response_sent_bytes(const struct http_request *request, const struct http_response *response);
/* Let go what is held. Accepts a second call. */
void http_response_let_go(struct http_response *response);
/* Add a header line; equal names stand side by side. Copied. CR and LF in a value end the program.
 */
void http_response_header(struct http_response *response, const char *name, const char *value);
/* The same, of texts that are always there: not copied. */
void http_response_header_set_constant(
    struct http_response *response, const char *name, const char *value);
/* The first header of that name, NULL if none. */
const char *http_response_header_find(const struct http_response *response, const char *name);
/* Set it, dropping earlier ones of that name. */
void http_response_header_set(struct http_response *response, const char *name, const char *value);
