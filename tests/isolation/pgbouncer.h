/* A PgBouncer in transaction mode between a test and PostgreSQL. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* In front of `server_url`; `url` becomes its own. Waits until it answers. */
pid_t bouncer_start(const char *server_url, char *url, size_t bytes);
bool bouncer_answers(const char *url);
void bouncer_stop(pid_t bouncer);
