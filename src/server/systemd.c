#include "server/systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_FD 3
#define FDS_MAX 16

static bool
take(int fd, struct tn_error *error)
{
    int is_listening = 0;
    socklen_t bytes = sizeof is_listening;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &bytes) != 0 || !is_listening)
        return error_set(error, TN_CONFIGURATION,
            "LISTEN_FDS: descriptor %d is no listening socket; the .socket unit needs "
            "ListenStream= and Accept=no",
            fd);

    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        return error_set(error, TN_INTERNAL, "LISTEN_FDS: %s", strerror(errno));

    return true;
}

/* Is the `index`th of the names, which have : between them, "metrics"? */
static bool
is_named_metrics(const char *names, int index)
{
    while (index-- > 0 && names) {
        names = strchr(names, ':');
        names = names ? names + 1 : NULL;
    }
    return names && strcspn(names, ":") == strlen("metrics") && strncmp(names, "metrics", 7) == 0;
}

static bool
take_all(int count, const char *names, struct systemd_sockets *sockets, struct tn_error *error)
{
    for (int i = 0; i < count && i < FDS_MAX; i++) {
        if (!take(FIRST_FD + i, error))
            return false;

        int *place = is_named_metrics(names, i) ? &sockets->metrics : &sockets->requests;
        if (*place >= 0)
            return error_set(error, TN_CONFIGURATION,
                "LISTEN_FDS: more than one socket of a kind: one for requests, and perhaps one "
                "with FileDescriptorName=metrics");
        *place = FIRST_FD + i;
    }
    return true;
}

bool
systemd_sockets_take(struct systemd_sockets *ret_sockets, struct tn_error *error)
{
    const char *pid = getenv("LISTEN_PID");
    const char *count = getenv("LISTEN_FDS");
    *ret_sockets = (struct systemd_sockets){ .requests = -1, .metrics = -1 };
    const bool is_for_us = pid && count && strtol(pid, NULL, 10) == getpid();
    const bool taken = !is_for_us || take_all((int)strtol(count, NULL, 10),
                                         getenv("LISTEN_FDNAMES"), ret_sockets, error);

    /* Programs that we start must not take them for theirs. */
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return taken;
}

void
systemd_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const size_t bytes = path ? strlen(path) : 0;
    if (bytes < 2 || bytes >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
        return;

    memcpy(address.sun_path, path, bytes);
    if (path[0] == '@')
        address.sun_path[0] = '\0'; /* a name without a file */
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;

    const ssize_t sent =
        sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes));
    (void)sent;
    close(fd);
}
