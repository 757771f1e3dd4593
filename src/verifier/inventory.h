/* What a database's catalogue says, as much of it as tenants' isolation depends on: every role,
 * relation, policy, grant, key, function and setting outside PostgreSQL's own schemas. Read once,
 * in one snapshot; it judges nothing. Names ending in `_quoted` are ready for SQL; everything lives
 * in the arena that it was read into. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

enum privilege {
    MAY_SELECT = 1 << 0,
    MAY_INSERT = 1 << 1,
    MAY_UPDATE = 1 << 2,
    MAY_DELETE = 1 << 3,
    MAY_TRUNCATE = 1 << 4,
    MAY_REFERENCE = 1 << 5,
    MAY_TRIGGER = 1 << 6,
    MAY_USE = 1 << 7,
    MAY_CREATE = 1 << 8,
    MAY_EXECUTE = 1 << 9,
};
#define MAY_DATA (MAY_SELECT | MAY_INSERT | MAY_UPDATE | MAY_DELETE)

/* A role that another one belongs to. */
struct membership {
    uint32_t role;
    bool has_privileges; /* without SET ROLE */
    bool can_become;     /* by SET ROLE */
    const char *hop;     /* the membership of its own that leads there, quoted */
};

struct role {
    uint32_t oid;
    const char *name;
    const char *quoted;
    bool is_superuser;
    bool bypasses_rls;
    bool replicates;
    bool creates_roles;
    bool can_login;
    bool is_current;
    bool makes_temporary;
    bool makes_schemas;
    bool reads_large_objects;
    bool is_lent;         /* the connection is a member for its transaction only */
    bool is_out_of_reach; /* the connection may not work as it */
    struct membership *memberships;
    size_t membership_count;
};

struct column {
    int number;
    const char *name;
    const char *quoted;
    const char *type; /* as written in a cast */
    const char *base; /* pg_type's name, domains seen through */
    char type_kind;   /* typtype of the base */
    char category;    /* typcategory of the base */
    bool is_not_null;
    const char *fallback; /* the default's expression, NULL: none */
    char identity;        /* '\0', 'a', 'd' */
    bool is_generated;
    const char **labels; /* of an enum */
    size_t label_count;
    int length_max; /* 0: none */
    const char *domain_checks;
    bool is_caseless; /* letters of either case may be the same to it: citext, some collations */
};

struct policy {
    const char *name;
    const char *quoted;
    bool is_permissive;
    char command; /* '*', 'r', 'a', 'w', 'd' */
    uint32_t *roles;
    size_t role_count;
    const char *using_expression; /* NULL: none */
    const char *check_expression;
};

struct grant {
    int column;       /* 0: the whole */
    uint32_t grantee; /* 0: PUBLIC */
    unsigned privileges;
};

struct constraint {
    const char *name;
    const char *quoted;
    char kind; /* contype */
    int *keys;
    size_t key_count;
    uint32_t references;
    int *referenced;
    size_t referenced_count;
    const char *definition;
    bool is_inherited;
};

struct unique_index {
    const char *name;
    const char *quoted;
    bool is_unique;
    bool is_exclusion;
    bool is_primary;
    int *keys; /* 0: an expression */
    size_t key_count;
    const char *expressions;
    const char *predicate;
    bool is_of_partition;
    const char *constraint; /* quoted; NULL: none */
};

struct trigger {
    const char *quoted;
    uint32_t function;
    const char *definition;
    bool fires_as_replica; /* where other triggers are switched off */
};

struct relation {
    uint32_t oid;
    const char *schema_name;
    const char *name;
    const char *quoted; /* schema.name */
    char kind;
    uint32_t owner;
    const char *owner_name;
    bool rls_is_enabled;
    bool rls_is_forced;
    bool is_invoker_view;
    const char *partition_bound;
    const char *view_definition;
    int updatable; /* pg_relation_is_updatable */
    uint32_t schema;
    const char *comment; /* NULL: none */
    struct column *columns;
    size_t column_count;
    struct policy *policies;
    size_t policy_count;
    struct grant *grants;
    size_t grant_count;
    struct constraint *constraints;
    size_t constraint_count;
    struct unique_index *indexes;
    size_t index_count;
    struct trigger *triggers;
    size_t trigger_count;
    uint32_t *reads; /* of a view: the relations below it */
    size_t read_count;
    const char
        *rule_definitions; /* of other rules than SELECT's, one after the other; may be NULL */
    uint32_t *rule_targets;
    size_t rule_target_count;
    uint32_t *parents;
    size_t parent_count;
    const char **publications; /* without a row filter */
    size_t publication_count;

    /* Put there by scope_find (scope.h). */
    const struct column *tenant;
    bool is_indirect; /* no tenant column, but rows that belong to tenants */
    const char *indirect_why;
    bool is_root;                  /* the tenants themselves */
    const struct column *root_key; /* of those: what tenant columns refer to */
};

struct function {
    uint32_t oid;
    const char *quoted;    /* schema.name */
    const char *signature; /* schema.name(arguments), for GRANT and ALTER */
    const char *language;
    char kind; /* f, p */
    bool is_definer;
    bool is_leakproof;
    char volatility;
    uint32_t owner;
    const char *owner_name;
    const char **settings; /* name=value */
    size_t setting_count;
    const char *source;
    const char *definition; /* CREATE OR REPLACE, where it makes settings; else NULL */
    const char **argument_types;
    size_t argument_count;
    const char **argument_names;
    size_t argument_name_count;
    const char *return_type;
    int default_count;
    bool is_bound; /* its names were resolved when it was made */
    bool is_extension;
    uint32_t schema;
    const char *name;
    struct grant *grants;
    size_t grant_count;
};

struct schema {
    uint32_t oid;
    const char *name;
    const char *quoted;
    uint32_t owner;
    struct grant *grants;
    size_t grant_count;
};

struct role_setting {
    uint32_t role; /* 0: every role */
    const char *role_quoted;
    const char *database_quoted; /* "": every database */
    const char *name;
    const char *value;
};

struct default_privilege {
    const char *owner_quoted;
    const char *schema_quoted; /* "": everywhere */
    uint32_t grantee;
    const char *privileges;
};

struct inventory {
    int server_version;
    const char *database;
    struct role *roles;
    size_t role_count;
    struct relation *relations; /* with room for one more */
    size_t relation_count;
    struct function *functions;
    size_t function_count;
    struct schema *schemas;
    size_t schema_count;
    struct role_setting *settings;
    size_t setting_count;
    struct default_privilege *defaults;
    size_t default_count;
};

MUST_USE bool inventory_read(struct direct *direct, struct arena *arena,
    struct inventory *ret_inventory, struct tn_error *error);

/* NULL if there is none. */
struct relation *inventory_relation(const struct inventory *inventory, uint32_t oid);
struct function *inventory_function(const struct inventory *inventory, uint32_t oid);
struct role *inventory_role(const struct inventory *inventory, uint32_t oid);
struct role *inventory_role_named(const struct inventory *inventory, const char *name);
struct schema *inventory_schema(const struct inventory *inventory, uint32_t oid);
struct column *relation_column(const struct relation *relation, int number);
struct column *relation_column_named(const struct relation *relation, const char *name);
