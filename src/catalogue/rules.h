/* The rules that a database has to keep before a server works on it. Start-up, migrate and verify
 * share them; findings.def has their words. They read, they change nothing: any role may ask. */
#pragma once

#include "tenantry/application.h"

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "catalogue/finding.h"
#include "postgres/direct.h"

/* The tenant plane, as seen by the role that serves it. `manifest`: what the queries were generated
 * from; NULL: not compared. No finding: `ret_count` is 0. Findings live in `arena`. */
MUST_USE bool catalogue_check_tenant(struct direct *direct, const char *application_role,
    const struct tn_manifest *manifest, struct arena *arena, struct finding **ret_findings,
    size_t *ret_count, struct tn_error *error);

/* The identity plane, likewise. */
MUST_USE bool catalogue_check_identity(struct direct *direct, const char *identity_role,
    const struct tn_manifest *manifest, struct arena *arena, struct finding **ret_findings,
    size_t *ret_count, struct tn_error *error);
