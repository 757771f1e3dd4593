/* Rows of made-up tenants in every table that can take them, parents before children.
 *
 * Two rows a tenant and table: the first is what children refer to; the second, the spare, is
 * referred to by nobody, so that a DELETE is stopped by policies or not at all. Everything happens
 * in the session's transaction. */
#pragma once

#include "verifier/judge.h"

struct plant_row {
    const char **values; /* of each column, as text; NULL: not planted */
};

struct plant_table {
    const struct relation *relation;
    bool is_planted;
    const char *reason; /* why not */
    bool lacks_parent;  /* a foreign key is why not */
    const char *muted;  /* why its triggers must not run; NULL: they may */
    struct plant_row first[TENANT_COUNT];
    struct plant_row spare[TENANT_COUNT];
};

struct plant {
    struct audit *audit;
    struct session *session;
    struct values *values;
    struct plant_table *tables; /* in the order of the inventory's relations */
    size_t *order;              /* parents first */
    size_t order_count;
    bool may_alter;   /* nobody else is there: a check that cannot be met may go */
    bool has_muted;   /* some table's triggers must not run */
    bool sets_tenant; /* the owner is held by policies too: the setting is made for each tenant */
};

/* The table's place in `plant`. */
struct plant_table *plant_table_of(const struct plant *plant, const struct relation *relation);
/* Does another table refer to the column by its tenant's column, or where a person stands? So the
 * key of the list of tenants, and that of people, is known. */
bool plant_is_referred_as(const struct plant *plant, const struct relation *relation,
    const struct column *column, bool by_person);

MUST_USE bool plant_all(struct plant *plant, struct tn_error *error);

/* What could not be planted, once more with the tenant set: triggers and defaults may ask for it.
 */
MUST_USE bool plant_missing(struct plant *plant, struct tn_error *error);

/* One more row of `tenant`, with values that nobody has yet. NULL in `ret_values`: it could not be
 * made. Nothing is written: what comes back is a statement and the values. `columns`: which ones
 * the role may write; NULL: all. */
const char *plant_insert_sql(struct plant *plant, const struct relation *relation, int tenant,
    bool (*may_write)(void *context, const struct column *column), void *context,
    const char ***ret_values);
/* What tells one planted row from all others: "col = 'value' and …" by the primary key, else all
 * simple columns. */
const char *plant_where(
    const struct plant *plant, const struct relation *relation, const struct plant_row *row);
/* The rows as the judge wants them. In the audit's arena. */
const struct planted_rows *plant_rows(const struct plant *plant);
