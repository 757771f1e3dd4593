#include "postgres/private_process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"

enum {
    LOG_KEPT_BYTES = 16 << 20,
    RESTART_FIRST_MS = 100,
    RESTART_LAST_MS = 10000,
    FAST_SHUTDOWN_MS = 60000,
    IMMEDIATE_SHUTDOWN_MS = 10000,
};

/* Nothing of ours goes to PostgreSQL: no PG… variables, no TENANTRY_SECRET. */
static const char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8",
    "TZ=UTC", NULL };

static bool
become_user(const struct private_folder *folder)
{
    if (!folder->changes_user)
        return true;

    return !initgroups(folder->user, folder->gid) && !setgid(folder->gid) && !setuid(folder->uid);
}

static int
log_open(const struct private_folder *folder)
{
    struct stat status;
    if (!stat(folder->log, &status) && status.st_size > LOG_KEPT_BYTES) {
        char old[PATH_MAX + 4];
        snprintf(old, sizeof old, "%s.1", folder->log);
        rename(folder->log, old);
    }
    return open(folder->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void
signals_to_default(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
}

/* In the child: its signals, streams, user and folder; then the program. It gets `death_signal`
 * when `parent` has ended. */
static _Noreturn void
program_execute(const struct private_folder *folder, const char *const *arguments, pid_t parent,
    int death_signal)
{
    signals_to_default();
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int log = log_open(folder);
    if (nothing < 0 || log < 0 || dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
        _exit(126);
    umask(077);
    if (!become_user(folder) || chdir("/")) {
        dprintf(2, "cannot become %s: %s\n", folder->user, strerror(errno));
        _exit(126);
    }
    /* After the change of user, which forgets it. The look at the parent is for one that died
     * before. */
    prctl(PR_SET_PDEATHSIG, death_signal);
    if (getppid() != parent)
        _exit(125);

    execve(arguments[0], (char *const *)arguments, (char *const *)environment);
    dprintf(2, "%s: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

bool
private_process_run(
    const struct private_folder *folder, const char *const *arguments, struct tn_error *error)
{
    const pid_t self = getpid();
    const pid_t child = fork();
    if (child < 0)
        return error_set(error, TN_INTERNAL, "fork: %s", strerror(errno));
    if (!child)
        program_execute(folder, arguments, self, SIGKILL);

    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return error_set(error, TN_INTERNAL, "waitpid: %s", strerror(errno));

    if (!WIFEXITED(status) || WEXITSTATUS(status))
        return error_set(error, TN_CONFIGURATION, "%s failed (%s %d)", arguments[0],
            WIFEXITED(status) ? "exit" : "signal",
            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));

    return true;
}

bool
private_process_can_reach(const struct private_folder *folder, const char *path)
{
    const pid_t child = fork();
    if (child < 0)
        return false;
    if (!child)
        _exit(become_user(folder) && !access(path, R_OK | X_OK) ? 0 : 1);

    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && !WEXITSTATUS(status);
}

static pid_t
postgres_start(const struct private_folder *folder, pid_t supervisor)
{
    char program[PATH_MAX];
    char socket_setting[128];
    char connections_setting[64];
    snprintf(program, sizeof program, "%s/postgres", folder->programs);
    snprintf(socket_setting, sizeof socket_setting, "unix_socket_directories=%s", folder->runtime);
    /* Each loop, one for each processor, has connections to both planes. */
    snprintf(connections_setting, sizeof connections_setting, "max_connections=%ld",
        60 + 40 * sysconf(_SC_NPROCESSORS_ONLN));

    const char *arguments[40] = { program, "-D", folder->data, "-p", PRIVATE_PORT };
    size_t count = 5;
    const char *const settings[] = { "listen_addresses=", socket_setting, connections_setting,
        "unix_socket_permissions=0777", "password_encryption=scram-sha-256", "timezone=UTC",
        "log_timezone=UTC", "log_line_prefix=%m [%p] %q%u@%d ", "jit=off",
        "logging_collector=off" };
    const char *const scratch_settings[] = { "fsync=off", "full_page_writes=off",
        "synchronous_commit=off", "shared_buffers=16MB", "autovacuum=off" };
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        arguments[count++] = "-c";
        arguments[count++] = settings[i];
    }
    for (size_t i = 0; folder->is_scratch && i < COUNT_OF(scratch_settings); i++) {
        arguments[count++] = "-c";
        arguments[count++] = scratch_settings[i];
    }

    const pid_t child = fork();
    if (child)
        return child;

    /* A supervisor that was killed takes PostgreSQL with it, in a fast shutdown. */
    program_execute(folder, arguments, supervisor, SIGINT);
}

/* Wait until `child` has ended, at most `wait_ms`. */
static bool
child_wait(pid_t child, int wait_ms)
{
    const int64_t until = time_monotonic_ms() + wait_ms;
    for (;;) {
        if (waitpid(child, NULL, WNOHANG) == child)
            return true;
        if (time_monotonic_ms() >= until)
            return false;
        poll(NULL, 0, 5);
    }
}

static void
postgres_end(const struct private_folder *folder, pid_t postgres)
{
    if (!folder->is_scratch) {
        kill(postgres, SIGINT);
        if (child_wait(postgres, FAST_SHUTDOWN_MS))
            return;
    }
    /* A scratch server is removed next: it need not be left in order. */
    kill(postgres, SIGQUIT);
    if (child_wait(postgres, IMMEDIATE_SHUTDOWN_MS))
        return;

    kill(postgres, SIGKILL);
    while (waitpid(postgres, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* Has our process closed its end, or ended, within `wait_ms`? */
static bool
is_told_to_end(int control, int owner, int wait_ms)
{
    struct pollfd watched[] = { { .fd = control, .events = POLLIN },
        { .fd = owner, .events = POLLIN } };
    return poll(watched, owner >= 0 ? 2 : 1, wait_ms) > 0;
}

/* Twice as long each time for one that does not come up. One that ran for much longer than the last
 * pause did not die of how it was started: who waits for it shall not wait for that. */
int
private_restart_pause_ms(int last_ms, int64_t ran_ms)
{
    enum { MUCH_LONGER = 10 };
    if (last_ms == 0 || ran_ms > (int64_t)last_ms * MUCH_LONGER)
        return RESTART_FIRST_MS;
    return last_ms * 2 > RESTART_LAST_MS ? RESTART_LAST_MS : last_ms * 2;
}

static void
supervise(const struct private_folder *folder, int control, int owner)
{
    const pid_t self = getpid();
    int pause_ms = 0;
    for (;;) {
        const int64_t started_ms = time_monotonic_ms();
        const pid_t postgres = postgres_start(folder, self);
        bool runs = postgres > 0;
        while (runs) {
            if (is_told_to_end(control, owner, 50)) {
                postgres_end(folder, postgres);
                return;
            }
            runs = waitpid(postgres, NULL, WNOHANG) != postgres;
        }

        send(control, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
        pause_ms = private_restart_pause_ms(pause_ms, time_monotonic_ms() - started_ms);
        if (is_told_to_end(control, owner, pause_ms))
            return;
    }
}

/* In the child: keep the lock, the control and the look at our process, and nothing else: a
 * listening socket that lived on here would keep a port taken. */
static _Noreturn void
supervisor_main(const struct private_folder *folder, int control, int owner)
{
    setsid();
    prctl(PR_SET_NAME, "tenantry-pg");
    signals_to_default();
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_IGN); /* the server is told first, and we by its end */
    signal(SIGPIPE, SIG_IGN);

    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= 2 && nothing >= 0; fd++)
        dup2(nothing, fd);
    const long last = sysconf(_SC_OPEN_MAX);
    for (int fd = 3; fd < (last > 0 && last < 65536 ? last : 65536); fd++)
        if (fd != control && fd != owner && fd != folder->lock)
            close(fd);

    supervise(folder, control, owner);
    private_folder_remove(folder);
    _exit(0);
}

bool
private_supervisor_start(const struct private_folder *folder, pid_t *ret_supervisor,
    int *ret_control, struct tn_error *error)
{
    int control[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control))
        return error_set(error, TN_INTERNAL, "socketpair: %s", strerror(errno));

    /* A child that our process forked may hold `control` open after our end; a pidfd does not lie.
     * -1 where the kernel has none. */
    const int owner = (int)syscall(SYS_pidfd_open, getpid(), 0);
    const pid_t child = fork();
    if (!child) {
        close(control[0]);
        supervisor_main(folder, control[1], owner);
    }

    close(control[1]);
    if (owner >= 0)
        close(owner);
    if (child < 0) {
        close(control[0]);
        return error_set(error, TN_INTERNAL, "fork: %s", strerror(errno));
    }
    *ret_supervisor = child;
    *ret_control = control[0];
    return true;
}
