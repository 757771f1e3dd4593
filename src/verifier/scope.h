/* Whom the audit is about: the application's roles, the tenant column of each table, the settings
 * that carry the tenant. What was given is taken; the rest is found, and each guess is said in a
 * sentence. */
#pragma once

#include "verifier/audit.h"

/* TN_CONFIGURATION: a role that is not there, or nothing that could be a tenant. */
MUST_USE bool scope_find(struct audit *audit, struct tn_error *error);

/* The settings that policies read, the tenant's first, and the claim in it. scope_find's own. */
void scope_find_settings(struct audit *audit);

/* Does `relation` hold tenants' rows, by a column or indirectly? */
bool scope_is_tenant(const struct relation *relation);
/* Likewise, or the tenants themselves, where policies keep them from each other: what a view or a
 * function must not show. */
bool scope_is_guarded(const struct relation *relation);
/* The table that it is a partition or child of, at the top; itself if of none. */
const struct relation *
scope_top(const struct inventory *inventory, const struct relation *relation);
/* Before all else here: what scope_deep_source looks up. */
void scope_read_sources(struct audit *audit);
/* The policy text, and the source of every function that it names, however deep. In the audit's
 * arena. */
const char *scope_deep_source(const struct audit *audit, const char *text);
/* The setting's value for a tenant's `value`: the value, or a JSON document that carries it. */
const char *scope_setting_value(const struct audit *audit, const char *setting, const char *value);
/* The predicate that ties `column` to the tenant setting, as --fix writes it. */
const char *scope_predicate(const struct audit *audit, const struct column *column);
/* "app_id", "current_org" and the like: is the column what the setting's name says? */
bool scope_names_column(const char *setting, const char *column);
