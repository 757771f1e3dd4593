#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/metrics.h"
#include "base/time.h"
#include "postgres/inside.h"
#include "postgres/libpq.h"

#define CONNECT_LIMIT_MS 5000
#define BACK_OFF_FIRST_MS 50
/* Well below what a group waits (WAIT_LIMIT_MS): who waits shall notice that the server is back. */
#define BACK_OFF_MOST_MS 1000

/* --- watching ---------------------------------------------------------------------------------*/

static void
unwatch(struct connection *connection)
{
    if (connection->is_watched)
        loop_unwatch(connection->pool->loop, &connection->watch);
    connection->is_watched = false;
}

static void connection_is_ready(struct watch *watch, uint32_t events);

static bool
watch(struct connection *connection, uint32_t events)
{
    struct tn_error error = { 0 };
    connection->watch.fd = PQsocket(connection->pg);
    connection->watch.ready = connection_is_ready;
    connection->is_watched = loop_watch(connection->pool->loop, &connection->watch, events, &error);
    return connection->is_watched;
}

void
connection_mark_broken(struct connection *connection)
{
    connection->is_broken = true;
    connection->pool->has_broken = true;
}

/* Send what libpq holds; what the socket does not take now goes when it can. */
static void
flush(struct connection *connection)
{
    const int rest = PQflush(connection->pg);
    if (rest < 0) {
        connection_mark_broken(connection);
        return;
    }

    const bool wants_write = rest > 0;
    if (wants_write != connection->wants_write) {
        connection->wants_write = wants_write;
        loop_watch_events(
            connection->pool->loop, &connection->watch, wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
}

/* --- coming and going -------------------------------------------------------------------------*/

static void
close_libpq(struct connection *connection)
{
    if (connection->state == CONNECTION_READY)
        metric_add(METRIC_DATABASE_CONNECTIONS, lane_label(connection->pool, connection->lane), -1);
    unwatch(connection);
    timer_cancel(connection->pool->loop, &connection->timer);
    timer_cancel(connection->pool->loop, &connection->answer_limit);
    PQfinish(connection->pg);
    connection->pg = NULL;
    connection->is_broken = false;
    connection->is_stale = false;
    connection->wants_write = false;
    connection->is_greeted = false;
    connection->keeps_limits = false;
    connection->entered_type = 0;
}

static uint64_t
next_random(struct pool *pool)
{
    pool->jitter ^= pool->jitter << 13;
    pool->jitter ^= pool->jitter >> 7;
    pool->jitter ^= pool->jitter << 17;
    return pool->jitter;
}

/* Twice as long each time, and never at the same moment as the other connections and loops. */
static int64_t
back_off_ms(struct connection *connection)
{
    int64_t delay_ms = BACK_OFF_FIRST_MS;
    for (int i = 0; i < connection->failures && delay_ms < BACK_OFF_MOST_MS; i++)
        delay_ms *= 2;
    if (delay_ms > BACK_OFF_MOST_MS)
        delay_ms = BACK_OFF_MOST_MS;
    return delay_ms / 2 + (int64_t)(next_random(connection->pool) % (uint64_t)(delay_ms / 2 + 1));
}

static void
back_off(struct connection *connection)
{
    const struct lane *lane = connection->lane;
    if (connection->is_leased || (lane->index == LANE_LEASE && TAILQ_EMPTY(&lane->waiting))) {
        connection->state = CONNECTION_CLOSED;
        return;
    }
    connection->state = CONNECTION_BACKING_OFF;
    timer_start(connection->pool->loop, &connection->timer, back_off_ms(connection));
}

static void
connect_failed(struct connection *connection, const char *why)
{
    struct pool *pool = connection->pool;
    snprintf(pool->last_failure, sizeof pool->last_failure, "%.*s", (int)strcspn(why, "\n"), why);
    metric_add(METRIC_CONNECTS_FAILED, pool->plane, 1);
    close_libpq(connection);
    back_off(connection);
    connection->failures++;
}

static void
become_ready(struct connection *connection)
{
    timer_cancel(connection->pool->loop, &connection->timer);
    connection->failures = 0;
    connection->state = CONNECTION_READY;
    metric_add(METRIC_DATABASE_CONNECTIONS, lane_label(connection->pool, connection->lane), 1);
    connection->pool->last_failure[0] = '\0';
    if (connection->prepared_count > 0)
        memset(connection->prepared, 0, connection->prepared_count * sizeof *connection->prepared);
    lane_dispatch(connection->lane);
}

static void
greeting_is_readable(struct connection *connection)
{
    if (!greeting_read(connection))
        connect_failed(connection, PQerrorMessage(connection->pg));
    else if (connection->is_greeted)
        become_ready(connection);
}

static void
connected(struct connection *connection)
{
    PQsetNoticeProcessor(connection->pg, libpq_drop_notice, NULL);
    if (PQsetnonblocking(connection->pg, 1) != 0 || !PQenterPipelineMode(connection->pg) ||
        !watch(connection, EPOLLIN)) {
        connect_failed(connection, "pipeline mode could not be entered");
        return;
    }

    if (!greeting_is_due(connection))
        become_ready(connection);
    else if (greeting_send(connection))
        connection->state = CONNECTION_GREETING;
    else
        connect_failed(connection, PQerrorMessage(connection->pg));
}

static void
connect_poll(struct connection *connection)
{
    /* libpq may close its socket and open another one with the same number. */
    unwatch(connection);
    const PostgresPollingStatusType status = PQconnectPoll(connection->pg);
    if (status == PGRES_POLLING_OK)
        connected(connection);
    else if (status == PGRES_POLLING_FAILED)
        connect_failed(connection, PQerrorMessage(connection->pg));
    else if (!watch(connection, status == PGRES_POLLING_READING ? EPOLLIN : EPOLLOUT))
        connect_failed(connection, "its socket could not be watched");
}

static void
connect_start(struct connection *connection)
{
    assert(!connection->pg);
    struct libpq_keywords keywords;
    libpq_keywords_fill(&keywords, connection->pool->url);
    connection->pg = PQconnectStartParams(keywords.names, keywords.values, 1);
    connection->state = CONNECTION_CONNECTING;
    timer_start(connection->pool->loop, &connection->timer, CONNECT_LIMIT_MS);

    if (!connection->pg)
        connect_failed(connection, "no memory");
    else if (PQstatus(connection->pg) == CONNECTION_BAD)
        connect_failed(connection, PQerrorMessage(connection->pg));
    else if (!watch(connection, EPOLLOUT))
        connect_failed(connection, "its socket could not be watched");
}

static void
timer_fired(struct timer *timer)
{
    struct connection *connection = CONTAINER_OF(timer, struct connection, timer);
    if (connection->state == CONNECTION_CONNECTING || connection->state == CONNECTION_GREETING)
        connect_failed(connection, "connecting took too long");
    else
        connect_start(connection);
}

void
connection_open(struct connection *connection)
{
    connection->state = CONNECTION_BACKING_OFF;
    connection->timer.fire = timer_fired;
    timer_start(connection->pool->loop, &connection->timer, 0);
}

static void
count_end(const struct group *group)
{
    const int label = lane_label(group->pool, group->lane);
    metric_add(METRIC_FLIGHTS_UNDER_WAY, label, -1);
    metric_add(METRIC_FLIGHTS_FAILED, label, group->has_failed);
    metric_observe(METRIC_FLIGHT_SECONDS, label, time_monotonic_us() - group->since_us);
}

static void
fail_with_connection(struct group *group)
{
    const struct pool *pool = group->pool;
    const char *why = pool->last_failure;
    group->connection = NULL;
    if (!group->has_failed) {
        const bool is_unknown = group->may_commit && group->has_sync;
        group->has_failed = true;
        metric_add(METRIC_OUTCOMES_UNKNOWN, pool->plane, is_unknown);
        if (is_unknown)
            error_set(&group->error, TN_OUTCOME_UNKNOWN,
                "%s: the connection broke before the answer: %s", pool->name, why);
        else
            error_set(
                &group->error, TN_UNAVAILABLE, "%s: the connection broke: %s", pool->name, why);
    }
    count_end(group);
    group_finish(group);
}

void
connection_break(struct connection *connection, const char *why)
{
    struct pool *pool = connection->pool;
    snprintf(pool->last_failure, sizeof pool->last_failure, "%.*s", (int)strcspn(why, "\n"), why);
    metric_add(METRIC_CONNECTIONS_BROKEN, pool->plane, 1);
    close_libpq(connection);
    back_off(connection);

    struct group *group;
    while ((group = TAILQ_FIRST(&connection->groups)) != NULL) {
        TAILQ_REMOVE(&connection->groups, group, link);
        connection->group_count--;
        fail_with_connection(group);
    }
    lane_dispatch(connection->lane);
}

void
connection_done(struct connection *connection)
{
    assert(connection->group_count == 0 && !connection->is_leased && !connection->cancel);
    close_libpq(connection);
    free(connection->prepared);
}

/* Each statement has a limit in PostgreSQL, which is shorter. So this is no slow statement: the
 * network swallows what is sent, or the machine stands still. */
void
connection_answer_limit(struct timer *timer)
{
    struct connection *connection = CONTAINER_OF(timer, struct connection, answer_limit);
    struct pool *pool = connection->pool;
    if (connection->group_count == 0)
        return;

    const int64_t left_ms = connection->heard_ms + pool->answer_limit_ms - time_monotonic_ms();
    if (left_ms > 0)
        timer_start(pool->loop, timer, left_ms);
    else
        connection_break(connection, "the server said nothing for too long");
}

bool
connection_has_room(const struct connection *connection)
{
    return connection->state == CONNECTION_READY && !connection->is_broken &&
           !connection->is_stale && !connection->is_leased &&
           connection->group_count < connection->lane->depth;
}

/* --- sending ----------------------------------------------------------------------------------*/

static struct command *
command_add(struct group *group, int step)
{
    assert(group->command_count < COMMANDS_MAX);
    struct command *command = &group->commands[group->command_count++];
    *command = (struct command){ .step = (unsigned char)step };
    return command;
}

/* Is it sent in the form whose first parameter enters the organization? */
static bool
step_enters(const struct group *group, int index)
{
    return group->is_spared && index == 1 && group->flight->entry == FLIGHT_ENTRY_ORGANIZATION;
}

static bool
send_unnamed(struct connection *connection, struct group *group, int index)
{
    const struct flight_step *step = &group->flight->steps[index];
    const struct statement *statement = step->statement;
    uint32_t types[ENTERING_PARAMETERS_MAX];
    command_add(group, index);
    return PQsendQueryParams(connection->pg, statement->text, statement->parameter_count,
        step_enters(group, index) ? entering_types(connection, statement, types) : statement->types,
        step->values, step->lengths, step->formats, 1);
}

static bool
send_step(struct connection *connection, struct group *group, int index)
{
    const struct flight_step *step = &group->flight->steps[index];
    const struct statement *statement = step->statement;
    if (!statement->name || connection->pool->unnamed)
        return send_unnamed(connection, group, index);

    /* A Parse that is not answered may yet be skipped, since its group failed: until then the name
     * is not to be relied on, nor to be given again. */
    const bool enters = step_enters(group, index);
    const size_t known = known_index(connection->pool, statement, enters);
    struct prepared *prepared = prepared_at(connection, known);
    if (prepared->state == PREPARED_PENDING)
        return send_unnamed(connection, group, index);

    char name[STATEMENT_NAME_BYTES];
    known_name(&connection->pool->known.list[known], name);
    if (prepared->state == PREPARED_NOT) {
        struct command *parse = command_add(group, index);
        parse->is_parse = true;
        parse->generation = prepared->generation;
        prepared->state = PREPARED_PENDING;
        uint32_t types[ENTERING_PARAMETERS_MAX];
        if (!PQsendPrepare(connection->pg, name, statement->text, statement->parameter_count,
                enters ? entering_types(connection, statement, types) : statement->types))
            return false;
    }

    struct command *execute = command_add(group, index);
    execute->is_named = true;
    execute->generation = prepared->generation;
    return PQsendQueryPrepared(connection->pg, name, statement->parameter_count, step->values,
        step->lengths, step->formats, 1);
}

static bool
send_steps(struct connection *connection, struct group *group)
{
    group->is_spared = entry_is_spared(connection, group->flight);
    for (int i = group->is_spared; i < group->flight->step_count; i++) {
        if (!send_step(connection, group, i))
            return false;
    }

    /* Without it nothing of the group can last. In libpq 15 it sends what was gathered: one system
     * call a group. */
    group->has_sync = true;
    return PQpipelineSync(connection->pg);
}

void
connection_send(struct connection *connection, struct group *group)
{
    group->connection = connection;
    group->sent = ++connection->pool->sent_count;
    group->since_us = time_monotonic_us();
    metric_add(METRIC_FLIGHTS, lane_label(group->pool, group->lane), 1);
    metric_add(METRIC_FLIGHTS_UNDER_WAY, lane_label(group->pool, group->lane), 1);
    TAILQ_INSERT_TAIL(&connection->groups, group, link);
    if (connection->group_count++ == 0)
        connection->heard_ms = group->since_us / 1000;
    if (connection->answer_limit.due_ms == 0)
        timer_start(
            connection->pool->loop, &connection->answer_limit, connection->pool->answer_limit_ms);
    if (send_steps(connection, group))
        flush(connection);
    else
        connection_mark_broken(connection);
}

/* --- reading ----------------------------------------------------------------------------------*/

/* The command whose answer is being read, NULL when it is the Sync. */
static const struct command *
current_command(const struct group *group)
{
    return group->command_at < group->command_count ? &group->commands[group->command_at] : NULL;
}

static void
parse_answered(struct group *group, const struct command *command, bool worked)
{
    const struct statement *statement = group->flight->steps[command->step].statement;
    struct prepared *prepared = prepared_at(
        group->connection, known_index(group->pool, statement, step_enters(group, command->step)));
    /* Another group may have had to change the name meanwhile. */
    if (prepared->generation == command->generation)
        prepared->state = worked ? PREPARED_YES : PREPARED_NOT;
}

static void
take_result(struct group *group, const struct command *command, PGresult *result)
{
    if (!command || command->is_parse) {
        if (command)
            parse_answered(group, command, true);
        PQclear(result);
        return;
    }
    struct flight_step *step = &group->flight->steps[command->step];
    PQclear(step->result);
    step->result = result;
}

static bool
is_fatal(const PGresult *result)
{
    /* PgBouncer sends the localized one only, and does not localize it. */
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (!severity)
        severity = PQresultErrorField(result, PG_DIAG_SEVERITY);
    return severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

/* A plan or a name that the server does not have any more, for a name that it had. */
static void
notice_forgotten(struct group *group, const struct command *command)
{
    const char *sqlstate = group->error.sqlstate;
    if (!command->is_named || (strcmp(sqlstate, "26000") != 0 && strcmp(sqlstate, "0A000") != 0))
        return;

    const struct statement *statement = group->flight->steps[command->step].statement;
    const bool enters = step_enters(group, command->step);
    const size_t index = known_index(group->pool, statement, enters);
    if (group->pool->known.list[index].generation == command->generation)
        known_renew(group->pool, statement, enters);
    if (group->pool->schema_changed && strcmp(sqlstate, "0A000") == 0)
        group->pool->schema_changed(group->pool->owner);
    group->was_forgotten = true;
}

/* What PostgreSQL makes of a text depends on the types of its parameters, so that one that it takes
 * with text as the first may be refused in the form that enters. Then the entry is sent. */
static void
notice_unfit(struct group *group, const struct command *command)
{
    if (!step_enters(group, command->step) || (command->is_named && !command->is_parse) ||
        strncmp(group->error.sqlstate, "42", 2) != 0)
        return;

    known_forbid_entering(group->pool, group->flight->steps[command->step].statement);
    group->was_forgotten = true;
}

static void
take_error(struct group *group, const struct command *command, const PGresult *result)
{
    if (command && command->is_parse)
        parse_answered(group, command, false);
    if (group->has_failed || PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        return;

    const bool is_of_libpq = !PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (is_of_libpq && PQstatus(group->connection->pg) == CONNECTION_BAD)
        return; /* connection_break says what that means for the group */

    /* The connection ended in place of the answer that it lasts. Class 08 is what a pooler says
     * when its server is gone, maybe in place of answers that it had and did not pass on: a group
     * that was sent whole may have lasted. connection_break says so. */
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (is_fatal(result) && (!command || step_is(&group->flight->steps[command->step], "commit") ||
                                (sqlstate && strncmp(sqlstate, "08", 2) == 0)))
        return;

    const char *name =
        command ? group->flight->steps[command->step].statement->name : "end of the transaction";
    group->has_failed = true;
    result_error(result, name ? name : "statement", &group->error);
    if (strcmp(group->error.sqlstate, "25006") == 0)
        group->connection->is_stale = true;
    if (command) {
        notice_forgotten(group, command);
        notice_unfit(group, command);
    }
}

static void
group_is_answered(struct connection *connection, struct group *group)
{
    TAILQ_REMOVE(&connection->groups, group, link);
    connection->group_count--;
    group->connection = NULL;
    for (int i = group->is_spared; i < group->flight->step_count && !group->has_failed; i++) {
        if (!group->flight->steps[i].result) {
            group->has_failed = true;
            error_set(&group->error, TN_DATABASE, "an answer is missing");
        }
    }
    count_end(group);
    group_finish(group);
}

/* What libpq has of one answer; false when there is nothing to go on with. */
static bool
take_answer(struct connection *connection, struct group *group)
{
    PGresult *result = PQgetResult(connection->pg);
    if (!result) {
        /* The end of a command's answers; a second one in a row is the end of what there is. */
        const bool goes_on = group->has_answer;
        group->command_at += goes_on && current_command(group);
        group->has_answer = false;
        return goes_on;
    }

    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        group_is_answered(connection, group);
        return true;
    }

    group->has_answer = true;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY) {
        take_result(group, current_command(group), result);
        return true;
    }
    take_error(group, current_command(group), result);
    PQclear(result);
    if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED)
        return true;

    /* COPY: libpq can go neither on nor back. */
    connection_mark_broken(connection);
    return false;
}

static void
connection_read(struct connection *connection)
{
    const bool is_alive = PQconsumeInput(connection->pg);
    connection->heard_ms = time_monotonic_ms();

    /* What came before the end of the connection counts. Asked also when nobody waits, so that
     * libpq takes notices out of its buffer. */
    struct group *group;
    while (!PQisBusy(connection->pg) && (group = TAILQ_FIRST(&connection->groups)) != NULL &&
           take_answer(connection, group))
        ;

    if (!is_alive || PQstatus(connection->pg) == CONNECTION_BAD)
        connection_break(connection, PQerrorMessage(connection->pg));
    else if (connection->is_stale && connection->group_count == 0 && !connection->is_leased)
        connection_break(connection, "the server is read-only");
    else
        lane_dispatch(connection->lane);
}

static void
connection_is_ready(struct watch *watched, uint32_t events)
{
    struct connection *connection = CONTAINER_OF(watched, struct connection, watch);
    if (connection->state == CONNECTION_CONNECTING) {
        connect_poll(connection);
        return;
    }
    if (connection->state == CONNECTION_GREETING) {
        greeting_is_readable(connection);
        return;
    }
    if (connection->is_broken)
        return;

    if (events & EPOLLOUT)
        flush(connection);
    if (events & ~(uint32_t)EPOLLOUT)
        connection_read(connection);
}
