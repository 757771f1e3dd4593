#include "generator/schema.h"

#include <string.h>

const struct relation *
schema_relation(const struct schema *schema, const char *schema_name, const char *name)
{
    const struct name_list *path = &schema->search_path;
    const bool is_qualified = schema_name && *schema_name;
    for (int at = 0; at < (is_qualified ? 1 : path->count); at++) {
        const char *wanted = is_qualified ? schema_name : path->names[at];
        for (int i = 0; i < schema->relation_count; i++) {
            const struct relation *relation = &schema->relations[i];
            if (strcmp(relation->name, name) == 0 && strcmp(relation->schema, wanted) == 0)
                return relation;
        }
    }
    return NULL;
}

const struct relation *
schema_relation_by_oid(const struct schema *schema, uint32_t oid)
{
    for (int i = 0; i < schema->relation_count; i++) {
        if (schema->relations[i].oid == oid)
            return &schema->relations[i];
    }
    return NULL;
}

const struct column *
relation_column(const struct relation *relation, const char *name)
{
    for (int i = 0; i < relation->column_count; i++) {
        if (strcmp(relation->columns[i].name, name) == 0)
            return &relation->columns[i];
    }
    return NULL;
}

const struct type *
schema_type(const struct schema *schema, const char *schema_name, const char *name)
{
    const struct name_list *path = &schema->search_path;
    const bool is_qualified = schema_name && *schema_name;
    /* pg_catalog comes first, unless it is named somewhere in the path. */
    for (int at = -1; at < (is_qualified ? 0 : path->count); at++) {
        const char *wanted = is_qualified ? schema_name : at < 0 ? "pg_catalog" : path->names[at];
        for (int i = 0; i < schema->type_count; i++) {
            const struct type *type = &schema->types[i];
            if (strcmp(type->name, name) == 0 && strcmp(type->schema, wanted) == 0)
                return type;
        }
    }
    return NULL;
}

const struct type *
schema_type_by_oid(const struct schema *schema, uint32_t oid)
{
    for (int i = 0; i < schema->type_count; i++) {
        if (schema->types[i].oid == oid)
            return &schema->types[i];
    }
    return NULL;
}

const char *
schema_of_collation(const struct schema *schema, const char *name)
{
    for (int at = 0; at < schema->search_path.count; at++) {
        for (int i = 0; i < schema->collation_count; i++) {
            const struct collation *collation = &schema->collations[i];
            if (strcmp(collation->name, name) == 0 &&
                strcmp(collation->schema, schema->search_path.names[at]) == 0)
                return collation->schema;
        }
    }
    return NULL;
}

const char *relation_class_name(enum relation_class class)
{
    static const char *const names[] = {
        [CLASS_NONE] = "none",
        [CLASS_TENANT] = "tenant",
        [CLASS_ROOT] = "root",
        [CLASS_GLOBAL] = "global",
        [CLASS_IDENTITY] = "identity",
        [CLASS_CROSS_ORG] = "cross_org",
    };
    return names[class];
}

static bool
is_in_path(const struct schema *schema, const char *name)
{
    return strcmp(name, "pg_catalog") == 0 || name_list_has(&schema->search_path, name);
}

enum function_verdict
schema_function(const struct schema *schema, const char *schema_name, const char *name,
    const char **ret_schema_name)
{
    const bool is_qualified = schema_name && *schema_name;
    const char *found = NULL;
    bool is_allowed = true;
    bool is_built_in = false;
    for (int i = 0; i < schema->function_count; i++) {
        const struct function *function = &schema->functions[i];
        if (strcmp(function->name, name) != 0)
            continue;
        if (is_qualified ? strcmp(function->schema, schema_name) != 0
                         : !is_in_path(schema, function->schema))
            continue;

        is_allowed = is_allowed && function->is_allowed;
        if (strcmp(function->schema, "pg_catalog") == 0) {
            is_built_in = true;
            continue;
        }
        /* A name in two schemas could mean one to the author and the other without the path. */
        is_allowed = is_allowed && !found;
        found = function->schema;
    }

    /* An extension adds to what PostgreSQL has, as citext does to max(): which one is meant is
     * decided by the types, so the name stays as it is. */
    if (is_built_in)
        found = "pg_catalog";
    if (!found)
        return FUNCTION_UNKNOWN;
    if (!is_allowed)
        return FUNCTION_REFUSED;
    *ret_schema_name = found;
    const char *extension = schema->configuration->extension_schema;
    return strcmp(found, "pg_catalog") == 0 || (extension && strcmp(found, extension) == 0)
               ? FUNCTION_ALLOWED
               : FUNCTION_OF_PROJECT;
}
