#include "tenantry/db.h"

#include "tenant/compose.h"

/* A transaction of either plane. */
struct transaction {
    struct tn_handle_slot *slot; /* of the handle that the body is given */
    uint64_t serial;
    struct scope *outer;
    struct lease lease;
};

static void
transaction_end(struct transaction *transaction)
{
    if (transaction->slot)
        handle_close(transaction->slot, transaction->serial, transaction->outer->kind);
    if (transaction->outer)
        transaction->outer->busy = false;
    lease_release(&transaction->lease);
}

#define AUTO_TRANSACTION __attribute__((cleanup(transaction_end))) struct transaction

/* A scope of its own for the body, on a lease; the outer one is busy until it ends. */
static bool
transaction_begin(struct transaction *transaction, struct scope *outer, const char *organization_id,
    struct tn_error *error)
{
    if (outer->lease)
        return error_set(error, TN_BUSY,
            "a transaction inside a transaction: pass the handle that the body was given to its "
            "queries instead");

    if (!lease_acquire(outer->pool, organization_id, &transaction->lease, error) ||
        !handle_open(outer->runtime, outer->kind, &transaction->slot, error))
        return false;

    transaction->serial = transaction->slot->serial;
    transaction->slot->scope = *outer;
    transaction->slot->scope.lease = &transaction->lease;
    transaction->outer = outer;
    outer->busy = true;
    outer->reads_replica = false;
    return true;
}

/* After the body, which answered `done`. */
static bool
transaction_commit(struct transaction *transaction, bool done, struct tn_error *error)
{
    if (done && compose_commit(&transaction->slot->scope, error))
        return true;

    return error_set(error, TN_INTERNAL, "the body of a transaction failed without saying why");
}

bool
tn_transaction(struct tn_db db,
    bool (*body)(struct tn_db db, void *argument, struct tn_error *error), void *argument,
    struct tn_error *error)
{
    struct scope *outer;
    if (!handle_check(db.slot, db.serial, HANDLE_DB, "transaction", &outer, error))
        return false;

    AUTO_TRANSACTION transaction = { 0 };
    if (!transaction_begin(&transaction, outer, outer->organization_id, error))
        return false;

    const struct tn_db inner = { transaction.slot, transaction.serial };
    return transaction_commit(&transaction, body(inner, argument, error), error);
}

bool
identity_transaction(struct tn_identity identity, const char *organization_id,
    bool (*body)(struct tn_identity identity, void *argument, struct tn_error *error),
    void *argument, struct tn_error *error)
{
    struct scope *outer;
    if (!handle_check(
            identity.slot, identity.serial, HANDLE_IDENTITY, "transaction", &outer, error))
        return false;

    AUTO_TRANSACTION transaction = { 0 };
    if (!transaction_begin(&transaction, outer, organization_id, error))
        return false;

    const struct tn_identity inner = { transaction.slot, transaction.serial };
    return transaction_commit(&transaction, body(inner, argument, error), error);
}
