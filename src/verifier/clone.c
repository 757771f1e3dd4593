#include "verifier/clone.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "postgres/url.h"
#include "verifier/rows.h"

#define PREFIX "tenantry_verify_"

enum { STALE_SECONDS = 3600, FOUND_MAX = 400, DROP_TRIES = 60 };

struct clone {
    struct audit *audit;
    const char *name;
    const char *url;
    struct direct *admin;
    pid_t watcher;
    int leash; /* the watcher sees its end close */
    bool is_made;
};

const char *
clone_url(const struct clone *clone)
{
    return clone->url;
}

/* --- the watcher ----------------------------------------------------------------------------- */

/* Who makes it holds this until its session ends. CREATE DATABASE goes on in the server when its
   client was killed: without waiting for its end one would drop what is not there yet. */
static bool
lock_name(struct direct *direct, const char *name, struct tn_error *error)
{
    char sql[160];
    snprintf(sql, sizeof sql,
        "SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended('%s', 0))", name);
    return direct_run(direct, sql, error);
}

static bool
drop_by_itself(const char *url, const char *name)
{
    struct direct *direct = NULL;
    struct tn_error ignored = { 0 };
    char sql[160];
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    const bool dropped = direct_open(url, &direct, &ignored) && lock_name(direct, name, &ignored) &&
                         direct_run(direct, sql, &ignored);
    direct_close(direct);
    return dropped;
}

/* Made before any connection, so that it shares none. A session of its own: Ctrl-C is not for it.
 */
static bool
watch(struct clone *clone, struct tn_error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set(error, TN_INTERNAL, "pipe: %s", strerror(errno));
    clone->watcher = fork();
    if (clone->watcher < 0)
        return error_set(error, TN_INTERNAL, "fork: %s", strerror(errno));
    if (clone->watcher > 0) {
        close(ends[0]);
        clone->leash = ends[1];
        return true;
    }

    char word = 0;
    setsid();
    close(ends[1]);
    /* Whoever reads our output must not wait for this one. */
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    (void)!open("/dev/null", O_RDWR);
    (void)!dup(0);
    (void)!dup(0);
    while (read(ends[0], &word, 1) < 0 && errno == EINTR)
        ;
    for (int tries = 0; word != 'd' && tries < DROP_TRIES; tries++) {
        if (drop_by_itself(clone->audit->request->url, clone->name))
            break;
        sleep(1);
    }
    _exit(0);
}

/* --- dump and restore ------------------------------------------------------------------------ */

/* In PATH, else Debian's newest. */
static const char *
program_find(const char *name, struct arena *arena)
{
    const char *path = getenv("PATH");
    for (const char *at = path; at && *at;) {
        const size_t length = strcspn(at, ":");
        const char *file = arena_printf(arena, "%.*s/%s", (int)length, at, name);
        if (access(file, X_OK) == 0)
            return file;
        at += length + (at[length] == ':');
    }
    glob_t found = { 0 };
    const char *newest = NULL;
    if (glob(arena_printf(arena, "/usr/lib/postgresql/*/bin/%s", name), 0, NULL, &found) == 0)
        newest = arena_strdup(arena, found.gl_pathv[found.gl_pathc - 1]);
    globfree(&found);
    return newest;
}

/* The child: in and out as told, the connection in its environment. Returns only by failing. */
static void
become(const char *program, const char *const *arguments, char *const *pairs, int in, int out,
    int complaints)
{
    for (; *pairs; pairs++)
        (void)putenv(*pairs);
    if ((in >= 0 && dup2(in, 0) < 0) || (out >= 0 && dup2(out, 1) < 0) || dup2(complaints, 2) < 0)
        _exit(127);
    execv(program, (char *const *)arguments);
    _exit(127);
}

