/* What the files of the pool know of each other, and nobody else.
 *
 * A group is a flight on its way; it lies on the stack of the fiber that waits for it. It waits in
 * the queue of its organization (turn.c) until it is that one's turn, then in its lane's until a
 * connection has room, then among its connection's, in the order in which they were sent, until its
 * Sync is answered. A lease is a group without a flight: it gets the connection itself.
 *
 * Nothing that is called while a connection is read may free it: one that fails is marked
 * (is_broken), and the pool's hook closes it at the end of the turn. */
#pragma once

#include <libpq-fe.h>
#include <strings.h>
#include <sys/queue.h>

#include "loop/fiber.h"
#include "postgres/pool.h"

enum lane_index {
    LANE_READ,
    LANE_WRITE,
    LANE_LEASE,
    LANE_COUNT,
};

TAILQ_HEAD(group_list, group);

struct lane {
    enum lane_index index;
    struct connection *connections;
    int connection_count;
    int depth; /* groups on one connection */
    struct group_list waiting;
};

/* What one organization has under way; entries without use are freed. */
struct turn {
    uint64_t key; /* hash of the organization's id: two that share it share their turns, no more */
    int users;    /* groups that have or await a turn */
    int taken[LANE_COUNT];
    struct group_list waiting[LANE_COUNT];
    struct turn *next;
};

#define TURN_BUCKETS 256

/* A name may have to be changed when a server forgot it; `generation` counts those changes. */
#define STATEMENT_NAME_BYTES 72

struct known_statement {
    const struct statement *statement;
    bool enters; /* the form of it whose first parameter enters the organization */
    bool cannot_enter;
    unsigned generation;
    char name[STATEMENT_NAME_BYTES]; /* on connections, of this form and generation */
};

struct known_statements {
    struct known_statement *list; /* connections know them by their index */
    size_t count;
    size_t capacity;
    uint32_t *buckets; /* index + 1, 0 is free; open addressing by address */
    size_t bucket_count;
};

/* A statement of an organization that is too much for shared connections. */
struct offender {
    uint64_t key;
    int hits;
};

#define OFFENDERS_MAX 256

enum prepared_state {
    PREPARED_NOT,
    PREPARED_PENDING, /* Parse was sent; it may yet be skipped */
    PREPARED_YES,     /* Parse was answered */
};

struct prepared {
    enum prepared_state state;
    unsigned generation; /* of which PENDING or YES is true */
};

enum connection_state {
    CONNECTION_CLOSED, /* and not wanted */
    CONNECTION_CONNECTING,
    CONNECTION_GREETING, /* what greeting.c asks was not answered yet */
    CONNECTION_READY,
    CONNECTION_BACKING_OFF, /* until its timer fires */
};

struct connection {
    struct pool *pool;
    struct lane *lane;
    PGconn *pg;
    enum connection_state state;
    bool is_broken;
    bool is_leased;
    bool is_watched;
    bool is_greeted;
    bool keeps_limits;     /* the session is ours alone, and its limits are the pool's */
    uint32_t entered_type; /* of a parameter that enters its organization; 0: there is none */
    bool was_cancelled;    /* since it was leased */
    bool is_returning;     /* it is made clean: nothing that runs now is to be cancelled */
    PGcancel *cancel;      /* while a worker is in PQcancel */
    struct worker_job cancel_job;
    struct fiber *cancel_waiter; /* gives the lease back, as soon as that is over */
    bool wants_write;
    struct watch watch;
    struct timer timer;        /* for connecting, or for backing off */
    int failures;              /* to connect, in a row */
    struct timer answer_limit; /* while groups are under way, or shortly after */
    int64_t heard_ms;          /* when the server last said something, or was first asked */
    bool is_stale;             /* its server takes no writes: to be opened anew, maybe to another */
    struct group_list groups;
    int group_count;
    struct prepared *prepared; /* by the index of the known statement */
    size_t prepared_count;
};

