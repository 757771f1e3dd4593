/* Handles of the identity plane, for tenantry itself: an application's queries can be neither.
 *
 * A struct tn_identity reaches accounts, sessions and organizations whole (`-- scope: identity`);
 * only src/server makes one, a request or a command at a time. Queries on identity tables that
 * carry an organization take a struct tn_membership. Both run as tenantry_identity. */
#pragma once

#include "tenantry/db.h"
#include "tenantry/query.h"

#include "base/compiler.h"

struct tn_identity {
    struct tn_handle_slot *slot;
    uint64_t serial;
};

/* As tn_transaction. `body` gets memberships from its handle by membership_hold. `organization_id`:
 * whose change it is, for fairness; NULL: nobody's. */
MUST_USE bool identity_transaction(struct tn_identity identity, const char *organization_id,
    bool (*body)(struct tn_identity identity, void *argument, struct tn_error *error),
    void *argument, struct tn_error *error);

/* As tn_call_begin; called by generated code. */
MUST_USE bool tn_call_begin_identity(struct tn_call *call, struct tn_identity identity,
    const struct tn_query *query, struct tn_error *error);
MUST_USE bool tn_call_begin_membership(struct tn_call *call, struct tn_membership membership,
    const struct tn_query *query, struct tn_error *error);
