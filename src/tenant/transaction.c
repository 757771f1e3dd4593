#include "tenantry/db.h"

#include "tenant/compose.h"

/* A scope of its own for the body, on a lease; the outer one is busy until it ends. */
static bool
inner_open(struct scope *outer, struct lease *lease, struct tn_handle_slot **ret_slot,
    struct tn_error *error)
{
    if (!handle_open(outer->runtime, outer->kind, ret_slot, error))
        return false;

    (*ret_slot)->scope = *outer;
    (*ret_slot)->scope.lease = lease;
    outer->busy = true;
    return true;
}

bool
tn_transaction(struct tn_db db,
    bool (*body)(struct tn_db db, void *argument, struct tn_error *error), void *argument,
    struct tn_error *error)
{
    struct scope *outer;
    if (!handle_check(db.slot, db.serial, HANDLE_DB, "transaction", &outer, error))
        return false;

    if (outer->lease)
        return error_set(error, TN_BUSY,
            "a transaction inside a transaction: pass the handle that the body was given to its "
            "queries instead");

    AUTO_LEASE lease = { 0 };
    if (!lease_acquire(outer->pool, outer->organization_id, &lease, error))
        return false;

    struct tn_handle_slot *slot;
    if (!inner_open(outer, &lease, &slot, error))
        return false;

    const uint64_t serial = slot->serial;
    const bool done = body((struct tn_db){ slot, serial }, argument, error) &&
                      compose_commit(&slot->scope, error);
    handle_close(slot, serial, HANDLE_DB);
    outer->busy = false;
    if (!done)
        error_set(error, TN_INTERNAL, "the body of a transaction failed without saying why");
    return done;
}
