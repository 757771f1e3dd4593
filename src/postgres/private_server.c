#include "postgres/private_server.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/time.h"
#include "postgres/private_folder.h"
#include "postgres/private_process.h"
#include "postgres/scram.h"

enum {
    /* A server that recovers from a crash answers "starting up"; this is for one that says nothing.
     */
    SILENCE_MS = 30000,
    LOG_TAIL_BYTES = 300,
};

struct private_server {
    struct private_folder folder;
    struct arena *arena; /* of the URLs */
    pid_t supervisor;    /* 0: none */
    int control;
};

static const char *const role_names[] = PRIVATE_ROLE_NAMES;
/* Of the roles after the superuser. The owner owns the database; that makes the schema public its.
 */
static const char *const role_options[] = { "", "", "", "", "BYPASSRLS" };

/* The end of PostgreSQL's log, for an error's detail. */
static void
log_tail(const struct private_folder *folder, char tail[LOG_TAIL_BYTES])
{
    tail[0] = '\0';
    const int fd = open(folder->log, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;

    const off_t end = lseek(fd, 0, SEEK_END);
    const off_t start = end > LOG_TAIL_BYTES - 1 ? end - (LOG_TAIL_BYTES - 1) : 0;
    const ssize_t length = pread(fd, tail, LOG_TAIL_BYTES - 1, start);
    tail[length > 0 ? length : 0] = '\0';
    close(fd);
    for (char *at = tail; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
}

/* initdb reads the superuser's password from a file, which its user can read and nobody else. */
static bool
password_file_make(const struct private_folder *folder, const char *path, struct tn_error *error)
{
    unlink(path);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(error, TN_CONFIGURATION, "cannot make %s: %s", path, strerror(errno));

    const bool is_written = dprintf(fd, "%s\n", folder->passwords[0]) > 0 &&
                            (!folder->changes_user || !fchown(fd, folder->uid, folder->gid));
    close(fd);
    return is_written || error_set(error, TN_CONFIGURATION, "cannot write %s", path);
}

/* Made under another name and renamed when whole: a start that was interrupted leaves no half of a
 * data directory behind. */
static bool
data_make(const struct private_folder *folder, struct tn_error *error)
{
    if (!access(folder->data, F_OK))
        return true;

    char new_data[PATH_MAX + 4];
    char password_file[PATH_MAX];
    char password_argument[PATH_MAX + 16];
    char program[PATH_MAX];
    const char *initdb[] = { program, "-D", new_data, "-U", "postgres", "-E", "UTF8",
        "--locale=C.UTF-8", "--auth=scram-sha-256", password_argument,
        folder->is_scratch ? "--no-sync" : "--data-checksums", NULL };
    snprintf(new_data, sizeof new_data, "%s.new", folder->data);
    snprintf(program, sizeof program, "%s/initdb", folder->programs);
    snprintf(password_file, sizeof password_file, "%s/initdb-password", folder->path);
    snprintf(password_argument, sizeof password_argument, "--pwfile=%s", password_file);

    private_tree_remove(new_data);
    if (mkdir(new_data, 0700) ||
        (folder->changes_user && chown(new_data, folder->uid, folder->gid)))
        return error_set(error, TN_CONFIGURATION, "cannot make %s: %s", new_data, strerror(errno));

    bool is_made = password_file_make(folder, password_file, error) &&
                   private_process_run(folder, initdb, error);
    unlink(password_file);
    if (is_made && rename(new_data, folder->data))
        is_made =
            error_set(error, TN_CONFIGURATION, "cannot make %s: %s", folder->data, strerror(errno));
    if (!is_made) {
        char tail[LOG_TAIL_BYTES];
        log_tail(folder, tail);
        error_prefix(error, "the private database could not be made (%s)", tail);
    }
    return is_made;
}

/* Wait until it answers. It may come up after it died once: a PostgreSQL that was killed leaves
 * processes that are gone a moment later. */
static bool
answer_wait(struct private_server *server, struct tn_error *error)
{
    enum { DEATHS_MAX = 4 };
    int64_t silent_until = time_monotonic_ms() + SILENCE_MS;
    int deaths = 0;
    const char *const keywords[] = { "host", "port", "dbname", "user", NULL };
    const char *const values[] = { server->folder.runtime, PRIVATE_PORT, "postgres", "postgres",
        NULL };
    for (;;) {
        const PGPing ping = PQpingParams(keywords, values, 0);
        if (ping == PQPING_OK)
            return true;
        if (ping == PQPING_REJECT)
            silent_until = time_monotonic_ms() + SILENCE_MS;

        struct pollfd control = { .fd = server->control, .events = POLLIN };
        char byte;
        const bool is_gone = poll(&control, 1, 20) > 0 && recv(server->control, &byte, 1, 0) <= 0;
        if (control.revents)
            deaths++;
        if (is_gone || deaths >= DEATHS_MAX || time_monotonic_ms() > silent_until) {
            char tail[LOG_TAIL_BYTES];
            log_tail(&server->folder, tail);
            return error_set(error, TN_CONFIGURATION,
                "the private PostgreSQL does not start: %s (%s)", tail, server->folder.log);
        }
    }
}

static bool
statement_run(PGconn *connection, const char *sql, struct tn_error *error)
{
    PGresult *result = PQexec(connection, sql);
    const ExecStatusType status = PQresultStatus(result);
    const bool is_done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    PQclear(result);
    return is_done || error_set(error, TN_DATABASE, "setting up the private database: %s",
                          PQerrorMessage(connection));
}

static bool
row_exists(PGconn *connection, const char *sql, const char *name)
{
    PGresult *result = PQexecParams(connection, sql, 1, NULL, &name, NULL, NULL, 0);
    const bool exists = PQntuples(result) == 1;
    PQclear(result);
    return exists;
}

/* The password goes to PostgreSQL as what it keeps of it, so that it is in no log. */
static bool
role_make(PGconn *connection, const struct private_folder *folder, int role, struct tn_error *error)
{
    if (row_exists(connection, "SELECT FROM pg_roles WHERE rolname = $1", role_names[role]))
        return true;

    struct buffer sql;
    struct arena *arena = arena_new(512);
    buffer_init(&sql, arena, 512);
    buffer_printf(&sql, "CREATE ROLE %s LOGIN %s PASSWORD '", role_names[role], role_options[role]);
    scram_append_of_random(&sql, folder->passwords[role]);
    buffer_character(&sql, '\'');
    const bool is_made = statement_run(connection, sql.data, error);
    arena_free(arena);
    return is_made;
}

static bool
roles_and_database_make(
    PGconn *connection, const struct private_folder *folder, struct tn_error *error)
{
    for (int role = 1; role < PRIVATE_ROLE_COUNT; role++)
        if (!role_make(connection, folder, role, error))
            return false;

    if (row_exists(connection, "SELECT FROM pg_database WHERE datname = $1", PRIVATE_DATABASE))
        return true;

    return statement_run(
        connection, "CREATE DATABASE " PRIVATE_DATABASE " OWNER tenantry_owner", error);
}

/* At each start, and only what is missing: an earlier one may have been interrupted. */
static bool
contents_make(struct private_server *server, struct tn_error *error)
{
    PGconn *connection = PQconnectdb(private_server_url(server, "postgres", "postgres"));
    const bool is_connected = PQstatus(connection) == CONNECTION_OK;
    const bool is_made = is_connected
                             ? roles_and_database_make(connection, &server->folder, error) &&
                                   statement_run(connection,
                                       "REVOKE ALL ON DATABASE " PRIVATE_DATABASE " FROM PUBLIC;"
                                       "GRANT CONNECT ON DATABASE " PRIVATE_DATABASE
                                       " TO tenantry_identity, tenantry_app, tenantry_raw",
                                       error)
                             : error_set(error, TN_UNAVAILABLE, "the private database: %s",
                                   PQerrorMessage(connection));
    PQfinish(connection);
    return is_made;
}

bool
private_server_start(const struct private_server_options *options,
    struct private_server **ret_server, struct tn_error *error)
{
    struct private_server *server = calloc(1, sizeof *server);
    if (!server)
        return error_set(error, TN_INTERNAL, "out of memory");
    if (!private_folder_open(options->folder, &server->folder, error)) {
        free(server);
        return false;
    }

    server->arena = arena_new(1024);
    server->control = -1;
    if (!data_make(&server->folder, error) ||
        !private_supervisor_start(&server->folder, &server->supervisor, &server->control, error) ||
        !answer_wait(server, error) || !contents_make(server, error)) {
        private_server_stop(server);
        return false;
    }
    *ret_server = server;
    return true;
}

void
private_server_stop(struct private_server *server)
{
    if (!server)
        return;

    if (server->supervisor > 0) {
        /* Not only closed: a child that was forked since may hold it too. */
        shutdown(server->control, SHUT_RDWR);
        close(server->control);
        while (waitpid(server->supervisor, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    /* The supervisor did this, unless it was killed; we still hold the lock. */
    private_folder_remove(&server->folder);
    private_folder_close(&server->folder);
    arena_free(server->arena);
    free(server);
}

/* A value of libpq's keywords: in quotes, with ' and \ behind a backslash. */
static void
url_value(struct buffer *out, const char *keyword, const char *value)
{
    buffer_printf(out, "%s%s='", out->length ? " " : "", keyword);
    for (; *value; value++) {
        if (*value == '\'' || *value == '\\')
            buffer_character(out, '\\');
        buffer_character(out, *value);
    }
    buffer_character(out, '\'');
}

/* Where a role is reached; who may sign in there is said by what follows. */
static void
url_begin(struct private_server *server, const char *role, struct buffer *url)
{
    buffer_init(url, server->arena, 256);
    url_value(url, "host", server->folder.runtime);
    url_value(url, "port", PRIVATE_PORT);
    url_value(url, "user", role);
}

const char *
private_server_url(struct private_server *server, const char *role, const char *database)
{
    struct buffer url;
    url_begin(server, role, &url);
    for (int i = 0; i < PRIVATE_ROLE_COUNT; i++)
        if (strcmp(role, role_names[i]) == 0)
            url_value(&url, "password", server->folder.passwords[i]);
    url_value(&url, "dbname", database);
    return url.data;
}

const char *
private_server_url_to_show(struct private_server *server, const char *role, const char *database)
{
    struct buffer url;
    url_begin(server, role, &url);
    url_value(&url, "passfile", arena_printf(server->arena, "%s/passwords", server->folder.path));
    url_value(&url, "dbname", database);
    return url.data;
}
