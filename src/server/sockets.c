#include "server/sockets.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.h"
#include "server/systemd.h"

static int
port_of(int fd)
{
    struct sockaddr_storage bound = { 0 };
    socklen_t bytes = sizeof bound;
    getsockname(fd, (struct sockaddr *)&bound, &bytes);
    if (bound.ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)(const void *)&bound)->sin_port);
    if (bound.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)&bound)->sin6_port);
    return 0;
}

static bool
open_metrics(const char *address, struct sockets *sockets, struct tn_error *error)
{
    int port;
    if (sockets->metrics >= 0 || !address[0] ||
        http_listen(address, &sockets->metrics, &port, error))
        return true;

    error_prefix(error, "--metrics-listen");
    return false;
}

bool
sockets_open(const struct settings *settings, struct sockets *ret_sockets, struct tn_error *error)
{
    *ret_sockets = (struct sockets){ .requests = -1, .metrics = -1 };
    struct systemd_sockets passed;
    if (!systemd_sockets_take(&passed, error))
        return false;

    ret_sockets->requests_are_lent = passed.requests >= 0;
    ret_sockets->metrics_are_lent = passed.metrics >= 0;
    ret_sockets->requests = passed.requests;
    ret_sockets->metrics = passed.metrics;
    if (ret_sockets->requests_are_lent)
        ret_sockets->port = port_of(passed.requests);
    else if (!http_listen(settings->listen, &ret_sockets->requests, &ret_sockets->port, error))
        return false;

    return open_metrics(settings->metrics_listen, ret_sockets, error);
}

void
sockets_close(struct sockets *sockets)
{
    if (sockets->requests >= 0)
        close(sockets->requests);
    if (sockets->metrics >= 0)
        close(sockets->metrics);
    *sockets = (struct sockets){ .requests = -1, .metrics = -1 };
}
