/* The roles that tenantry's grants name: made when missing, or said how. */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "migration/apply.h"
#include "postgres/direct.h"

#define ROLE_OWNER "tenantry_owner"
#define ROLE_IDENTITY "tenantry_identity"
#define ROLE_APPLICATION "tenantry_app"
#define ROLE_RAW "tenantry_raw"

/* Afterwards the four roles are there, the URLs' users can sign in and have their role's grants,
 * and the connection may SET ROLE tenantry_owner, which may create in this database. When the
 * connection may not do that, the error holds the statements to run. Passwords that are there stay.
 */
MUST_USE bool roles_prepare(struct direct *direct, const struct migration_target *target,
    struct arena *arena, struct tn_error *error);
