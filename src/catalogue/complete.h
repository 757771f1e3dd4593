/* Does a database have what queries were generated from, in whatever order? Tables of another
 * program are adopted as they are, so places of columns are not compared as manifest.h does. */
#pragma once

#include "tenantry/application.h"

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

/* What is missing, or is not granted to the connection's role, in words; NULL when all is there. */
MUST_USE bool complete_check(struct direct *direct, const struct tn_manifest *manifest,
    struct arena *arena, const char **ret_missing, struct tn_error *error);
