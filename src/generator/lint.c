#include "generator/lint.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
oid_at(const struct pg_result *result, size_t row, int column, struct arena *arena)
{
    return (uint32_t)strtoul(result_text(result, row, column, arena), NULL, 10);
}

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

/* P compares the column with $1: by the equality of that type, bit for bit, or another
 * organization's rows are equal too; and the value that is written must be the one that is kept. */
static bool
scope_columns_check(
    struct direct *direct, const struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    const char *parameters[] = { arena_printf(arena, "%u", schema->scope_type_oid) };
    if (!direct_query(direct,
            "WITH columns AS (SELECT a.*, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid"
            "  END AS base, (SELECT CASE WHEN s.typtype = 'd' THEN s.typbasetype ELSE s.oid END"
            "   FROM pg_type s WHERE s.oid = $1::oid) AS wanted"
            "  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attnum > 0)"
            " SELECT attrelid, attname, CASE"
            "  WHEN base <> wanted AND NOT (base IN (20, 21, 23) AND wanted IN (20, 21, 23))"
            "   AND NOT (base IN (25, 1043) AND wanted IN (25, 1043))"
            "  THEN 'is ' || format_type(atttypid, NULL) || ', and an organization is '"
            "   || format_type($1::oid, NULL) || ': give it the same type'"
            "  WHEN NOT (SELECT k.collisdeterministic FROM pg_collation k WHERE k.oid = "
            "attcollation)"
            "  THEN 'has a collation for which different texts are equal: two organizations could "
            "be "
            "one'"
            "  WHEN attgenerated <> '' THEN 'is generated: tenantry writes it'"
            "  WHEN attidentity <> '' THEN 'is an identity: tenantry writes it' END"
            " FROM columns ORDER BY 1, 2",
            1, parameters, &result, error))
        return false;

    bool good = true;
    for (size_t row = 0; row < result_row_count(result) && good; row++) {
        const struct relation *relation =
            schema_relation_by_oid(schema, oid_at(result, row, 0, arena));
        const char *column = result_text(result, row, 1, arena);
        const char *fault = result_text(result, row, 2, arena);
        if (fault && relation && relation->class == CLASS_TENANT && relation->kind != 'v' &&
            relation->kind != 'm' && strcmp(column, relation->scope_column) == 0)
            good = error_set(error, TN_GENERATOR, "%s.%s.%s %s", relation->schema, relation->name,
                column, fault);
    }
    result_free(result);
    return good;
}

/* A foreign key that does not pair the organization lets a row point at another organization's, and
 * a cascade cross; one from a relation of everybody lets a tenant change what all others read. */
static bool
foreign_key_check(const struct schema *schema, const struct pg_result *result, size_t row,
    struct arena *arena, struct tn_error *error)
{
    const struct relation *own = schema_relation_by_oid(schema, oid_at(result, row, 1, arena));
    const struct relation *other = schema_relation_by_oid(schema, oid_at(result, row, 2, arena));
    const char *pairs = result_text(result, row, 5, arena);
    const bool is_owned = other && (other->class == CLASS_TENANT || other->class == CLASS_ROOT);
    if (!own || !is_owned || (own->class == CLASS_ROOT && other->class == CLASS_ROOT))
        return true;
    if (own->class == CLASS_GLOBAL)
        return error_set(error, TN_GENERATOR,
            "foreign key %s: %s belongs to every organization, and refers to rows of one in %s",
            result_text(result, row, 0, arena), result_text(result, row, 3, arena),
            result_text(result, row, 4, arena));
    if (own->class != CLASS_TENANT && own->class != CLASS_ROOT)
        return true;

    const char *wanted = arena_printf(arena, "\n%s\t%s\n", own->scope_column, other->scope_column);
    if (own->class == CLASS_TENANT && result_text(result, row, 6, arena)[0] == 't')
        return error_set(error, TN_GENERATOR,
            "foreign key %s of %s is SET DEFAULT: the default of %s can be another organization",
            result_text(result, row, 0, arena), result_text(result, row, 3, arena),
            own->scope_column);
    return strstr(pairs, wanted) ||
           error_set(error, TN_GENERATOR,
               "foreign key %s of %s does not include %s: it can point at a row of another "
               "organization in %s",
               result_text(result, row, 0, arena), result_text(result, row, 3, arena),
               own->scope_column, result_text(result, row, 4, arena));
}

