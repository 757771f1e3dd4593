/* What the catalogue alone tells: roles, grants, keys, functions, settings. It runs nothing of the
 * database's own. */
#pragma once

#include "verifier/audit.h"

/* Roles, settings' defaults, default privileges. */
void rules_roles(struct audit *audit);
/* Tables, their children, grants, keys and indexes. Policies are judged elsewhere (judge.h). */
void rules_relations(struct audit *audit);
/* Views, materialized views and functions, as suspicions that an attack may clear. */
void rules_routines(struct audit *audit);

/* Is a finding of this kind only a suspicion until a statement got through? */
bool rules_is_suspicion(enum audit_kind kind);

/* Does a text speak of the tenant setting, itself or through a function? Then it may keep tenants
 * apart by itself. */
bool rules_mind_tenant(const struct audit *audit, const char *text);

/* The mend of a table without protection: enable, force, a policy, an index. */
const char *rules_mend_table(const struct audit *audit, const struct relation *relation);
