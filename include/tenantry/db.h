/* One organization's database.
 *
 * A struct tn_db is passed by value and opened only from a verified membership; there is no way to
 * make one from an organization's id, and none that reaches more than one organization. The
 * generated queries take it, and it holds to the end of the request (or of tn_transaction's body).
 * A handle that was never opened, or outlived its request, is refused at each call (TN_HANDLE). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tenantry/error.h"

struct tn_handle_slot;

struct tn_db {
    struct tn_handle_slot *slot;
    uint64_t serial;
};

/* What was verified when the request began: this person belongs to this organization. */
struct tn_membership {
    struct tn_handle_slot *slot;
    uint64_t serial;
};

/* Run `body` in one database transaction: BEGIN, its queries, COMMIT. `body` gets a handle of its
 * own; using the outer one inside is TN_BUSY. false from `body` rolls back. Never repeated by
 * itself. TN_OUTCOME_UNKNOWN: the answer to COMMIT was lost. */
TN_PUBLIC bool tn_transaction(struct tn_db db,
    bool (*body)(struct tn_db db, void *argument, struct tn_error *error), void *argument,
    struct tn_error *error);
