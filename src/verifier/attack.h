/* The attack: with planted tenants, each of the application's roles tries to reach the rows of
 * another one. Every try is a savepoint that is rolled back, in a transaction that is rolled back.
 *
 * What got through is a finding with its statement. What was suspected and refused everywhere is no
 * finding. What could not be tried is unproven. */
#pragma once

#include "verifier/plant.h"

/* What became of a suspicion, over all roles and tries. */
struct suspicion {
    enum audit_kind kind;
    const char *object;
    const char *about; /* the constraint, NULL: the object has one such suspicion */
    unsigned shown;
    unsigned refused;
    unsigned unknown;
};

struct attack {
    struct audit *audit;
    struct session *session;
    struct values *values;
    struct plant *plant;
    bool is_private; /* only planted rows are there: statements without WHERE disturb nobody */
    bool is_clone;   /* nobody else is there: locks disturb nobody */
    struct suspicion *suspicions;
    size_t suspicion_count;
    size_t suspicion_capacity;
};

/* Tables: reading, inserting, updating, moving, deleting. `ret_caught`, where not NULL: how many of
 * those got through, and nothing is reported. */
MUST_USE bool attack_table(struct attack *attack, const struct role *role,
    struct plant_table *table, bool is_unset, unsigned *ret_caught, struct tn_error *error);
/* Foreign keys at another tenant's rows, another tenant's unique values. */
MUST_USE bool attack_keys(struct attack *attack, const struct role *role, struct plant_table *table,
    struct tn_error *error);
MUST_USE bool attack_view(struct attack *attack, const struct role *role,
    const struct relation *view, struct tn_error *error);
MUST_USE bool attack_function(struct attack *attack, const struct role *role,
    const struct function *function, struct tn_error *error);
/* TRUNCATE, triggers, keys of one's own, large objects, SET ROLE. */
MUST_USE bool
attack_privileges(struct attack *attack, const struct role *role, struct tn_error *error);
/* Functions that leave the tenant in the session, on a connection of their own. */
MUST_USE bool attack_sessions(struct attack *attack, const char *url, struct tn_error *error);

/* --- for those files ------------------------------------------------------------------------- */

/* For whom one works who is no tenant. */
enum {
    TENANT_UNSET = -1, /* as the session is */
    TENANT_EMPTY = -2, /* the setting is an empty string, as after the first transaction */
};

/* A savepoint, in it the role, and the tenant set. */
MUST_USE bool
attack_begin(struct attack *attack, const struct role *role, int tenant, struct tn_error *error);
/* Oneself again, within the savepoint: to look at what was done. */
MUST_USE bool attack_look(struct attack *attack, struct tn_error *error);
MUST_USE bool attack_end(struct attack *attack, struct tn_error *error);
/* The rows of B and C in the relations, as one value; "" where it cannot be told. */
MUST_USE bool attack_fingerprint(struct attack *attack, const struct relation *const *relations,
    size_t count, const char **ret_fingerprint, struct tn_error *error);

/* Set the columns that `text` names to the `variant`th value that it could ask for, in the planted
 * rows. */
MUST_USE bool attack_vary(struct attack *attack, const struct relation *const *relations,
    size_t count, const char *text, size_t variant, struct tn_error *error);
/* A finding that is there gets this statement as its proof; the first of `kinds` (ends with
 * AUDIT_KIND_COUNT) that is found for the object. False: none was there. */
bool attack_confirm(
    struct attack *attack, const char *object, const enum audit_kind *kinds, const char *statement);
/* The statement as a person would run it, with role and setting. */
const char *
attack_statement(struct attack *attack, const struct role *role, int tenant, const char *sql);
/* Does the text hold something that only B or C has? `but_not` may be NULL: what the caller said
 * himself. */
bool attack_is_marked(const struct attack *attack, const char *text, const char *but_not);

struct suspicion *attack_suspicion(
    struct attack *attack, enum audit_kind kind, const char *object, const char *about);
/* Take out what was refused everywhere. */
void attack_clear(struct attack *attack);

/* Could what it calls reach beyond the database, or hold others up? The word that says so; NULL:
 * no. */
const char *attack_reaches_out(const struct audit *audit, const struct function *function);
/* Likewise, by any trigger of the table or its parts, or of those that these write to, in a
 * sentence. `ret_is_stubborn`: it cannot be switched off. */
const char *attack_table_reaches_out(
    const struct audit *audit, const struct relation *relation, bool *ret_is_stubborn);
