/* What a handle stands for, behind its slot. Inside src/tenant and src/raw only. */
#pragma once

#include "tenant/runtime.h"
#include "tenant/standing.h"

enum handle_kind {
    HANDLE_FREE,
    HANDLE_IDENTITY,
    HANDLE_MEMBERSHIP,
    HANDLE_DB,
    HANDLE_RAW,
};

/* The tables that a transaction wrote, each once, for its bumps. */
struct written {
    const char **tables;
    size_t count;
    size_t capacity;
};

struct versions;

struct scope {
    enum handle_kind kind;
    struct tenant_runtime *runtime;
    struct pool *pool;
    struct arena *arena;
    const char *organization_id; /* NULL on HANDLE_IDENTITY and HANDLE_RAW */
    struct read_log *reads;      /* may be NULL */
    struct standing *standing;   /* of who asks, as they were remembered; NULL: they were asked */
    const char *actor;           /* identity plane: who makes the changes; NULL: not known */
    const char *raw_program;     /* HANDLE_RAW: who and why, recorded with each use */
    const char *raw_purpose;

    bool busy;           /* a transaction was opened from it and has not ended */
    struct lease *lease; /* inside a transaction */
    bool has_begun;      /* BEGIN was sent on the lease */
    struct written written;
    struct stream *stream; /* that was opened from it and has not ended */

    bool reads_replica;              /* what only reads goes there (replica.h) */
    const struct versions *versions; /* of now, as the primary says; NULL: not asked for yet */
};

struct tn_handle_slot {
    uint64_t serial; /* 0 while it is free */
    struct scope scope;
    struct tn_handle_slot *next_free;
};

/* The slot is zeroed but for kind and runtime; the caller fills in the rest. TN_OVERLOADED when all
 * are open. */
MUST_USE bool handle_open(struct tenant_runtime *runtime, enum handle_kind kind,
    struct tn_handle_slot **ret_slot, struct tn_error *error);
void handle_close(struct tn_handle_slot *slot, uint64_t serial, enum handle_kind kind);
/* NULL unless slot and serial are an open handle of that kind on this thread. */
struct scope *
handle_scope(const struct tn_handle_slot *slot, uint64_t serial, enum handle_kind kind);
MUST_USE bool handle_check(const struct tn_handle_slot *slot, uint64_t serial,
    enum handle_kind kind, const char *what, struct scope **ret_scope, struct tn_error *error);

/* The runtime from the inside. */
struct pool *runtime_tenant_pool(const struct tenant_runtime *runtime);
struct pool *runtime_replica_pool(const struct tenant_runtime *runtime); /* NULL: none */
const struct tenant_limits *runtime_limits(const struct tenant_runtime *runtime);
const char *const *runtime_limit_texts(const struct tenant_runtime *runtime, bool alone);
/* The statement of a query, made once: pools know statements by their address. */
const struct statement *
runtime_statement(struct tenant_runtime *runtime, const struct tn_query *query);
/* Likewise the one that opens a cursor for it. */
const struct statement *
runtime_declaration(struct tenant_runtime *runtime, const struct tn_query *query);

/* End the stream of a handle that is closed. */
void stream_abandon(struct stream *stream);
