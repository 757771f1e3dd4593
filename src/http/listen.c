#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/server.h"

#define SOCKET_FLAGS (SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)

/* Is somebody listening on the socket file? */
static bool
somebody_listens(const struct sockaddr_un *address)
{
    const int fd = socket(AF_UNIX, SOCKET_FLAGS, 0);
    if (fd < 0)
        return true;

    const int answer = connect(fd, (const struct sockaddr *)address, sizeof *address);
    const bool is_stale = answer != 0 && errno == ECONNREFUSED;
    close(fd);
    return !is_stale;
}

/* Make way for our socket file: only for one that its program left behind. */
static bool
remove_stale(const struct sockaddr_un *address, struct tn_error *error)
{
    struct stat found;
    if (lstat(address->sun_path, &found) != 0)
        return true;

    if (!S_ISSOCK(found.st_mode))
        return error_set(error, TN_CONFIGURATION,
            "unix:%s: there is a file that is no socket; remove it or listen elsewhere",
            address->sun_path);

    if (somebody_listens(address))
        return error_set(error, TN_CONFIGURATION,
            "unix:%s: another program listens there; stop it or listen elsewhere",
            address->sun_path);

    unlink(address->sun_path);
    return true;
}

static bool
listen_unix(const char *path, int fd, struct tn_error *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (*path == '\0' || strlen(path) >= sizeof address.sun_path)
        return error_set(error, TN_CONFIGURATION,
            "unix:%s: the path must have 1 to %zu bytes; choose a shorter folder", path,
            sizeof address.sun_path - 1);

    memcpy(address.sun_path, path, strlen(path));
    if (!remove_stale(&address, error))
        return false;

    /* Before bind: the file must not be open to everybody for even a moment. After: the umask may
     * have taken the group's right. */
    fchmod(fd, 0660);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(path, 0660) != 0 || listen(fd, SOMAXCONN) != 0)
        return error_set(error, TN_CONFIGURATION,
            "unix:%s: %s; the folder must exist and be ours to write", path, strerror(errno));

    return true;
}

static const char *
mend_of(int reason)
{
    switch (reason) {
    case EADDRINUSE:
        return "another program listens there; stop it or choose another port";
    case EADDRNOTAVAIL:
        return "this machine has no such address";
    case EACCES:
        return "ports below 1024 are for root; choose a higher one";
    default:
        return strerror(reason);
    }
}

static bool
listen_internet(
    const char *text, const struct addrinfo *found, int *fd, int *ret_port, struct tn_error *error)
{
    *fd = socket(found->ai_family, SOCKET_FLAGS, 0);
    if (*fd < 0)
        return error_set(error, TN_CONFIGURATION, "%s: %s", text, strerror(errno));

    const int yes = 1;
    setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(*fd, found->ai_addr, found->ai_addrlen) != 0 || listen(*fd, SOMAXCONN) != 0)
        return error_set(error, TN_CONFIGURATION, "%s: %s", text, mend_of(errno));

    struct sockaddr_storage bound = { 0 };
    socklen_t bytes = sizeof bound;
    getsockname(*fd, (struct sockaddr *)&bound, &bytes);
    *ret_port = ntohs(bound.ss_family == AF_INET6
                          ? ((const struct sockaddr_in6 *)(const void *)&bound)->sin6_port
                          : ((const struct sockaddr_in *)(const void *)&bound)->sin_port);
    return true;
}

/* "127.0.0.1:8080", "[::1]:8080" into host and port; false when it is neither. */
static bool
split(const char *text, char *host, size_t host_size, const char **ret_port)
{
    const char *colon = strrchr(text, ':');
    if (!colon || colon == text)
        return false;

    const bool is_bracketed = text[0] == '[' && colon[-1] == ']';
    const char *start = is_bracketed ? text + 1 : text;
    const size_t bytes = (size_t)(colon - start) - (is_bracketed ? 1 : 0);
    const size_t digits = strspn(colon + 1, "0123456789");
    if (bytes == 0 || bytes >= host_size || digits == 0 || digits > 5 || colon[1 + digits] != '\0')
        return false;

    memcpy(host, start, bytes);
    host[bytes] = '\0';
    *ret_port = colon + 1;
    return strtol(colon + 1, NULL, 10) <= 65535 && (is_bracketed || !strchr(host, ':'));
}

static bool
listen_host(const char *text, int *fd, int *ret_port, struct tn_error *error)
{
    char host[256];
    const char *port = NULL;
    if (!split(text, host, sizeof host, &port))
        return error_set(error, TN_CONFIGURATION,
            "\"%s\" is no address to listen on; write 127.0.0.1:8080, [::1]:8080 or unix:/path",
            text);

    const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
    struct addrinfo *found = NULL;
    const int answer = getaddrinfo(host, port, &wanted, &found);
    if (answer != 0)
        return error_set(error, TN_CONFIGURATION, "%s: %s", text, gai_strerror(answer));

    const bool done = listen_internet(text, found, fd, ret_port, error);
    freeaddrinfo(found);
    return done;
}

bool
http_listen(const char *address, int *ret_fd, int *ret_port, struct tn_error *error)
{
    int fd = -1;
    int port = 0;
    bool done;
    if (strncmp(address, "unix:", 5) == 0) {
        fd = socket(AF_UNIX, SOCKET_FLAGS, 0);
        done = fd >= 0 ? listen_unix(address + 5, fd, error)
                       : error_set(error, TN_CONFIGURATION, "%s: %s", address, strerror(errno));
    } else {
        done = listen_host(address, &fd, &port, error);
    }

    if (!done) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    *ret_fd = fd;
    *ret_port = port;
    return true;
}
