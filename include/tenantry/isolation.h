/* How the organizations of this server are kept apart, for a page that shows it: what the database
 * says of its policies, what the application's role sees when it tries, and the last report of
 * `tenantry verify`. A page that shows this is never kept. */
#pragma once

#include "tenantry/request.h"

enum tn_probe {
    TN_PROBE_NOTHING, /* no row is seen */
    TN_PROBE_ROWS,    /* rows are seen that must not be */
    TN_PROBE_UNKNOWN, /* it could not be tried */
};

/* A table that says of each row whose it is. */
struct tn_isolation_table {
    struct tn_text name;
    bool is_enabled; /* row-level security */
    bool is_forced;  /* also for the table's owner */
    struct tn_text
        using_expression; /* of its policies, one after another; "" where there are none */
    struct tn_text check_expression;
    enum tn_probe without; /* tried just now: in no organization */
    enum tn_probe others;  /* in the request's organization: rows of others */
};

struct tn_isolation_finding {
    struct tn_text code;
    struct tn_text severity;
    struct tn_text object;
    struct tn_text message;
};

/* What `tenantry verify --format json` wrote into the file that --verify-report names. */
struct tn_verify_report {
    bool is_there;
    struct tn_time at;
    struct tn_text attacked; /* "on a clone" */
    struct tn_text control;  /* "6 of 6 planted holes caught" */
    int64_t attacks;
    int64_t tables;
    int64_t proven_tables;
    int64_t unproven; /* what it could not judge */
    const struct tn_isolation_finding *findings;
    size_t finding_count;
};

struct tn_isolation {
    struct tn_text role; /* the application's, in the database */
    bool role_is_plain;  /* neither superuser nor BYPASSRLS, and no way to become such a one */
    const struct tn_isolation_table *tables;
    size_t table_count;
    struct tn_verify_report report;
    const char *report_file; /* where it would be; "" where none is named */
};

/* Asks the database on a connection of its own: for a page that administrators open now and then.
 * One at a time in a process, and at most four a second: the others wait. */
TN_PUBLIC bool tn_isolation(
    struct tn_request *request, struct tn_isolation *ret_isolation, struct tn_error *error);
