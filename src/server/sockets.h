/* The sockets that a server listens on: opened here, before anything else costs time, or passed by
 * systemd. */
#pragma once

#include "base/settings.h"

struct sockets {
    int requests;
    int port;               /* of requests; 0: a unix socket */
    int metrics;            /* -1: none is wanted */
    bool requests_are_lent; /* by systemd: it listens on when we end */
    bool metrics_are_lent;
};

MUST_USE bool
sockets_open(const struct settings *settings, struct sockets *ret_sockets, struct tn_error *error);
/* Accepts what failed to open. */
void sockets_close(struct sockets *sockets);
