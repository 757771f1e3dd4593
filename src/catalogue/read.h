/* What a database's catalogue says of one role and of the relations outside PostgreSQL's own
 * schemas. Names are quoted as SQL wants them; everything lives in the arena that it was read into.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

/* The column by which a table of tenantry's own schemas is a tenant table. */
#define TENANT_COLUMN "organization_id"

/* The role itself, or one that it can become, at once or by way of others. */
struct catalogue_role {
    const char *name;
    const char *through; /* the role's own membership that leads there; NULL: the role itself */
    bool is_superuser;
    bool bypasses_rls;
    bool replicates;
    bool creates_roles;
    bool
        reaches_all; /* one of PostgreSQL's own roles that read or write any table, or the server */
};

struct catalogue_policy {
    const char *name;
    bool is_permissive;
    bool is_for_all;              /* commands */
    bool applies;                 /* to the role */
    const char *using_expression; /* NULL: none */
    const char *check_expression; /* NULL: none */
};

struct catalogue_grant {
    const char *grantee; /* "PUBLIC", the role, or one that it belongs to */
    bool is_data;        /* SELECT, INSERT, UPDATE, DELETE, on the whole or on a column */
    bool is_truncate;
    bool is_trigger;
};

struct catalogue_relation {
    uint32_t oid;
    const char *plain_name; /* schema.name, not quoted, as manifests have it */
    const char *name;
    char kind;              /* relkind */
    const char *kind_words; /* "TABLE", "VIEW" */
    const char *owner;
    bool owner_is_reachable;   /* the role is it, or can become it */
    const char *owner_through; /* by this membership of the role; NULL if it is the role */
    bool owner_bypasses_rls;
    bool rls_is_enabled;
    bool rls_is_forced;
    bool is_invoker_view;
    bool has_tenant_column;
    bool tenant_column_is_nullable;
    const char *tenant_column_type;
    bool has_tenant_index;
    const char *comment; /* NULL: none */
    struct catalogue_policy *policies;
    size_t policy_count;
    struct catalogue_grant *grants; /* that the role has, the owner's own left out */
    size_t grant_count;
};

/* A schema that holds relations, or a function of the schema tenantry, whose owner the role is or
 * can become: "SCHEMA public". */
struct catalogue_owned {
    const char *object;
    const char *owner;
    const char *owner_through;
};

struct catalogue {
    const char *role;
    const char *tenant_column;    /* not quoted */
    struct catalogue_role *roles; /* the role itself is the first */
    size_t role_count;
    struct catalogue_relation *relations;
    size_t relation_count;
    struct catalogue_owned *owned;
    size_t owned_count;
};

/* A role that is not there is TN_CONFIGURATION. */
MUST_USE bool catalogue_read(struct direct *direct, const char *role, const char *tenant_column,
    struct arena *arena, struct catalogue *ret_catalogue, struct tn_error *error);
