/* Work that waits for locks only for a moment, and is tried again. */
#pragma once

#include "base/compiler.h"
#include "base/error.h"
#include "migration/apply.h"
#include "postgres/direct.h"

/* Do `work` until it is done or fails for another reason than a lock that somebody else holds. It
 * rolls back by itself. */
MUST_USE bool attempt(const struct migration_target *target, const char *what,
    bool (*work)(void *context, struct tn_error *error), void *context, struct tn_error *error);
/* The session's limits, as migrations want them. */
MUST_USE bool attempt_limits(
    struct direct *direct, const struct migration_target *target, struct tn_error *error);