#define COMMANDS_MAX (2 * FLIGHT_STEPS_MAX)

struct command {
    unsigned char step;
    bool is_parse;
    bool is_named;
    unsigned generation; /* of the name, for these two */
};

struct group {
    TAILQ_ENTRY(group) link;
    struct pool *pool;
    struct lane *lane;
    struct flight *flight; /* NULL: a lease */
    struct fiber *fiber;
    struct turn *turn; /* NULL: no limit for its organization in this lane */
    bool has_turn;
    struct group_list *waits_in; /* NULL: nowhere */
    struct fiber_hope hope;
    struct timer wait_limit;
    struct connection *connection;
    uint64_t sent;    /* the pool's count when it was sent: greater is younger */
    int64_t since_us; /* when it began to wait, then when it was sent */
    int64_t first_us; /* since when none is before it on its connection */
    int64_t took_us;  /* from then on, until its Sync was answered */
    struct command commands[COMMANDS_MAX];
    int command_count;
    int command_at; /* whose answer comes next */
    bool is_spared; /* the first step was not sent: the connection saw to it */
    bool has_answer;
    bool has_sync;   /* so the server may have seen the end of it */
    bool may_commit; /* its Sync may make something last */
    bool has_failed;
    bool was_forgotten; /* it failed since the server does not know a name any more */
    struct tn_error error;
};

struct pool {
    struct loop *loop;
    char *url;
    char *name;
    int plane; /* 0 identity, 1 tenant, 2 replica: the place in the labels of metrics */
    bool unnamed;
    char limits[2][12]; /* of a statement, of a lock, in ms; empty: groups set them all */
    struct worker_pool *workers;
    int64_t answer_limit_ms;
    int64_t statement_ms; /* the limit on shared connections */
    struct offender offenders[OFFENDERS_MAX];
    void (*schema_changed)(void *owner);
    void *owner;
    int queue_limit;
    int waiting_count;
    struct lane lanes[LANE_COUNT];
    int turn_limit[LANE_COUNT];
    struct turn *turns[TURN_BUCKETS];
    struct turn *spare_turn;
    struct known_statements known;
    uint64_t sent_count;
    uint64_t jitter;
    struct timer warm; /* then the rest of the connections that are kept open is opened */
    int kept_reads;
    bool has_broken; /* a connection that the hook shall close */
    struct loop_hook hook;
    char last_failure[256];         /* why there is no connection */
    struct connection *connections; /* of all lanes */
    int connection_count;
};

/* The place of a lane's labels in definitions/metrics.def. */
static inline int
lane_label(const struct pool *pool, const struct lane *lane)
{
    return pool->plane * LANE_COUNT + (int)lane->index;
}

/* Is it this statement of the language's own: "begin", "commit"? */
static inline bool
step_is(const struct flight_step *step, const char *text)
{
    return strcasecmp(step->statement->text, text) == 0;
}

/* --- lane.c ---------------------------------------------------------------------------------- */

/* Have the group sent, now or when it can be; false and `group->error` when the queue is full.
 * On true the fiber must wait. */
MUST_USE bool group_send(struct group *group, const char *organization_id);
/* From its fiber, after group_send: until it is over. */
void group_wait(struct group *group);
/* The group is over: its fiber goes on, the next of its organization takes its turn. */
void group_finish(struct group *group);
/* The second half of that. */
void group_pass_turn(struct group *group);
/* Give waiting groups the connections that have room; open more where they are needed. */
void lane_dispatch(struct lane *lane);
bool lane_is_connected(const struct lane *lane);
/* Is any of its connections there, or about to be? */
bool lane_is_open(const struct lane *lane);
/* Connect one that is closed, if there is any. */
void lane_open_one(struct lane *lane);

/* --- connection.c ---------------------------------------------------------------------------- */

/* Connect, in the next turn: it may be asked for on the small stack of a fiber, and what libpq
 * calls to find a host's address is not made for those. */
