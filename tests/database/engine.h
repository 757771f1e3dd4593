/* A loop and a pool for one test, and fibers on it. */
#pragma once

#include "loop/fiber.h"
#include "postgres/pool.h"

extern struct loop *engine_loop;
extern struct pool *engine_pool;

/* `options->url` NULL: a fresh database, whose tables `sql` (may be NULL) makes. */
void engine_start(const struct pool_options *options, const char *sql);
/* cmocka's tear-down: frees what engine_start made. */
int engine_stop(void **state);

/* Start a fiber; it runs until its first wait. */
void engine_fiber(void (*body)(void *argument), void *argument);
/* Run the loop until no fiber is left. */
void engine_run(void);
