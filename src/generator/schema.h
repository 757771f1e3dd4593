/* What the queries are about: the relations, types and functions of the scratch database, read
 * once. The database's catalogue is the only source of truth; nobody parses DDL. */
#pragma once

#include <stdint.h>

#include "generator/configuration.h"
#include "postgres/direct.h"

enum relation_class {
    CLASS_NONE, /* neither named in the configuration nor with a tenant column */
    CLASS_TENANT,
    CLASS_ROOT,
    CLASS_GLOBAL,
    CLASS_IDENTITY,
    CLASS_CROSS_ORG,
};

struct column {
    const char *name;
    const char *type_name; /* as PostgreSQL writes it: "numeric(14,2)" */
    uint32_t type;
    int modifier;
    int number; /* attnum */
    bool is_not_null;
    bool is_identity;  /* GENERATED … AS IDENTITY: OVERRIDING USER VALUE ignores what is given */
    bool is_generated; /* GENERATED ALWAYS AS (…) STORED */
};

struct relation {
    uint32_t oid;
    const char *schema;
    const char *name;
    char kind; /* relkind */
    enum relation_class class;
    /* The column that P compares with $1; NULL: the relation is not limited to an organization. */
    const char *scope_column;
    struct column *columns;
    int column_count;
    const char *view_text;
};

struct unique_index {
    uint32_t relation;
    const char *name;
    struct name_list columns;
    bool has_expressions;
    bool is_primary;
    bool is_constraint;
    bool is_of_partition; /* and this relation is above it */
};

struct type {
    uint32_t oid;
    const char *schema;
    const char *name;
    char kind;     /* typtype */
    uint32_t base; /* of a domain */
    int base_modifier;
    uint32_t element;        /* of an array */
    struct name_list labels; /* of an enum */
};

struct function {
    const char *schema;
    const char *name;
    bool is_allowed;
};

struct collation {
    const char *schema;
    const char *name;
};

/* Deleting or updating a row of `referenced` writes `referencing`. */
struct cascade {
    uint32_t referenced;
    uint32_t referencing;
    bool on_delete;
    bool on_update;
};

struct schema {
    const struct configuration *configuration;
    const char *scope_type; /* T of $1::T, as it is written with an empty search_path */
    uint32_t scope_type_oid;
    struct name_list search_path;
    bool path_has_operators; /* of an extension or the project: one may be meant where another is */
    struct relation *relations;
    int relation_count;
    struct unique_index *indexes;
    int index_count;
    struct type *types;
    int type_count;
    struct function *functions; /* sorted by name */
    int function_count;
    struct cascade *cascades;
    int cascade_count;
    struct collation *collations; /* outside of pg_catalog */
    int collation_count;
};

/* Read it. Fails when the configuration names what is not there, or names it twice. */
MUST_USE bool schema_read(struct direct *direct, const struct configuration *configuration,
    struct arena *arena, struct schema *ret_schema, struct tn_error *error);

/* `schema_name` NULL or "": by the search path. NULL if there is none. */
const struct relation *
schema_relation(const struct schema *schema, const char *schema_name, const char *name);
const struct relation *schema_relation_by_oid(const struct schema *schema, uint32_t oid);
const struct column *relation_column(const struct relation *relation, const char *name);
const struct type *
schema_type(const struct schema *schema, const char *schema_name, const char *name);
const struct type *schema_type_by_oid(const struct schema *schema, uint32_t oid);
/* The schema of a collation that is written without one; NULL: it is PostgreSQL's, or unknown. */
const char *schema_of_collation(const struct schema *schema, const char *name);
const char *relation_class_name(enum relation_class class);

enum function_verdict {
    FUNCTION_UNKNOWN,
    FUNCTION_ALLOWED,
    FUNCTION_OF_PROJECT, /* allowed, and to be written with its schema */
    FUNCTION_REFUSED,
};
/* `schema_name` NULL or "": by the search path, all overloads of the name together. */
enum function_verdict schema_function(const struct schema *schema, const char *schema_name,
    const char *name, const char **ret_schema_name);
