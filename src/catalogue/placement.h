/* Could the tenant tables move to Citus by placement alone? Warnings, one a place. */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "catalogue/finding.h"
#include "postgres/direct.h"

/* `moves_now` false: policies in tenantry's own form are left out, for `--engine citus` writes them
 * otherwise. */
MUST_USE bool placement_check(struct direct *direct, bool moves_now, struct arena *arena,
    struct finding **ret_findings, size_t *ret_count, struct tn_error *error);
