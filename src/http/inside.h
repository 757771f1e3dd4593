/* What the files of the server share. One server belongs to one loop and is used by its thread
 * only.
 *
 *     server.c      the daemon, the listening socket, starting and stopping
 *     connection.c  a client's connection: its first bytes, its deadlines, its end
 *     address.c     how many of them each address has
 *     exchange.c    one request and the answer to it
 *     head.c        what libmicrohttpd would answer by itself, or hide
 *     answer.c      the answer, as libmicrohttpd sends it or as bytes of our own
 *     farewell.c    the end of a connection whose client may still be sending
 *     park.c        idle connections, taken from libmicrohttpd */
#pragma once

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "http/server.h"
#include "loop/fiber.h"

struct connection;
struct exchange;
struct farewell;

#define ARENA_FIRST_BYTES (16 * 1024)
#define SPARE_ARENAS_MAX 64

struct http_server {
    struct loop *loop;
    struct http_server_options options;
    struct MHD_Daemon *daemon;
    struct watch daemon_watch; /* libmicrohttpd's own epoll descriptor */
    struct watch listen_watch;
    struct timer run_again;    /* libmicrohttpd has more to do than it did in this turn */
    struct timer accept_again; /* no descriptor was left */
    struct loop_hook before_sleep;
    bool has_resumed;  /* libmicrohttpd was told to go on with a connection */
    bool is_listening; /* listen_watch is watched */
    bool is_quiesced;
    uint64_t request_serial;
    size_t running_count; /* requests whose fiber has not ended */
    int connection_count;
    struct connection *connections;
    struct connection *arriving; /* the one that is just handed to libmicrohttpd */
    TAILQ_HEAD(connection_queue, connection) idle; /* answered, and not parked yet; longest first */
    struct timer park;
    int gone_fd; /* a socket whose other end is closed */
    struct farewell *farewells;
    int farewell_count;
    struct arena *spare_arenas[SPARE_ARENAS_MAX];
    size_t spare_arena_count;
};

/* --- server.c --- */

/* Let libmicrohttpd do what is ready. Not from within one of its callbacks. */
void server_run(struct http_server *server);
/* How much memory libmicrohttpd has for each connection. */
size_t server_connection_memory(const struct http_server *server);
/* Listen, unless there is a reason not to. */
void server_accept_if_possible(struct http_server *server);
struct arena *server_arena_take(struct http_server *server);
void server_arena_give_back(struct http_server *server, struct arena *arena);

/* --- connection.c --- */

/* Why a connection ends; the place in the labels of METRIC_CONNECTIONS_ENDED. */
enum limit {
    LIMIT_IDLE,
    LIMIT_HEADER,
    LIMIT_BODY,
    LIMIT_SEND,
    LIMIT_ADDRESS,
    LIMIT_HALF_CLOSED,
};

struct connection {
    struct http_server *server;
    struct connection *next;
    struct connection *previous;
    int fd;                     /* libmicrohttpd's to close once `mhd` is set */
    struct MHD_Connection *mhd; /* NULL until its first bytes have come, and while it is parked */
    struct watch watch;         /* for its first bytes, then for its client to leave */
    bool is_watched;
    bool is_half_closed; /* its client sends no more */
    bool was_given_time; /* half-closed, to have what its client sent read */
    bool is_counted;     /* among those of its address */
    bool is_idle;        /* in the server's list */
    bool is_parking;     /* libmicrohttpd is about to let go of it, and it lives on */
    TAILQ_ENTRY(connection) idle_link;
    int64_t idle_since_ms;
    uint64_t asked_bytes; /* of whole requests; what is chunked does not count */
    int request_count;
    struct sockaddr_storage address;
    socklen_t address_bytes;
    char peer[64];
    struct timer timer; /* fires no later than deadline_ms */
    int64_t deadline_ms;
    enum limit limit;          /* whose deadline that is */
    struct exchange *exchange; /* NULL between requests */
    size_t lead_bytes;         /* of an empty line that came before anything else */
    size_t method_bytes;       /* of its first request, with libmicrohttpd; 0: not known */
    const char *memory;        /* libmicrohttpd's for it; NULL: not known */
    bool was_refused;          /* its client may still be sending what we will not read */
    struct arena *last_arena;  /* where the last words stand; NULL: there are none */
    struct buffer last_words;  /* sent when libmicrohttpd has let go of the connection */
};

/* Take over an accepted, non-blocking descriptor. */
void connection_new(
    struct http_server *server, int fd, const struct sockaddr_storage *address, socklen_t bytes);
