/* The server: what all loops share, and what each has for itself. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "tenantry/application.h"

#include "base/settings.h"
#include "cache/cache.h"
#include "context/memory.h"
#include "http/router.h"
#include "http/server.h"
#include "loop/worker.h"
#include "server/access_log.h"
#include "server/role_setting.h"
#include "tenant/runtime.h"

struct server {
    const struct tn_application *application; /* without routes for `tenantry serve` */
    struct role_setting roles;                /* the application's, and those of --role */
    const struct settings *settings;
    const char *base_url; /* scheme://host[:port], without a slash at its end */
    bool is_secure;       /* https: cookies are __Secure- */
    const char *identity_url;
    const char *tenant_url;    /* NULL: no tenant tables here */
    const char *replica_url;   /* of the tenant plane; NULL: none */
    const char *verify_report; /* a file that may be there; "": none */
    struct worker_pool *workers;
    const struct session_seal *seal; /* of the cookie cache */
    struct session_changes *changes; /* that end it; NULL: not known */
    struct mailer *mailer;
    struct rate_limiter *limiter;
    struct asset_table *assets;
    struct access_log *access_log; /* NULL: none */
    struct cache *cache;           /* of pages; NULL where there are no tenant tables */
    struct router *site;           /* tenantry's own, outside of organizations */
    struct router *pages;          /* the application's routes, below /o/<slug> */
    bool checks_standing; /* who is remembered can be checked; set before anybody is let in */
    atomic_bool is_stopping;
    struct {
        atomic_bool is_looking; /* a worker compares it */
        atomic_bool differs;    /* from what the queries were made for */
    } schema;
    struct {
        atomic_bool is_taken; /* tn_isolation is looking: one at a time */
        _Atomic(int64_t) next_ms;
    } look;
};

struct server_loop {
    struct server *server;
    struct loop *loop;
    struct pool *identity_pool;
    struct pool *tenant_pool;
    struct pool *replica_pool; /* NULL: none */
    struct tenant_runtime *runtime;
    struct context_memory *memory; /* NULL: who asks is asked each time */
    struct http_server *http;
    struct access_lines *access_lines; /* NULL: none are written */
};
