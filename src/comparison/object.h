/* What a database is made of, as its catalogue says it: objects with a few fields of text.
 *
 * Two objects of the same kind and identity with the same fields are the same. All names are quoted
 * and qualified, so that the texts do not depend on search_path. Everything lives in one arena. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum object_kind {
    OBJECT_SCHEMA,
    OBJECT_EXTENSION,
    OBJECT_TYPE,
    OBJECT_DOMAIN_CONSTRAINT,
    OBJECT_SEQUENCE,
    OBJECT_TABLE,
    OBJECT_COLUMN,
    OBJECT_DEFAULT,
    OBJECT_CONSTRAINT,
    OBJECT_INDEX,
    OBJECT_VIEW,
    OBJECT_FUNCTION,
    OBJECT_TRIGGER,
    OBJECT_ROW_SECURITY,
    OBJECT_POLICY,
    OBJECT_RULE,
    OBJECT_STATISTICS,
    OBJECT_SETTING,
    OBJECT_OWNER,
    OBJECT_GRANT,
    OBJECT_COMMENT,
    OBJECT_OTHER, /* what no comparison writes */
    OBJECT_KINDS,
};

/* The fields of each kind, in the order of the columns that sql/comparison/ answers. */
enum { EXTENSION_SCHEMA };
enum { TYPE_KIND, TYPE_BODY, TYPE_DEFAULT, TYPE_NOT_NULL, TYPE_COLLATION };
enum { DOMAIN_CONSTRAINT_DEFINITION };
enum { SEQUENCE_OPTIONS, SEQUENCE_OWNER };
enum {
    TABLE_PERSISTENCE,
    TABLE_PARTITION_KEY,
    TABLE_PARTITION_OF,
    TABLE_BOUND,
    TABLE_INHERITS,
    TABLE_OPTIONS
};
enum {
    COLUMN_TYPE,
    COLUMN_NOT_NULL,
    COLUMN_GENERATED,
    COLUMN_IDENTITY,
    COLUMN_COLLATION,
    COLUMN_STORAGE
};
enum { DEFAULT_EXPRESSION, DEFAULT_VOLATILE };
enum {
    CONSTRAINT_TYPE,
    CONSTRAINT_DEFINITION,
    CONSTRAINT_INDEX,
    CONSTRAINT_NOT_VALID,
    CONSTRAINT_PARTITIONED,
    CONSTRAINT_COLUMNS
};
enum { INDEX_DEFINITION, INDEX_UNIQUE, INDEX_INVALID, INDEX_PARTITIONED, INDEX_MARKS };
enum { VIEW_KIND, VIEW_QUERY, VIEW_OPTIONS, VIEW_COLUMNS };
enum { FUNCTION_DEFINITION, FUNCTION_KIND, FUNCTION_RESULT, FUNCTION_ARGUMENTS };
enum { TRIGGER_DEFINITION, TRIGGER_FIRES };
enum { ROW_SECURITY_ENABLED, ROW_SECURITY_FORCED };
enum { POLICY_PERMISSIVE, POLICY_COMMAND, POLICY_ROLES, POLICY_USING, POLICY_CHECK };
enum { RULE_DEFINITION };
enum { STATISTICS_DEFINITION };
enum { SETTING_SET, SETTING_RESET };
enum { OWNER_OBJECT, OWNER_ROLE };
enum { GRANT_OBJECT, GRANT_PRIVILEGES, GRANT_GRANTABLE, GRANT_ROLE, GRANT_COLUMN };
enum { COMMENT_OBJECT, COMMENT_TEXT };
enum { OTHER_NAME, OTHER_DEFINITION };
enum { OBJECT_FIELDS = 6 };

enum change {
    CHANGE_NONE,
    CHANGE_MAKE,
    CHANGE_DROP,
    CHANGE_ALTER,
    CHANGE_RENAME,  /* the same under another name */
    CHANGE_REPLACE, /* dropped and made again */
};

/* As pg_depend names objects; a column is a part of its table. */
struct address {
    uint32_t class;
    uint32_t object;
    int32_t part;
};

struct object {
    enum object_kind kind;
    struct address address; /* all 0: nothing depends on it */
    struct address parent_address;
    struct object *parent; /* the table of a column, the object of a comment; NULL: none */
    const char *identity;
    const char *name;
    const char *fields[OBJECT_FIELDS]; /* NULL where there is nothing */

    struct object **needs; /* what it cannot be without, its parent included */
    size_t need_count;
    size_t need_capacity;

    /* What the comparison finds out. */
    struct object *other; /* the same object on the other side; NULL: none */
    enum change change;
    bool is_inline; /* made or dropped together with its parent */
    int drop_stage;
    int make_stage;
    int visit; /* of the walk that orders them */
};

struct snapshot {
    struct arena *arena;
    struct object **objects; /* in the order in which the database made them, kind by kind */
    size_t count;
};

/* NULL if there is none. */
struct object *
snapshot_find(const struct snapshot *snapshot, enum object_kind kind, const char *identity);
bool object_same_fields(const struct object *one, const struct object *another);
/* NULL and "" alike. */
bool text_same(const char *one, const char *another);
