#include "generator/lint.h"

#include <stdlib.h>
#include <string.h>

static bool
columns_check(const struct schema *schema, struct tn_error *error)
{
    for (int i = 0; i < schema->relation_count; i++) {
        const struct relation *relation = &schema->relations[i];
        if (relation->class != CLASS_TENANT || relation->kind == 'v' || relation->kind == 'm')
            continue;
        if (!relation_column(relation, relation->scope_column)->is_not_null)
            return error_set(error, TN_GENERATOR,
                "%s.%s.%s can be NULL: such a row belongs to nobody, and no query finds it",
                relation->schema, relation->name, relation->scope_column);
    }
    return true;
}

static uint32_t
oid_at(const struct pg_result *result, size_t row, int column, struct arena *arena)
{
    return (uint32_t)strtoul(result_text(result, row, column, arena), NULL, 10);
}

static bool
is_tenant(const struct schema *schema, uint32_t oid)
{
    const struct relation *relation = schema_relation_by_oid(schema, oid);
    return relation && relation->class == CLASS_TENANT;
}

/* A plain foreign key lets an insert point at another organization's row, and a cascade cross. */
static bool
foreign_keys_check(
    struct direct *direct, const struct schema *schema, struct arena *arena, struct tn_error *error)
{
    const char *values[] = { schema->configuration->tenant_column };
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT o.conname, o.conrelid, o.confrelid, o.conrelid::regclass,"
            " o.confrelid::regclass FROM pg_constraint o WHERE o.contype = 'f'"
            " AND NOT EXISTS (SELECT FROM unnest(o.conkey, o.confkey) k (own, other)"
            "  JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.own"
            "  JOIN pg_attribute b ON b.attrelid = o.confrelid AND b.attnum = k.other"
            "  WHERE a.attname = $1 AND b.attname = $1) ORDER BY 4, 1",
            1, values, &result, error))
        return false;

    bool good = true;
    for (size_t row = 0; row < result_row_count(result) && good; row++) {
        if (is_tenant(schema, oid_at(result, row, 1, arena)) &&
            is_tenant(schema, oid_at(result, row, 2, arena)))
            good = error_set(error, TN_GENERATOR,
                "foreign key %s of %s does not include %s: it can point at a row of another "
                "organization in %s",
                result_text(result, row, 0, arena), result_text(result, row, 3, arena), values[0],
                result_text(result, row, 4, arena));
    }
    result_free(result);
    return good;
}

/* A rule runs another statement than the one that was proved. */
static bool
rules_check(struct direct *direct, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT r.rulename, c.oid::regclass FROM pg_rewrite r"
            " JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE r.ev_type <> '1' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
            " ORDER BY 2, 1 LIMIT 1",
            0, NULL, &result, error))
        return false;

    bool good = true;
    if (result_row_count(result) > 0)
        good = error_set(error, TN_GENERATOR,
            "rule %s on %s: a rule runs another statement than the one that was proved",
            result_text(result, 0, 0, arena), result_text(result, 0, 1, arena));
    result_free(result);
    return good;
}

static bool
extension_schema_check(const struct schema *schema, struct tn_error *error)
{
    const char *extension = schema->configuration->extension_schema;
    for (int i = 0; i < schema->relation_count && extension; i++) {
        if (strcmp(schema->relations[i].schema, extension) == 0)
            return error_set(error, TN_GENERATOR,
                "%s.%s: the extension schema is in the search path of every query, so it may hold "
                "no relation",
                extension, schema->relations[i].name);
    }
    return true;
}

bool
lint_check(
    struct direct *direct, const struct schema *schema, struct arena *arena, struct tn_error *error)
{
    return columns_check(schema, error) && extension_schema_check(schema, error) &&
           foreign_keys_check(direct, schema, arena, error) && rules_check(direct, arena, error);
}