void connection_open(struct connection *connection);
/* Go on with one that is connected already. */
void connection_adopt(struct connection *connection, PGconn *pg);
/* Have it closed at the end of the turn. */
void connection_mark_broken(struct connection *connection);
/* Close it: what was on it fails. Opens it again after a while where it is wanted. */
void connection_break(struct connection *connection, const char *why);
/* Close it for good; nothing may be on it. */
void connection_done(struct connection *connection);
/* Have the statement that runs on a leased connection cancelled, by a worker. */
void connection_cancel(struct connection *connection);
/* From the fiber that leased it: wait until no cancelling is under way. */
void connection_wait_for_cancel(struct connection *connection);
/* Its server said nothing for too long, while an answer was due. For timer `answer_limit`. */
void connection_answer_limit(struct timer *timer);
/* May a group be given to it? */
bool connection_has_room(const struct connection *connection);

/* --- pipeline.c ------------------------------------------------------------------------------ */

/* Put the group into the pipeline. */
void connection_send(struct connection *connection, struct group *group);
/* Take what came. */
void connection_read(struct connection *connection);
/* Send what libpq holds; what the socket does not take now goes when it can. */
void connection_flush(struct connection *connection);
/* The group is on no connection any more: count it, and tell who waits. */
void pipeline_end(struct group *group);

/* --- greeting.c ------------------------------------------------------------------------------ */

bool greeting_is_due(const struct connection *connection);
/* Set the limits of a session that is ours alone, and learn what its database can do. */
MUST_USE bool greeting_send(struct connection *connection);
/* Take what came; `is_greeted` when that was all. False: the connection is broken. */
MUST_USE bool greeting_read(struct connection *connection);
/* Need the first step not be sent on this connection? */
bool entry_is_spared(const struct connection *connection, const struct flight *flight);
/* The types of the parameters of the form that enters; `types` is for them. */
#define ENTERING_PARAMETERS_MAX 64
const uint32_t *entering_types(const struct connection *connection,
    const struct statement *statement, uint32_t types[ENTERING_PARAMETERS_MAX]);

/* --- turn.c ---------------------------------------------------------------------------------- */

/* Take the organization's turn for the group's lane; false: it must wait in `*ret_list`. */
bool turn_take(struct group *group, const char *organization_id, struct group_list **ret_list);
/* The group needs it no more; answers the waiting one that has the turn now, NULL for none. */
struct group *turn_give(struct group *group);
void turns_free(struct pool *pool);

/* --- offender.c ------------------------------------------------------------------------------ */

/* What is counted together: its statement, of its organization. */
uint64_t offender_key(const struct flight *flight);
/* Did the like of it hold up others again and again? Then it is to fly alone. */
bool offender_is(struct pool *pool, uint64_t key);
/* It hit its limit on a shared connection. */
void offender_hit(struct pool *pool, uint64_t key);
/* It flew on a shared connection, which for that time was its own, and has its results. */
void offender_flew(struct pool *pool, uint64_t key, const struct flight *flight, int64_t took_us);
/* It flew alone, in that time: what was quick, and is not large, may share again. */
void
offender_flew_alone(struct pool *pool, uint64_t key, const struct flight *flight, int64_t took_us);

/* --- prepared.c ------------------------------------------------------------------------------ */

/* Its index among the pool's known statements. */
size_t known_index(struct pool *pool, const struct statement *statement, bool enters);
/* From now on under another name. */
void known_renew(struct pool *pool, const struct statement *statement, bool enters);
/* Its text does not go with a first parameter that enters. */
void known_forbid_entering(struct pool *pool, const struct statement *statement);
bool known_cannot_enter(struct pool *pool, const struct statement *statement);
void known_free(struct pool *pool);
/* What the connection knows of the statement with this index. */
struct prepared *prepared_at(struct connection *connection, size_t index);
