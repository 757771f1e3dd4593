/* tenantry.conf: which relation belongs to whom. One `key = value` a line, `#` begins a comment. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

struct name_list {
    const char **names;
    int count;
};

struct configuration {
    const char *path;
    const char *root_table; /* the table and column that name an organization */
    const char *root_column;
    const char *tenant_column;
    const char *tenant_type; /* NULL: the type of the root's column */
    const char *identity_column;
    const char *extension_schema; /* NULL: none */
    struct name_list global;
    struct name_list cross_org;
    struct name_list identity; /* not empty: this is the configuration of the identity plane */
    struct name_list functions;
    struct name_list function_writes; /* "NAME: TABLE TABLE" */
    struct name_list schema; /* files, or folders of *.sql, relative to the configuration */
};

MUST_USE bool configuration_read(const char *path, struct arena *arena,
    struct configuration *ret_configuration, struct tn_error *error);
bool name_list_has(const struct name_list *list, const char *name);
/* A whole file, NUL-terminated, in `arena`. */
MUST_USE bool
file_read(const char *path, struct arena *arena, char **ret_text, struct tn_error *error);
