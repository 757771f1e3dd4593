/* What is planted: three tenants whose names begin alike or differ by case, and a value for every
 * type of column that nobody else has, so that it is recognized wherever it turns up. */
#pragma once

#include "verifier/audit.h"

/* A acts, B and C are whom it must not reach. B is A and more; C is A in capitals, told apart by
 * text only. */
enum { TENANT_A, TENANT_B, TENANT_C, TENANT_COUNT };

struct tenant {
    const char *uuid;
    const char *integer;
    const char *small;
    const char *text;
};

struct values {
    struct arena *arena;
    struct tenant tenants[TENANT_COUNT];
    uint64_t run; /* in every marker */
    unsigned counter;
};

MUST_USE bool values_init(struct values *values, struct arena *arena, struct tn_error *error);

/* The tenant's own value, in the form of the column's type. */
const char *values_tenant(const struct values *values, int tenant, const struct column *column);
/* Any value of the type; another one each time, another sort for each `attempt`. NULL: none is
 * known. */
const char *values_filler(struct values *values, int tenant, const struct relation *relation,
    const struct column *column, int attempt);
/* What `text`, of policies, views or functions, compares the column with, as far as it is of its
 * type. At most `most`. */
size_t values_candidates(const struct audit *audit, const char *text, const struct column *column,
    const char **found, size_t most);
/* Tenants that are not A, though a comparison by size, by remainder, by a part or by length takes
 * them for it. */
size_t values_twins(
    const struct values *values, const struct column *column, const char **found, size_t most);
/* Tenants that `text` names itself. */
size_t values_named(const struct audit *audit, const char *text, const struct column *column,
    const char **found, size_t most);
/* Do two values that differ by case differ in this column? */
bool values_tells_case(const struct column *column);
/* Is the column where a person stands: user_id, owner_id, and what the setting's name says? */
bool values_is_person(const struct audit *audit, const struct column *column);
/* Is it a person whom the tenant's setting or claim names, by whom the tenant is found out? */
bool values_is_for_person(const struct audit *audit);
/* The column whose values the tenant setting is compared with, for its type. NULL: none was found.
 */
const struct column *values_principal_column(const struct audit *audit);
/* What the setting says when `tenant` works. */
const char *values_principal(const struct values *values, const struct audit *audit, int tenant);
/* set_config of each setting, for the transaction or the session; "" for the empty string in all of
 * them. */
const char *
values_set(const struct values *values, const struct audit *audit, int tenant, bool is_local);
const char *values_set_empty(const struct audit *audit, bool is_local);
