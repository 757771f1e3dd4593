/* expect: incompatible type | passing 'struct tn_membership' to parameter */
/* A transaction is of one organization's handle too. */
#include <tenantry/tenantry.h>

bool page(struct tn_db db, struct tn_membership membership, struct tn_error *error);

static bool
body(struct tn_db db, void *argument, struct tn_error *error)
{
    (void)db, (void)argument, (void)error;
    return true;
}

bool
page(struct tn_db db, struct tn_membership membership, struct tn_error *error)
{
    (void)db, (void)membership;
#ifdef MISTAKE
    return tn_transaction(membership, body, NULL, error);
#else
    return tn_transaction(db, body, NULL, error);
#endif
}