static int
wait_for(pid_t process)
{
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static const char *
read_complaints(int fd, struct arena *arena)
{
    char text[FOUND_MAX];
    const ssize_t bytes = pread(fd, text, sizeof text - 1, 0);
    return arena_memdup(arena, text, bytes > 0 ? (size_t)bytes : 0);
}

static bool
copy(struct clone *clone, const char *dump, const char *load, struct tn_error *error)
{
    static const char *const dump_arguments[] = { "pg_dump", "--schema-only", "--no-publications",
        "--no-subscriptions", "--no-security-labels", "--no-tablespaces", NULL };
    static const char *const load_arguments[] = { "psql", "-qX", "-v", "ON_ERROR_STOP=0", "-o",
        "/dev/null", NULL };
    char **from;
    char **to;
    int ends[2];
    struct arena *arena = clone->audit->arena;
    if (!url_environment(clone->audit->request->url, arena, &from, error) ||
        !url_environment(clone->url, arena, &to, error))
        return false;

    FILE *complaints = tmpfile();
    if (!complaints || pipe2(ends, O_CLOEXEC) != 0)
        return error_set(error, TN_INTERNAL, "copying the schema: %s", strerror(errno));
    const pid_t dumper = fork();
    if (dumper == 0)
        become(dump, dump_arguments, from, -1, ends[1], fileno(complaints));
    const pid_t loader = fork();
    if (loader == 0)
        become(load, load_arguments, to, ends[0], -1, fileno(complaints));
    close(ends[0]);
    close(ends[1]);
    const int dumped = wait_for(dumper);
    const int loaded = wait_for(loader);
    const char *said = read_complaints(fileno(complaints), arena);
    fclose(complaints);
    if (dumped != 0 || loaded != 0)
        return error_set(error, TN_CONFIGURATION, "the schema could not be copied: %s", said);
    if (*said)
        audit_note(&clone->audit->notes, arena, "while copying the schema: %s", said);
    return true;
}

/* --- making and dropping --------------------------------------------------------------------- */

static bool
name_make(struct clone *clone, struct tn_error *error)
{
    unsigned random;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return error_set(error, TN_INTERNAL, "the system gives no random numbers");
    clone->name =
        arena_printf(clone->audit->arena, PREFIX "%lld_%08x", (long long)time(NULL), random);
    return url_with_database(
        clone->audit->request->url, clone->name, clone->audit->arena, &clone->url, error);
}

/* Where a whole machine went down, nobody was left to drop them. */
static bool
drop_stale(struct clone *clone, struct tn_error *error)
{
    AUTO_ROWS rows = { 0 };
    struct arena *arena = clone->audit->arena;
    if (!rows_query(clone->admin,
            "select datname from pg_catalog.pg_database base where datname ~ '^" PREFIX
            "[0-9]+_[0-9a-f]{8}$' and not exists (select from pg_catalog.pg_stat_activity activity"
            " where activity.datname = base.datname)",
            0, NULL, arena, &rows, error))
        return false;
    for (rows.row = 0; rows.row < rows.count; rows.row++) {
        struct tn_error ignored = { 0 };
        const char *name = rows_text(&rows, 0);
        if (strtoll(name + strlen(PREFIX), NULL, 10) + STALE_SECONDS < (long long)time(NULL))
            (void)!direct_run(
                clone->admin, arena_printf(arena, "DROP DATABASE IF EXISTS %s", name), &ignored);
    }
    return true;
}

static bool
make_database(struct clone *clone, struct tn_error *error)
{
    AUTO_ROWS rows = { 0 };
    struct arena *arena = clone->audit->arena;
    if (!rows_query(clone->admin,
            "select pg_catalog.quote_literal(pg_encoding_to_char(encoding)), "
            "pg_catalog.quote_literal(datcollate),"
            " pg_catalog.quote_literal(datctype) from pg_catalog.pg_database where datname = "
            "current_database()",
            0, NULL, arena, &rows, error))
        return false;
    if (!lock_name(clone->admin, clone->name, error))
        return false;
    if (!direct_run(clone->admin,
            arena_printf(arena,
                "CREATE DATABASE %s TEMPLATE template0 ENCODING %s LC_COLLATE %s LC_CTYPE %s",
                clone->name, rows_text(&rows, 0), rows_text(&rows, 1), rows_text(&rows, 2)),
            error)) {
        error_prefix(error, "--clone needs a role that may make databases (CREATEDB)");
        return false;
    }
    clone->is_made = true;
    return true;
}

/* What ALTER DATABASE has set: a dump of the schema leaves it out. This connection has all of it,
 * so that nothing has to be quoted; what its role may not set stays out. Last, since it may be what
 * hinders loading. */
static bool
copy_settings(struct clone *clone, struct tn_error *error)
{
    AUTO_ROWS rows = { 0 };
    struct arena *arena = clone->audit->arena;
    if (!rows_query(clone->admin,
            "select pg_catalog.split_part(item, '=', 1) from pg_catalog.pg_db_role_setting of_base "
            "cross join pg_catalog.unnest(of_base.setconfig) item where of_base.setrole = 0 and "
            "of_base.setdatabase = (select oid from pg_catalog.pg_database where datname = "
            "current_database()) and item ~ '^[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)*='",
            0, NULL, arena, &rows, error))
        return false;
    for (rows.row = 0; rows.row < rows.count; rows.row++) {
        struct tn_error ignored = { 0 };
        (void)!direct_run(clone->admin,
            arena_printf(
                arena, "ALTER DATABASE %s SET %s FROM CURRENT", clone->name, rows_text(&rows, 0)),
            &ignored);
    }
    return true;
}

bool
clone_make(struct audit *audit, struct clone **ret_clone, struct tn_error *error)
{
    struct clone *clone = ARENA_NEW(audit->arena, struct clone);
    const char *dump = program_find("pg_dump", audit->arena);
    const char *load = program_find("psql", audit->arena);
    *clone = (struct clone){ .audit = audit, .leash = -1 };
    *ret_clone = clone;
    if (!dump || !load)
        return error_set(error, TN_CONFIGURATION,
            "--clone copies the schema with pg_dump and psql, which are not there: install "
            "PostgreSQL's client programs");
    return name_make(clone, error) && watch(clone, error) &&
           direct_open(audit->request->url, &clone->admin, error) && drop_stale(clone, error) &&
           make_database(clone, error) && copy(clone, dump, load, error) &&
           copy_settings(clone, error);
}

void
clone_drop(struct clone *clone)
{
    if (!clone)
        return;

    struct tn_error ignored = { 0 };
    bool dropped = !clone->is_made;
    if (clone->is_made)
        dropped = direct_run(clone->admin,
            arena_printf(
                clone->audit->arena, "DROP DATABASE IF EXISTS %s WITH (FORCE)", clone->name),
            &ignored);
    direct_close(clone->admin);
    if (clone->leash < 0)
        return;
    if (dropped)
        (void)!write(clone->leash, "d", 1);
    close(clone->leash);
    (void)wait_for(clone->watcher);
}
