#include "account/hashing.h"

static void
hash_on_worker(void *argument)
{
    struct hashing *hashing = argument;
    hashing->done =
        hashing->expected
            ? password_check(hashing->password, hashing->expected, &hashing->fits, &hashing->error)
            : password_hash(hashing->password, hashing->hash, &hashing->error);
}

bool
hashing_run(struct worker_pool *workers, struct hashing *hashing, struct tn_error *error)
{
    if (!worker_run(workers, hash_on_worker, hashing, error))
        return false;

    if (!hashing->done)
        return error_set(error, hashing->error.code, "%s", hashing->error.detail);
    return true;
}
