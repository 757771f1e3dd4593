/* What `tenantry migrate` was told. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "comparison/compare.h"

enum migrate_command {
    MIGRATE_NEW,
    MIGRATE_STATUS,
    MIGRATE_APPLY,
    MIGRATE_VERIFY,
};

struct options {
    enum migrate_command command;
    const char *name; /* of the new migration */
    bool is_custom;
    bool is_help;
    bool is_dry; /* print instead of writing */
    const char *schema_path;
    const char *migrations_path;
    const char *admin_url; /* NULL: none */
    const char *identity_url;
    const char *application_url;
    const char *raw_url;
    const char *planes;          /* which of tenantry's own are in this database */
    const char *plane;           /* whose migrations the folder holds */
    struct text_list extensions; /* that are there before */
    bool is_citus;
    int lock_timeout_ms;
    int lock_attempts;
    struct compare_request request;

    struct migration_set base[2]; /* tenantry's own, by `planes` */
    size_t base_count;
};

/* False: it was said on standard error what is wrong. */
bool options_read(int argc, char **argv, struct arena *arena, struct options *options);
void options_help(void);

/* Each answers the program's exit status. */
int migrate_new(const struct options *options, struct arena *arena);
int migrate_status(const struct options *options, struct arena *arena);
int migrate_apply(const struct options *options, struct arena *arena);
int migrate_verify(const struct options *options, struct arena *arena);

enum { EXIT_FINE = 0, EXIT_FINDINGS = 1, EXIT_CANNOT = 2 };
/* Say on standard error why it could not be done; EXIT_CANNOT. */
int cannot(const struct tn_error *error);
