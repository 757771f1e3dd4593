#include "postgres/script.h"

#include <ctype.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- where a statement begins ------------------------------------------------------------------
 */

static bool
is_word(char character)
{
    return isalnum((unsigned char)character) || character == '_' || (unsigned char)character >= 128;
}

static const char *
after(const char *at, const char *end_mark)
{
    const char *end = strstr(at, end_mark);
    return end ? end + strlen(end_mark) : at + strlen(at);
}

/* Behind a comment, a string, a quoted name or a dollar quote that begins at `at`; else `at`. */
static const char *
skip_quoted(const char *at, const char *start)
{
    if (at[0] == '-' && at[1] == '-')
        return at + strcspn(at, "\n");
    if (at[0] == '/' && at[1] == '*') {
        int depth = 1;
        for (at += 2; *at && depth; at++)
            if (at[0] == '/' && at[1] == '*') {
                depth++;
                at++;
            } else if (at[0] == '*' && at[1] == '/') {
                depth--;
                at++;
            }
        return at;
    }
    if (*at == '\'' || *at == '"') {
        const char quote = *at;
        const bool has_escapes = quote == '\'' && at > start && (at[-1] == 'E' || at[-1] == 'e') &&
                                 (at - 1 == start || !is_word(at[-2]));
        for (at++; *at && *at != quote; at++)
            if (has_escapes && *at == '\\' && at[1])
                at++;
        return *at ? at + 1 : at;
    }
    if (*at == '$' && (at == start || !is_word(at[-1]))) {
        const char *tag = at + 1;
        while (is_word(*tag))
            tag++;
        if (*tag == '$' && !isdigit((unsigned char)at[1])) {
            char mark[66] = "";
            const size_t length = (size_t)(tag - at) + 1;
            if (length < sizeof mark) {
                memcpy(mark, at, length);
                return after(tag + 1, mark);
            }
        }
    }
    return at;
}

/* The words that open and close what may hold semicolons of its own. */
static int
depth_change(const char *word, size_t length, bool is_in_body)
{
    if (length == 6 && strncasecmp(word, "atomic", 6) == 0)
        return 1;
    if (is_in_body && length == 4 && strncasecmp(word, "case", 4) == 0)
        return 1;
    if (is_in_body && length == 3 && strncasecmp(word, "end", 3) == 0)
        return -1;
    return 0;
}

bool
script_is_in_steps(const char *sql)
{
    const size_t length = strlen(SCRIPT_STEPS_DIRECTIVE);
    return strncmp(sql, SCRIPT_STEPS_DIRECTIVE, length) == 0 &&
           (sql[length] == '\n' || sql[length] == '\r' || !sql[length]);
}

bool
script_statement_next(const char **at_script, struct script_statement *ret_statement)
{
    const char *const sql = *at_script;
    const char *begin = NULL;
    const char *end = NULL;
    int depth = 0;
    const char *at = sql;
    while (*at) {
        const char *next = skip_quoted(at, sql);
        const bool is_comment = next != at && (*at == '-' || *at == '/');
        if (!begin && !is_comment && !isspace((unsigned char)*at) && *at != ';')
            begin = at;
        if (next != at) {
            end = is_comment ? end : next;
            at = next;
        } else if (is_word(*at)) {
            size_t length = 1;
            while (is_word(at[length]))
                length++;
            depth += depth_change(at, length, depth > 0);
            at += length;
            end = at;
        } else if (*at == ';' && depth == 0 && begin) {
            break;
        } else {
            if (!isspace((unsigned char)*at))
                end = at + 1;
            at++;
        }
    }
    if (!begin)
        return false;

    *ret_statement = (struct script_statement){ begin, (size_t)(end - begin) };
    *at_script = *at ? at + 1 : at;
    return true;
}

size_t
script_line(const char *sql, const char *place)
{
    size_t line = 1;
    for (const char *at = sql; at < place; at++)
        line += *at == '\n';
    return line;
}

size_t
script_statement_line(const char *sql, size_t index)
{
    const char *at = sql;
    struct script_statement statement;
    for (; script_statement_next(&at, &statement); index--)
        if (index == 0)
            return script_line(sql, statement.text);
    return script_line(sql, sql + strlen(sql));
}

/* --- running -----------------------------------------------------------------------------------
 */

/* PostgreSQL counts characters, from 1. */
static size_t
line_of_position(const char *sql, long position)
{
    size_t line = 1;
    for (const char *at = sql; *at; at++) {
        if (((unsigned char)*at & 0xc0) != 0x80 && --position <= 0)
            break;
        line += *at == '\n';
    }
    return line;
}

static void
script_error(const PGresult *result, const char *sql, size_t first_line, size_t statements_done,
    struct tn_error *error)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const size_t line = position ? line_of_position(sql, strtol(position, NULL, 10))
                                 : script_statement_line(sql, statements_done);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    if (message && strstr(message, "syntax error at or near \"\\"))
        hint = "commands of psql (\\i, \\restrict) are no SQL: take the line out, or put there "
               "what it reads";
    struct tn_error spoken = { 0 };
    result_error(result, "script", &spoken);

    error_set(error, spoken.code, "line %zu: %s%s%s%s%s%s", first_line + line - 1,
        message ? message : PQresultErrorMessage(result), detail ? " (" : "", detail ? detail : "",
        detail ? ")" : "", hint ? "; mend: " : "", hint ? hint : "");
    memcpy(error->sqlstate, spoken.sqlstate, sizeof error->sqlstate);
    memcpy(error->constraint, spoken.constraint, sizeof error->constraint);
}

bool
script_run(struct direct *direct, const char *sql, struct tn_error *error)
{
    return script_run_from(direct, sql, 1, error);
}

bool
script_run_from(struct direct *direct, const char *sql, size_t first_line, struct tn_error *error)
{
    PGconn *connection = direct_libpq(direct);
    if (!PQsendQuery(connection, sql))
        return error_set(error, TN_UNAVAILABLE, "%s", PQerrorMessage(connection));

    size_t statements_done = 0;
    bool is_done = true;
    for (PGresult *result; (result = PQgetResult(connection)) != NULL; PQclear(result)) {
        const ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
            status == PGRES_EMPTY_QUERY) {
            statements_done++;
            continue;
        }
        if (is_done && status == PGRES_FATAL_ERROR)
            script_error(result, sql, first_line, statements_done, error);
        is_done = false;
        /* COPY would go on asking for data that a script does not have. */
        if (status == PGRES_COPY_IN) {
            error_set(error, TN_MIGRATION, "line %zu: COPY FROM STDIN has no data here: use INSERT",
                first_line - 1 + script_statement_line(sql, statements_done));
            PQputCopyEnd(connection, "no data");
        }
        if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
            PQclear(result);
            return error_set(error, TN_MIGRATION, "line %zu: COPY TO STDOUT has nowhere to go",
                first_line - 1 + script_statement_line(sql, statements_done));
        }
    }
    return is_done;
}
