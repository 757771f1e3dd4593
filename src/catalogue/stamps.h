/* Can a flight on this connection find out whether what was remembered of a person still holds?
 * Where it has identity's database, the migrations that make the stamps, and all of what renews
 * them at work. An error where the tables are not there, or not for this role. */
#pragma once

#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

MUST_USE bool stamps_check(struct direct *direct, bool *ret_are_kept, struct tn_error *error);
