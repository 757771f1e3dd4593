/* How often one address may ask for one path: better-auth's limits, counted by all loops together.
 *
 * Deciding and counting are one step, so that requests at once cannot all slip through. The memory
 * is fixed: where it is full, the counts that are over go first, then the oldest ones. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"

struct rate_limiter;

struct rate_rule {
    int64_t window_ms;
    int64_t count_max;
    /* The window begins with the first request that counts; or, as better-auth has it, anew with
     * each one that is let in. */
    bool restarts;
};

/* `slots` counts at once, rounded up. */
MUST_USE bool
rate_limiter_new(size_t slots, struct rate_limiter **ret_limiter, struct tn_error *error);
/* Accepts NULL. */
void rate_limiter_free(struct rate_limiter *limiter);

/* Count a request of `address` for `path` at `now_ms` of the monotonic clock. False: it is one too
 * many, and the next is let in after `ret_wait_ms`. Any thread may ask. */
MUST_USE bool rate_limiter_admit(struct rate_limiter *limiter, const char *address,
    const char *path, const struct rate_rule *rule, int64_t now_ms, int64_t *ret_wait_ms);
