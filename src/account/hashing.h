/* A password made into a hash, or compared with one, on a worker while the fiber waits. */
#pragma once

#include "crypto/password.h"
#include "loop/worker.h"

struct hashing {
    const char *password;
    const char *expected; /* the hash to compare with; NULL: make one */
    char hash[PASSWORD_HASH_LENGTH + 1];
    bool fits;
    bool done;
    struct tn_error error;
};

MUST_USE bool
hashing_run(struct worker_pool *workers, struct hashing *hashing, struct tn_error *error);
