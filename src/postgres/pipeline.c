#include <assert.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/metrics.h"
#include "base/time.h"
#include "postgres/inside.h"

void
pipeline_end(struct group *group)
{
    const int label = lane_label(group->pool, group->lane);
    metric_add(METRIC_FLIGHTS_UNDER_WAY, label, -1);
    metric_add(METRIC_FLIGHTS_FAILED, label, group->has_failed);
    metric_observe(METRIC_FLIGHT_SECONDS, label, time_monotonic_us() - group->since_us);
    group_finish(group);
}

/* --- sending ----------------------------------------------------------------------------------*/

void
connection_flush(struct connection *connection)
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

    const char *name = connection->pool->known.list[known].name;
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
    if (connection->group_count++ == 0) {
        connection->heard_ms = group->since_us / 1000;
        group->first_us = group->since_us;
    }
    if (connection->answer_limit.due_ms == 0)
        timer_start(
            connection->pool->loop, &connection->answer_limit, connection->pool->answer_limit_ms);
    if (send_steps(connection, group))
        connection_flush(connection);
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
    struct group *next = TAILQ_NEXT(group, link);
    const int64_t now_us = time_monotonic_us();
    TAILQ_REMOVE(&connection->groups, group, link);
    connection->group_count--;
    group->connection = NULL;
    group->took_us = now_us - group->first_us;
    if (next)
        next->first_us = now_us;
    for (int i = group->is_spared; i < group->flight->step_count && !group->has_failed; i++) {
        if (!group->flight->steps[i].result) {
            group->has_failed = true;
            error_set(&group->error, TN_DATABASE, "an answer is missing");
        }
    }
    pipeline_end(group);
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

void
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
