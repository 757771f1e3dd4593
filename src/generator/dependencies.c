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

/* Of a relation whose rows are reached; or of one whose row type alone is, which the query names
 * or which a function or a column has. */
static bool
relation_check(const struct schema *schema, const struct scoped *scoped, uint32_t oid,
    bool has_its_type, const char *name, struct arena *arena, struct rejection *rejection)
{
    const struct relation *relation = schema_relation_by_oid(schema, oid);
    if (relation && relation->kind != 'v' && relation->kind != 'm' && was_seen(scoped, oid))
        return true;
    if (relation && (set_has(&scoped->typed, oid) || has_its_type) &&
        (relation->class == CLASS_TENANT || relation->class == CLASS_ROOT ||
            relation->class == CLASS_GLOBAL || relation->kind == 'v'))
        return true;

    return reject(rejection, arena, "dependency", -1,
        "PostgreSQL says that the scoped text reaches %s; this is a tenantry bug, and nothing was "
        "generated",
        name);
}

struct search {
    const char *word;
    int place;
};

static bool
search_word(ProtobufCMessage *message, void *context)
{
    struct search *search = context;
    const char *name = NULL;
    int place = -1;
    if (message->descriptor == &pg_query__a__expr__descriptor) {
        const PgQuery__AExpr *expression = (PgQuery__AExpr *)message;
        name = tree_last_string(expression->name, expression->n_name);
        place = expression->location;
    } else if (message->descriptor == &pg_query__type_name__descriptor) {
        const PgQuery__TypeName *type = (PgQuery__TypeName *)message;
        name = tree_last_string(type->names, type->n_names);
        place = type->location;
    }
    if (name && strcmp(name, search->word) == 0 && place >= 0) {
        search->place = place;
        return false;
    }
    return tree_children(message, search_word, search);
}

/* Where the author wrote that operator or type first; -1: nowhere. */
static int
place_of(const struct scoped *scoped, const char *word)
{
    struct search search = { word ? word : "", -1 };
    (void)!search_word(&scoped->tree->base, &search);
    return search.place;
}

static bool
answers_check(const struct pg_result *result, const struct schema *schema,
    const struct effects *effects, const struct scoped *scoped, struct arena *arena,
    struct rejection *rejection)
{
    for (size_t row = 0; row < result_row_count(result); row++) {
        const char *kind = result_text(result, row, 0, arena);
        const uint32_t oid = (uint32_t)strtoul(result_text(result, row, 1, arena), NULL, 10);
        const char *schema_name = result_text(result, row, 2, arena);
        const char *name = result_text(result, row, 3, arena);
        const char *found;
        if (*kind == 'r') {
            const bool has_its_type = result_text(result, row, 5, arena)[0] == 't';
            if (!relation_check(schema, scoped, oid, has_its_type,
                    arena_printf(arena, "%s.%s", schema_name, name), arena, rejection))
                return false;
        } else if (schema_function(schema, schema_name, name, &found) == FUNCTION_REFUSED) {
            return reject(rejection, arena, "function-not-allowed",
                place_of(scoped, result_text(result, row, 4, arena)),
                "function %s.%s, behind an operator, a cast or a domain, is not known to be free "
                "of table "
                "access",
                schema_name, name);
        } else if (!effects_allow_function(effects, schema_name, name,
                       place_of(scoped, result_text(result, row, 4, arena)), arena, rejection)) {
            return false;
        }
    }
    return true;
}

/* Relations, with whether a function or a column has the type of their rows; functions, also behind
 * operators and casts, and those that a domain's check calls: a value that becomes one of its type
 * runs it. Of these with the word that the text has for it. A plan takes longer than the answer, so
 * it is made once. */
static const char reached[] =
    "PREPARE tenantry_reached AS"
    " WITH RECURSIVE used AS (SELECT refclassid, refobjid FROM pg_depend"
    "  WHERE classid = 'pg_proc'::regclass AND objid = to_regproc('pg_temp.tenantry_query')"
    "   AND refobjid <> objid),"
    " type (oid) AS (SELECT refobjid FROM used WHERE refclassid = 'pg_type'::regclass"
    "  UNION SELECT part.oid FROM type JOIN pg_type t ON t.oid = type.oid, LATERAL ("
    "   VALUES (t.typbasetype), (t.typelem) UNION SELECT atttypid FROM pg_attribute"
    "    WHERE attrelid = t.typrelid AND attnum > 0) part (oid) WHERE part.oid <> 0),"
    " caller (class, oid, word) AS (SELECT refclassid, refobjid, NULL::name FROM used"
    "  UNION SELECT d.refclassid, d.refobjid, t.typname FROM pg_constraint o"
    "   JOIN type ON type.oid = o.contypid JOIN pg_type t ON t.oid = type.oid"
    "   JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = o.oid)"
    " SELECT 'r', c.oid, n.nspname, c.relname, NULL, EXISTS (SELECT FROM pg_type t"
    "   WHERE t.oid = c.reltype AND (EXISTS (SELECT FROM used JOIN pg_proc p ON p.oid = refobjid"
    "     WHERE refclassid = 'pg_proc'::regclass AND p.prorettype IN (t.oid, t.typarray))"
    "    OR EXISTS (SELECT FROM used JOIN pg_attribute a ON a.attrelid = refobjid"
    "     WHERE refclassid = 'pg_class'::regclass AND a.atttypid IN (t.oid, t.typarray))))"
    " FROM used JOIN pg_class c ON refclassid = 'pg_class'::regclass AND c.oid = refobjid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind NOT IN ('i', 'I', 'c')"
    " UNION SELECT 'f', p.oid, n.nspname, p.proname, coalesce(word, o.oprname, (SELECT typname"
    "   FROM pg_cast JOIN pg_type t ON t.oid = casttarget WHERE castfunc = p.oid LIMIT 1)), NULL"
    " FROM caller"
    " LEFT JOIN pg_operator o ON caller.class = 'pg_operator'::regclass AND o.oid = caller.oid"
    " JOIN pg_proc p ON (caller.class = 'pg_proc'::regclass AND p.oid = caller.oid)"
    "  OR p.oid = o.oprcode JOIN pg_namespace n ON n.oid = p.pronamespace";

bool
dependencies_prepare(struct direct *direct, struct tn_error *error)
{
    /* What is temporary needs a schema, which would else be made and undone for each text, and the
     * plan with it. */
    return direct_run(direct,
               "CREATE FUNCTION pg_temp.tenantry_first() RETURNS void LANGUAGE sql AS ''", error) &&
           direct_run(direct, reached, error);
}

bool
dependencies_check(struct direct *direct, const struct schema *schema,
    const struct effects *effects, const struct scoped *scoped,
    const struct direct_description *description, struct arena *arena, struct rejection *rejection)
{
    struct tn_error error = { 0 };
    struct tn_error ignored = { 0 };
    struct pg_result *result = NULL;
    const bool answered =
        direct_run(direct, "BEGIN", &error) &&
        function_make(direct, scoped->text, description, arena, &error) &&
        direct_query(direct, "EXECUTE tenantry_reached", 0, NULL, &result, &error);
    const bool allowed =
        answered && answers_check(result, schema, effects, scoped, arena, rejection);
    if (!answered)
        reject(rejection, arena, "dependency", -1,
            "PostgreSQL did not say what the scoped text reaches: %s", error.detail);
    if (result)
        result_free(result);
    (void)!direct_run(direct, "ROLLBACK", &ignored);
    return allowed;
}
