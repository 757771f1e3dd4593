/* What the parts of apply share. */
#pragma once

#include "base/arena.h"
#include "migration/apply.h"
#include "migration/steps.h"
#include "postgres/direct.h"

/* One migration that is being applied. */
struct application {
    struct direct *direct;
    struct arena *arena;
    const struct migration_target *target;
    const char *plane;
    const struct tn_migration *migration;
    const char *sha256;
};

/* Text that runs between BEGIN and COMMIT, then `after` (may be NULL) with the keys plane, name and
 * `value` as $1 to $3; rolled back when it fails. Refuses what ends its own transaction. */
MUST_USE bool transaction_run(const struct application *application, const char *sql, size_t line,
    const char *after, const char *value, struct tn_error *error);
/* "insert into tenantry.migration …", for transaction_run. */
extern const char ledger_insert[];

/* Apply it step by step, from where it was stopped. */
MUST_USE bool steps_apply(const struct application *application, struct tn_error *error);
