/* The two databases that are compared: what the migrations make, and what the schema file makes. */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "catalogue/finding.h"
#include "comparison/folder.h"
#include "comparison/object.h"
#include "migration/apply.h"
#include "postgres/scratch.h"

struct text_list {
    const char **texts;
    size_t count;
};

struct worlds_request {
    const char *schema_path;
    const char *migrations_path;
    const char *plane;                /* whose migrations these are: "application" */
    const struct migration_set *base; /* tenantry's own, which are there before */
    size_t base_count;
    struct text_list extensions; /* that every database has before: only a superuser makes them */
    bool is_citus;
};

struct worlds {
    struct arena *arena;
    struct scratch_server *server;
    const struct worlds_request *request;
    struct migration_folder folder;
    const char *have_name;
    const char *have_url; /* superuser's */
    const char *want_url;
    const char *trial_url;   /* after worlds_prepare_trial */
    struct text_list notes;  /* what was completed in the schema */
    struct text_list filled; /* tables with rows that only the schema file puts there */
    struct text_list faults; /* what has to be mended in the schema first */
};

/* Start a server and build what the migrations make. worlds_end in every case. */
MUST_USE bool worlds_begin(struct worlds *worlds, const struct worlds_request *request,
    struct arena *arena, struct tn_error *error);
/* Load and complete the schema file. With faults it is not complete. */
MUST_USE bool worlds_load_schema(struct worlds *worlds, struct tn_error *error);
void worlds_end(struct worlds *worlds);

/* Where one more migration can be tried on what the migrations made: there itself, or in a copy
 * when that will be changed before. */
MUST_USE bool
worlds_prepare_trial(struct worlds *worlds, bool is_changed_before, struct tn_error *error);
MUST_USE bool
worlds_try(struct worlds *worlds, const struct tn_migration *migration, struct tn_error *error);
/* Read one of them. */
MUST_USE bool worlds_snapshot(
    struct worlds *worlds, const char *url, struct snapshot *ret_snapshot, struct tn_error *error);
