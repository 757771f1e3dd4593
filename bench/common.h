/* What the benchmarks have in common that ask PostgreSQL through a pool: where they run, and what
 * is said of a sample. */
#pragma once

#include "loop/loop.h"
#include "postgres/direct.h"
#include "postgres/pool.h"

/* Of the schema `tenantry` what a flight that enters an organization asks for, as
 * sql/schema/tenant.sql has it. */
#define TENANCY_SQL                                                                               \
    "create schema tenantry;"                                                                     \
    "create function tenantry.refuse() returns text language plpgsql as"                          \
    " $$ begin raise exception 'no organization'; end $$;"                                        \
    "create function tenantry.enter(organization text, statement_ms int, lock_ms int)"            \
    " returns text language sql volatile return case when organization <> '' then"                \
    " set_config('app.org_id', organization, true)"                                               \
    " || set_config('statement_timeout', statement_ms::text, true)"                               \
    " || set_config('lock_timeout', lock_ms::text, true) else tenantry.refuse() end;"             \
    "create function tenantry.enter(organization text) returns text language sql volatile return" \
    " case when organization <> '' then set_config('app.org_id', organization, true)"             \
    " else tenantry.refuse() end;"                                                                \
    "create domain tenantry.entered as text check (tenantry.enter(value) is not null);"           \
    "create function tenantry.organization() returns text language sql stable parallel safe "     \
    "return nullif(current_setting('app.org_id', true), '');"                                     \
    "grant usage on schema tenantry to public;"

struct stage {
    struct loop *loop;
    struct pool *pool;    /* of the application's role, with limits that nothing reaches */
    struct direct *admin; /* on the same database */
    const char *application_url;
};

/* The whole of `main`: `set_up_sql`, then `run`, on the database of the two URLs in `argv`, or on a
 * scratch PostgreSQL where there are none. */
int bench_main(int argc, char **argv, const char *set_up_sql, void (*run)(const struct stage *));

/* Ends the program. */
_Noreturn void bench_stop_with(const char *what);

struct sample {
    double requests_per_s;
    double client_us; /* processor time for each request */
    double server_us;
};

double sample_us(const struct sample *sample);
/* By processor time of both. Sorts them. */
const struct sample *sample_median(struct sample *samples, size_t count);

/* User's and system's time of RUSAGE_SELF or RUSAGE_CHILDREN. */
double bench_used_us(int who);
