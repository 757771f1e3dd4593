/* Who a connection string signs in as, and what PostgreSQL keeps of a password. */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

struct credentials {
    const char *user;     /* never NULL: libpq's default where the string names none */
    const char *password; /* NULL: none */
};

/* In `arena`. */
MUST_USE bool credentials_of_url(const char *url, struct arena *arena,
    struct credentials *ret_credentials, struct tn_error *error);
/* The SCRAM secret of `password`, for CREATE ROLE: the password itself would stand in the log. */
MUST_USE bool credentials_secret(struct direct *direct, const struct credentials *credentials,
    struct arena *arena, const char **ret_secret, struct tn_error *error);
