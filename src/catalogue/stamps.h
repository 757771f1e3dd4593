/* Can a flight on this connection find out whether what was remembered of a person still holds?
 * Where it has identity's database, the migrations that make the stamps, and all of what renews
 * them at work. */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

/* The first statement, to be run by the owner, that is between it and the stamps; NULL: it can. In
 * `arena`. An error where the tables are not there, or not for this role. */
MUST_USE bool stamps_check(
    struct direct *direct, struct arena *arena, const char **ret_mend, struct tn_error *error);
