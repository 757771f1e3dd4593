/* What a role may do, all told: its own grants, PUBLIC's, those of the roles it belongs to,
 * ownership, and PostgreSQL's roles that read or write everything. Computed here, since a server
 * asked for each role and table would take long. */
#pragma once

#include "verifier/inventory.h"

/* Has `role` the privileges of `other` without SET ROLE? Of a superuser: yes. */
bool role_has(const struct role *role, uint32_t other);
/* Can it become `other` by SET ROLE? NULL: no. */
const struct membership *role_becomes(const struct role *role, uint32_t other);

/* On the whole or any column; 0 without USAGE on the schema. */
unsigned access_relation(
    const struct inventory *inventory, const struct role *role, const struct relation *relation);
unsigned access_column(const struct inventory *inventory, const struct role *role,
    const struct relation *relation, const struct column *column);
bool access_function(
    const struct inventory *inventory, const struct role *role, const struct function *function);
bool access_schema(const struct inventory *inventory, const struct role *role,
    const struct schema *schema, unsigned privilege);
/* Can it make a table that stays? */
bool access_makes_tables(const struct inventory *inventory, const struct role *role);
/* To whom (quoted, or PUBLIC) the privilege was granted by which `role` has it; the owner's own
 * grants are left out. NULL: it has none, or has it as the owner. */
const char *access_grantee(const struct inventory *inventory, const struct role *role,
    const struct relation *relation, unsigned privilege);
/* What takes those privileges away: the grant, or the membership of PostgreSQL's own roles over all
 * data. In `arena`. */
const char *access_revoke(const struct inventory *inventory, const struct role *role,
    const struct relation *relation, unsigned privilege, struct arena *arena);

/* Does no policy of `relation` hold for `role`? */
bool access_bypasses(const struct role *role, const struct relation *relation);
/* Does the policy apply to it? */
bool policy_applies(const struct policy *policy, const struct role *role);
