/* systemd: sockets that it listens on for us (LISTEN_FDS), and telling it how we are
 * (NOTIFY_SOCKET). Without it nothing happens. Protocols: sd_listen_fds(3), sd_notify(3). */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* The sockets that were passed; -1 where there is none. A socket named "metrics"
 * (FileDescriptorName=) is for the metrics, the first other one for requests. The variables are
 * taken out of the environment. */
struct systemd_sockets {
    int requests;
    int metrics;
};
MUST_USE bool systemd_sockets_take(struct systemd_sockets *ret_sockets, struct tn_error *error);

/* Send lines as "READY=1". A failure is nobody's: systemd finds out by itself. */
void systemd_notify(const char *state);