static bool
foreign_keys_check(
    struct direct *direct, const struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT o.conname, o.conrelid, o.confrelid, o.conrelid::regclass,"
            " o.confrelid::regclass, (SELECT E'\\n' || string_agg("
            "   a.attname || E'\\t' || b.attname || E'\\n', '')"
            "  FROM unnest(o.conkey, o.confkey) k (own, other)"
            "  JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.own"
            "  JOIN pg_attribute b ON b.attrelid = o.confrelid AND b.attnum = k.other),"
            " o.confupdtype = 'd' OR (o.confdeltype = 'd' AND o.confdelsetcols IS NULL)"
            " FROM pg_constraint o WHERE o.contype = 'f' ORDER BY 4, 1",
            0, NULL, &result, error))
        return false;

    bool good = true;
    for (size_t row = 0; row < result_row_count(result) && good; row++)
        good = foreign_key_check(schema, result, row, arena, error);
    result_free(result);
    return good;
}

/* Who reads a parent reads the rows of its children. */
static bool
inheritance_check(
    struct direct *direct, const struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT inhrelid, inhparent, inhrelid::regclass, inhparent::regclass,"
            " (SELECT relispartition FROM pg_class WHERE oid = inhrelid)"
            " FROM pg_inherits ORDER BY 3, 4",
            0, NULL, &result, error))
        return false;

    bool good = true;
    for (size_t row = 0; row < result_row_count(result) && good; row++) {
        const struct relation *child =
            schema_relation_by_oid(schema, oid_at(result, row, 0, arena));
        const struct relation *parent =
            schema_relation_by_oid(schema, oid_at(result, row, 1, arena));
        const bool is_part =
            child && child->class == CLASS_NONE && result_text(result, row, 4, arena)[0] == 't';
        if (child && parent && parent->class == CLASS_GLOBAL && child->class != CLASS_GLOBAL &&
            !is_part)
            good = error_set(error, TN_GENERATOR,
                "%s inherits from %s, which every organization reads, with the rows of its "
                "children",
                result_text(result, row, 2, arena), result_text(result, row, 3, arena));
    }
    result_free(result);
    return good;
}

/* What runs unseen when a row is written: defaults, checks, generated columns, triggers, indexes.
 */
static bool
functions_check(
    struct direct *direct, const struct schema *schema, struct arena *arena, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid), n.nspname,"
            " p.proname FROM pg_depend d"
            " LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass"
            "  AND o.oid = d.refobjid"
            " JOIN pg_proc p ON (d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid)"
            "  OR p.oid = o.oprcode"
            " JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE (d.classid IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass,"
            "  'pg_trigger'::regclass, 'pg_class'::regclass, 'pg_amproc'::regclass)"
            /* the default of a domain */
            "  OR (d.classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t"
            "   WHERE t.oid = d.objid AND t.typtype = 'd')))"
            " AND n.nspname NOT IN ('pg_catalog', 'tenantry') AND NOT (d.classid ="
            "  'pg_amproc'::regclass AND EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid"
            "   AND e.classid = 'pg_proc'::regclass AND e.deptype = 'e')) ORDER BY 1, 3",
            0, NULL, &result, error))
        return false;

    bool good = true;
    for (size_t row = 0; row < result_row_count(result) && good; row++) {
        const char *ignored;
        const char *name = result_text(result, row, 2, arena);
        if (schema_function(schema, result_text(result, row, 1, arena), name, &ignored) ==
            FUNCTION_REFUSED)
            good = error_set(error, TN_GENERATOR,
                "%s calls %s, which is not known to be free of table access: if it is, say "
                "`function = %s` in %s",
                result_text(result, row, 0, arena), name, name, schema->configuration->path);
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
    return columns_check(schema, error) && scope_columns_check(direct, schema, arena, error) &&
           extension_schema_check(schema, error) &&
           foreign_keys_check(direct, schema, arena, error) &&
           inheritance_check(direct, schema, arena, error) &&
           functions_check(direct, schema, arena, error) && rules_check(direct, arena, error);
}

/* Two organizations that want one value notice each other: whose INSERT fails learns that somebody
 * has it. */
struct name_list
lint_warnings(const struct schema *schema, struct arena *arena)
{
    struct name_list warnings = { .names =
                                      ARENA_ARRAY(arena, schema->index_count + 1, const char *) };
    for (int i = 0; i < schema->index_count; i++) {
        const struct unique_index *index = &schema->indexes[i];
        const struct relation *relation = schema_relation_by_oid(schema, index->relation);
        if (relation && relation->class == CLASS_TENANT && !index->is_of_partition &&
            !name_list_has(&index->columns, relation->scope_column))
            warnings.names[warnings.count++] = arena_printf(arena,
                "unique index %s of %s.%s does not include %s: its violation tells that another "
                "organization has the value",
                index->name, relation->schema, relation->name, relation->scope_column);
    }
    return warnings;
}
