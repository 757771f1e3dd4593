#include "generator/dependencies.h"

#include <stdlib.h>
#include <string.h>

static bool
set_has(const struct relation_set *set, uint32_t oid)
{
    for (int i = 0; i < set->count; i++) {
        if (set->list[i]->oid == oid)
            return true;
    }
    return false;
}

static bool
was_seen(const struct scoped *scoped, uint32_t oid)
{
    return set_has(&scoped->read, oid) || set_has(&scoped->inserted, oid) ||
           set_has(&scoped->updated, oid) || set_has(&scoped->deleted, oid);
}

/* A function whose body is the text: PostgreSQL writes down all that it depends on. */
static bool
function_make(struct direct *direct, const char *text, const struct direct_description *description,
    struct arena *arena, struct tn_error *error)
{
    struct buffer sql;
    buffer_init(&sql, arena, strlen(text) + 512);
    BUFFER_LITERAL(&sql, "DO $tenantry_make$ BEGIN EXECUTE format('CREATE FUNCTION "
                         "pg_temp.tenantry_query(%s) RETURNS ");
    buffer_text(&sql, description->column_count > 0 ? "SETOF record" : "void");
    BUFFER_LITERAL(&sql, " LANGUAGE sql BEGIN ATOMIC ', array_to_string(ARRAY[NULL");
    for (int i = 0; i < description->parameter_count; i++)
        buffer_printf(&sql, ", format_type(%u, NULL)", description->parameter_types[i]);
    BUFFER_LITERAL(&sql, "]::text[], ', ')) || $tenantry_text$");
    buffer_text(&sql, text);
    BUFFER_LITERAL(&sql, "\n; END$tenantry_text$; END $tenantry_make$");
    return direct_run(direct, sql.data, error);
}

static bool
relation_check(const struct schema *schema, const struct scoped *scoped, uint32_t oid,
    const char *name, struct arena *arena, struct rejection *rejection)
{
    const struct relation *relation = schema_relation_by_oid(schema, oid);
    if (relation && relation->kind != 'v' && relation->kind != 'm' && was_seen(scoped, oid))
        return true;

    return reject(rejection, arena, "dependency", -1,
        "PostgreSQL says that the scoped text reaches %s; this is a tenantry bug, and nothing was "
        "generated",
        name);
}

static bool
answers_check(const struct pg_result *result, const struct schema *schema,
    const struct scoped *scoped, struct arena *arena, struct rejection *rejection)
{
    for (size_t row = 0; row < result_row_count(result); row++) {
        const char *kind = result_text(result, row, 0, arena);
        const uint32_t oid = (uint32_t)strtoul(result_text(result, row, 1, arena), NULL, 10);
        const char *schema_name = result_text(result, row, 2, arena);
        const char *name = result_text(result, row, 3, arena);
        const char *found;
        if (*kind == 'r') {
            if (!relation_check(schema, scoped, oid,
                    arena_printf(arena, "%s.%s", schema_name, name), arena, rejection))
                return false;
        } else if (schema_function(schema, schema_name, name, &found) == FUNCTION_REFUSED) {
            return reject(rejection, arena, "function-not-allowed", -1,
                "function %s.%s, behind an operator or a cast, is not known to be free of table "
                "access",
                schema_name, name);
        }
    }
    return true;
}

bool
dependencies_check(struct direct *direct, const struct schema *schema, const struct scoped *scoped,
    const struct direct_description *description, struct arena *arena, struct rejection *rejection)
{
    struct tn_error error = { 0 };
    struct tn_error ignored = { 0 };
    struct pg_result *result = NULL;
    const bool answered =
        direct_run(direct, "BEGIN", &error) &&
        function_make(direct, scoped->text, description, arena, &error) &&
        direct_query(direct,
            "SELECT 'r', c.oid, n.nspname, c.relname FROM pg_depend d"
            " JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE d.classid = 'pg_proc'::regclass"
            " AND d.objid = 'pg_temp.tenantry_query'::regproc AND c.relkind NOT IN ('i', 'I', 'c')"
            " UNION SELECT 'f', p.oid, n.nspname, p.proname FROM pg_depend d"
            " LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass"
            "  AND o.oid = d.refobjid"
            " JOIN pg_proc p ON (d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid)"
            "  OR p.oid = o.oprcode"
            " JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE d.classid = 'pg_proc'::regclass"
            " AND d.objid = 'pg_temp.tenantry_query'::regproc",
            0, NULL, &result, &error);
    const bool allowed = answered && answers_check(result, schema, scoped, arena, rejection);
    if (!answered)
        reject(rejection, arena, "dependency", -1,
            "PostgreSQL did not say what the scoped text reaches: %s", error.detail);
    if (result)
        result_free(result);
    (void)!direct_run(direct, "ROLLBACK", &ignored);
    return allowed;
}
