/* A connection that attacks: every statement is tried, and failing is an answer. Either each
 * statement stands alone, or all are in one transaction that is never committed. */
#pragma once

#include "verifier/audit.h"
#include "verifier/rows.h"

enum { SESSION_WAITING_MAX = 64 };

struct session {
    struct direct *direct;
    struct arena *arena;
    struct audit *audit;
    bool is_superuser;   /* of the connection's own role */
    bool sees_all;       /* no policy holds the connection's own role */
    bool in_transaction; /* tries are savepoints of it */
    bool is_replica;     /* may switch triggers and foreign keys off */
    /* In a transaction, what has to work waits for the next try and goes with it: a round trip each
     * would cost more than the statements. In an arena of its own. */
    struct arena *waiting_arena;
    const char *waiting[SESSION_WAITING_MAX];
    size_t waiting_count;
};

/* What a try came to. */
struct outcome {
    bool succeeded;
    char sqlstate[6];
    char message[512];
    char constraint[64];
    struct rows rows; /* freed by outcome_done */
    int64_t affected;
};

void outcome_done(struct outcome *outcome);
#define AUTO_OUTCOME __attribute__((cleanup(outcome_done))) struct outcome

/* With short timeouts. `is_read_only` for what only asks. */
MUST_USE bool session_open(struct audit *audit, const char *url, bool is_read_only,
    struct session *ret_session, struct tn_error *error);
void session_close(struct session *session);
#define AUTO_SESSION __attribute__((cleanup(session_close))) struct session

/* Statements that have to work; in a transaction not before the next try, or session_flush, which
 * fails if one of them does. Several have ";" between. */
MUST_USE bool session_run(struct session *session, const char *sql, struct tn_error *error);
MUST_USE bool session_flush(struct session *session, struct tn_error *error);
/* One statement that may fail. False only when the connection is lost. What it did stays, unless it
 * failed. */
MUST_USE bool session_try(
    struct session *session, const char *sql, struct outcome *ret_outcome, struct tn_error *error);
/* Each tried by itself, in one round trip; in a transaction what it did is undone. */
MUST_USE bool session_try_all(struct session *session, const char *const *sqls,
    struct outcome *ret_outcomes, size_t count, struct tn_error *error);
/* In a transaction: see to it that the connection may work as the application's roles, by lending
 * them to it until the rollback where it may; the others are marked `is_out_of_reach`. `ret_any`:
 * one is within reach. */
MUST_USE bool session_join_roles(struct session *session, bool *ret_any, struct tn_error *error);
/* Work as the role from here on; NULL: as oneself again. `is_local`: until the transaction's or
 * savepoint's end. */
const char *session_become(const struct session *session, const struct role *role, bool is_local);