/* From now the client has `limit_ms` until the next call of this; below 0: as long as it takes. */
void connection_set_deadline(struct connection *connection, enum limit limit, int64_t limit_ms);
/* Its request runs, and nothing is asked of its client. */
void connection_begin_waiting(struct connection *connection);
/* End it: libmicrohttpd sees its client leave. */
void connection_shut(struct connection *connection);
/* The loop hears no more of its descriptor. */
void connection_unwatch(struct connection *connection);
/* End one that libmicrohttpd does not have. */
void connection_drop(struct connection *connection);
/* libmicrohttpd tells of its beginning and end (MHD_OPTION_NOTIFY_CONNECTION). */
void connection_notified(void *server, struct MHD_Connection *mhd, void **connection,
    enum MHD_ConnectionNotificationCode code);

/* --- park.c --- */

/* It was answered: when nothing is asked for a while, libmicrohttpd lets go of it, and with it of
 * some 40 KiB. The next bytes bring it back. */
void parking_begin(struct connection *connection);
/* It asks again, or ends. */
void parking_end(struct connection *connection);
/* For timer `park`. */
void parking_timer(struct timer *timer);

/* --- exchange.c --- */

enum exchange_stage {
    EXCHANGE_HEAD,     /* its request line was read */
    EXCHANGE_BODY,     /* its head passed the gate */
    EXCHANGE_RUNNING,  /* its fiber waits, its connection is suspended */
    EXCHANGE_ENDED,    /* its fiber ended */
    EXCHANGE_ANSWERED, /* libmicrohttpd has the answer */
};

struct exchange {
    struct fiber *fiber; /* while it runs */
    struct connection *connection;
    struct arena *arena;
    enum exchange_stage stage;
    bool is_suspended;
    const char *line_target; /* where the target stands in libmicrohttpd's memory */
    int64_t began_us;
    size_t head_bytes;      /* as they came */
    const char *head_fault; /* NULL: none was seen */
    char *hidden_cookie;    /* from libmicrohttpd, in its memory; NULL: none is */
    bool is_last;           /* of what is read from its connection */
    struct buffer body;
    struct http_request request;
    struct http_response response;
};

/* One request line was read: libmicrohttpd's MHD_OPTION_URI_LOG_CALLBACK. Answers the exchange. */
void *exchange_begin(void *server, const char *target, struct MHD_Connection *mhd);
/* libmicrohttpd's handler. */
enum MHD_Result
exchange_step(void *server, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_bytes, void **exchange);
/* libmicrohttpd's MHD_OPTION_NOTIFY_COMPLETED. */
void exchange_completed(void *server, struct MHD_Connection *mhd, void **exchange,
    enum MHD_RequestTerminationCode code);
/* Its client took too long to send it: the connection ends, with an answer that says so. */
void exchange_refuse_slow(struct exchange *exchange);
/* Nobody waits for it any more; writes run to their end all the same. */
void exchange_client_left(struct exchange *exchange);
/* An id, an arena, and the connection; nothing read yet. */
struct exchange *exchange_new(struct connection *connection);

/* --- head.c --- */

/* What is wrong with the lines of a head that came already, in libmicrohttpd's memory of at most
 * `bytes`, and would not be seen later; NULL: nothing. It answers a Content-Length that is no
 * number by itself, 0.9.75 with two heads in a row: such a line gets another first letter here, and
 * is left to who refuses it. And it makes two NULs of CR LF as of NUL LF. `ret_cookie` gets the
 * line of cookies that was hidden from it, NULL if none was. */
const char *head_fault(char *head, size_t bytes, char **ret_cookie);
/* It is done with the head. */
void head_show_cookie(char *cookie);

/* --- address.c --- */

/* Count a connection of that address; false when it has as many as it may. */
bool addresses_enter(struct http_addresses *addresses, const struct sockaddr_storage *address);
void addresses_leave(struct http_addresses *addresses, const struct sockaddr_storage *address);

/* --- answer.c --- */

/* Fill the response where no handler did, and let the connection end with it if `close`. */
void answer_refusal(struct exchange *exchange, const struct tn_error *error, bool close);
/* Give the response to libmicrohttpd; the body stays where it is. */
enum MHD_Result answer_queue(struct exchange *exchange);
/* Append the response as it stands on the wire, its connection's last. */
void answer_write(struct buffer *out, const struct exchange *exchange);

/* --- farewell.c --- */

/* Send `bytes` of `words`, then read and forget what still comes, for a moment: closing a socket
 * with unread bytes resets it, and the client may never see the answer. Takes over `fd`. */
void farewell_begin(struct http_server *server, int fd, const char *words, size_t bytes);
/* End all of them now. */
void farewells_end(struct http_server *server);
