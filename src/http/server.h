/* The HTTP server of one loop: libmicrohttpd parses, the framing gate refuses, a fiber answers. */
#pragma once

#include "http/request.h"
#include "loop/loop.h"

struct http_server;

struct http_addresses;

/* What the servers of one listening socket know of one another: so that one loop does not take all
 * connections of a burst, and keep them, while the others are idle. */
struct http_siblings {
    _Atomic int connection_count; /* of all of them */
    _Atomic int quiesced_count;
    int server_count;
    struct http_addresses *addresses; /* NULL: an address may have as many as it likes */
};

/* How many connections each client address has, on all servers of a socket: at most `limit`. IPv6
 * clients count by their /64, unix sockets not at all. */
MUST_USE bool
http_addresses_new(int limit, struct http_addresses **ret_addresses, struct tn_error *error);
/* After all of those servers. Accepts NULL. */
void http_addresses_free(struct http_addresses *addresses);

struct http_server_options {
    struct http_siblings *siblings; /* NULL: there are none */
    int listen_fd; /* listening, non-blocking, shared by all loops; not closed by us */
    bool is_lent;  /* others listen on when we stop: who waits in its queue is theirs */
    bool is_shut;  /* who connects waits in its queue until http_server_admit */
    size_t header_limit_bytes;
    size_t body_limit_bytes;
    int connection_limit;
    int idle_timeout_s;   /* between requests */
    int header_timeout_s; /* for these three 0 means the same as idle_timeout_s */
    int body_timeout_s;
    int send_timeout_s;
    int send_rate_bytes;    /* and a second more for so many bytes of the answer; 0: 16 KiB */
    int requests_limit;     /* on one connection; 0: none */
    int64_t half_closed_ms; /* how long the work goes on for who sends no more; not for writes */
    /* Is this address a proxy of ours, whose connections are those of many? May be NULL. */
    bool (*is_proxy)(const char *peer, void *owner);
    /* Runs in a fiber. Fills `response` (status 0 is answered 500). */
    void (*handle)(struct http_request *request, struct http_response *response, void *owner);
    /* What is answered where no handler runs (framing, limits): fills `response` for `error`. */
    void (*refuse)(struct http_request *request, struct http_response *response,
        const struct tn_error *error, void *owner);
    /* Each answer is told of here as it goes out; may be NULL. `duration_us` since the first line
     * of its request was read. */
    void (*answered)(const struct http_request *request, const struct http_response *response,
        int64_t duration_us, void *owner);
    void *owner;
};

/* Listen on an address: "127.0.0.1:8080", "[::1]:8080", "unix:/path". The descriptor is the
 * caller's. `ret_port` gets the port that was bound (0 asked for any), 0 for a unix socket. */
MUST_USE bool http_listen(const char *address, int *ret_fd, int *ret_port, struct tn_error *error);

MUST_USE bool http_server_new(struct loop *loop, const struct http_server_options *options,
    struct http_server **ret_server, struct tn_error *error);
/* Take in who connects, after `is_shut`. */
void http_server_admit(struct http_server *server);
/* Accept no more, of any server on this socket: who connects from now on is refused. Answers from
 * now on carry `Connection: close`; idle connections are closed. */
void http_server_quiesce(struct http_server *server);
/* Give up what still runs, with that reason: its fibers end soon, and answer. */
void http_server_abandon(struct http_server *server, enum tn_error_code reason);
/* Connections that are open now. */
int http_server_connections(const struct http_server *server);
/* Every fiber of it must have ended. */
void http_server_free(struct http_server *server);
