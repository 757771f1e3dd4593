#include "generator/effects.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "generator/effects_inside.h"
#include "generator/tokens.h"

/* --- words of a body ------------------------------------------------------------------------- */

static bool
is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++) {
        if (strcasecmp(word, *words) == 0)
            return true;
    }
    return false;
}

bool
effects_word_is_clock(const char *word)
{
    static const char *const words[] = { "now", "clock_timestamp", "statement_timestamp",
        "transaction_timestamp", "timeofday", "age", "random", "gen_random_uuid", "current_date",
        "current_time", "current_timestamp", "localtime", "localtimestamp", NULL };
    return is_one_of(word, words);
}

/* PostgreSQL's own functions, and those of its extensions, that read any relation. */
static bool
is_reader(const char *word)
{
    static const char *const words[] = { "ts_stat", "ts_rewrite", "dblink", "dblink_exec",
        "dblink_open", "dblink_send_query", "crosstab", "crosstabn", "connectby", "xpath_table",
        NULL };
    return strstr(word, "_to_xml") || is_one_of(word, words);
}

/* 'now'::timestamptz, and `due_on < 'today'`, which has no cast in its text. */
bool
effects_text_is_clock(const char *text)
{
    static const char *const words[] = { "now", "today", "tomorrow", "yesterday", NULL };
    char word[16];
    while (*text) {
        size_t length = 0;
        for (; isalpha((unsigned char)*text); text++) {
            if (length < sizeof word - 1)
                word[length++] = *text;
        }
        word[length] = '\0';
        if (is_one_of(word, words))
            return true;
        while (*text && !isalpha((unsigned char)*text))
            text++;
    }
    return false;
}

/* The name that a token is, without its quotes. */
static const char *
token_name(const struct tokens *tokens, int index, struct arena *arena)
{
    const struct token *token = &tokens->list[index];
    const char *text = tokens->text + token->start;
    size_t bytes = (size_t)(token->end - token->start);
    if (bytes > 1 && *text == '"')
        return arena_memdup(arena, text + 1, bytes - 2);

    char *name = arena_memdup(arena, text, bytes);
    for (char *at = name; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return name;
}

/* INSERT INTO x, UPDATE ONLY s.x, DELETE FROM x, MERGE INTO x, TRUNCATE x, COPY x */
static bool
is_written_at(const struct tokens *tokens, int index)
{
    int at = index - 1;
    if (at > 0 && token_is(tokens, at, "."))
        at -= 2;
    while (at >= 0 && (token_is(tokens, at, "only") || token_is(tokens, at, "table")))
        at--;
    if (token_is(tokens, at, "into"))
        return true;
    if (token_is(tokens, at, "from"))
        return token_is(tokens, at - 1, "delete");
    return token_is(tokens, at, "update") || token_is(tokens, at, "truncate") ||
           token_is(tokens, at, "copy");
}

static void
note_relations(const struct effects *effects, const struct tokens *tokens, int index,
    const char *name, struct body *body)
{
    const struct schema *schema = effects->schema;
    for (int i = 0; i < schema->relation_count; i++) {
        if (strcmp(schema->relations[i].name, name) != 0)
            continue;
        relation_set_add(&body->read, &schema->relations[i], effects->arena);
        if (is_written_at(tokens, index))
            relation_set_add(&body->written, &schema->relations[i], effects->arena);
    }
}

static void
note_call(const struct effects *effects, const char *name, struct body *body)
{
    for (int i = 0; i < effects->body_count; i++) {
        if (strcmp(effects->bodies[i].name, name) == 0)
            body->calls[body->call_count++] = &effects->bodies[i];
    }
}

static void
body_scan(const struct effects *effects, const char *text, struct body *body)
{
    struct tokens tokens;
    const char *message;
    int position;
    if (!tokens_scan(text, effects->arena, &tokens, &message, &position)) {
        body->is_opaque = true;
        return;
    }

    const struct body **calls = ARENA_ARRAY(effects->arena,
        body->call_count + tokens.count * (effects->body_count + 1), const struct body *);
    for (int i = 0; i < body->call_count; i++)
        calls[i] = body->calls[i];
    body->calls = calls;
    for (int i = 0; i < tokens.count; i++) {
        const char *name = token_name(&tokens, i, effects->arena);
        if (!tokens.list[i].is_word && *name != '\'' && text[tokens.list[i].start] != '"') {
            continue;
        } else if (*name == '\'') {
            body->reads_clock |= effects_text_is_clock(name);
            continue;
        }
        note_relations(effects, &tokens, i, name, body);
        note_call(effects, name, body);
        body->reads_clock |= effects_word_is_clock(name);
        body->reads_by_name |= is_reader(name) && token_is(&tokens, i + 1, "(");
        body->runs_text |= strcmp(name, "execute") == 0;
        body->is_opaque |= body->runs_text;
    }
}

/* --- declarations ---------------------------------------------------------------------------- */

/* `function_writes = count_up: invoice_counter audit_log, other:`; NULL: it says nothing of it. */
static const char *
declaration_find(const struct name_list *list, const struct body *body, struct arena *arena)
{
    const char *full = arena_printf(arena, "%s.%s", body->schema, body->name);
    for (int i = 0; i < list->count; i++) {
        const char *colon = strchr(list->names[i], ':');
        const size_t length = strcspn(list->names[i], ": \t");
        if (colon &&
            ((strlen(full) == length && strncmp(list->names[i], full, length) == 0) ||
                (strlen(body->name) == length && strncmp(list->names[i], body->name, length) == 0)))
            return colon + 1;
    }
    return NULL;
}

static bool
declare(struct effects *effects, struct body *body, struct tn_error *error)
{
    const struct schema *schema = effects->schema;
    const char *tables =
        declaration_find(&schema->configuration->function_writes, body, effects->arena);
    if (!tables)
        return true;

    body->is_opaque = false;
    char *rest = arena_strdup(effects->arena, tables);
    for (char *name; (name = strsep(&rest, " \t")) != NULL;) {
        if (!*name)
            continue;
        char *dot = strchr(name, '.');
        if (dot)
            *dot = '\0';
        const struct relation *relation =
            dot ? schema_relation(schema, name, dot + 1) : schema_relation(schema, NULL, name);
        if (!relation)
            return error_set(error, TN_GENERATOR,
                "%s: function_writes: %s writes %s, which is not in the schema",
                schema->configuration->path, body->name, dot ? dot + 1 : name);
        relation_set_add(&body->written, relation, effects->arena);
    }
    return true;
}

/* --- the catalogue --------------------------------------------------------------------------- */

static uint32_t
oid_at(const struct pg_result *result, size_t row, int column, struct arena *arena)
{
    const char *text = result_text(result, row, column, arena);
    return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

/* Extensions' functions and tenantry's own touch no table of the schema's. */
static bool
bodies_read(struct direct *direct, struct effects *effects, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT n.nspname, p.proname, CASE p.prokind WHEN 'a' THEN 'sql' ELSE l.lanname END,"
            " p.provolatile, CASE p.prokind WHEN 'a' THEN (SELECT concat_ws(' ', aggtransfn,"
            "   aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn,"
            "   aggmfinalfn) FROM pg_aggregate WHERE aggfnoid = p.oid)"
            "  ELSE coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) END,"
            " coalesce(pg_get_expr(p.proargdefaults, 0), '')"
            " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " JOIN pg_language l ON l.oid = p.prolang"
            " WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'tenantry')"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass"
            "  AND d.objid = p.oid AND d.deptype = 'e') ORDER BY 1, 2, p.oid",
            0, NULL, &result, error))
        return false;

    struct arena *arena = effects->arena;
    const size_t rows = result_row_count(result);
    effects->bodies = ARENA_ARRAY(arena, rows, struct body);
    for (size_t row = 0; row < rows; row++) {
        struct body *body = &effects->bodies[effects->body_count++];
        body->schema = result_text(result, row, 0, arena);
        body->name = result_text(result, row, 1, arena);
        body->is_immutable = result_text(result, row, 3, arena)[0] == 'i';
    }
    bool good = true;
    for (size_t row = 0; row < rows && good; row++) {
        struct body *body = &effects->bodies[row];
        const char *language = result_text(result, row, 2, arena);
        if (strcmp(language, "sql") == 0 || strcmp(language, "plpgsql") == 0)
            body_scan(effects, result_text(result, row, 4, arena), body);
        else
            body->is_opaque = true;
        body_scan(effects, result_text(result, row, 5, arena), body);
        good = declare(effects, body, error);
    }
    result_free(result);
    return good;
}

static const struct body *
body_find(const struct effects *effects, const char *schema_name, const char *name)
{
    for (int i = 0; i < effects->body_count; i++) {
        const struct body *body = &effects->bodies[i];
        if (strcmp(body->name, name) == 0 && strcmp(body->schema, schema_name) == 0)
            return body;
    }
    return NULL;
}

static bool
triggers_read(struct direct *direct, struct effects *effects, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "SELECT t.tgrelid, t.tgtype, n.nspname, p.proname, t.tgname FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' ORDER BY 1, 5",
            0, NULL, &result, error))
        return false;

    struct arena *arena = effects->arena;
    effects->triggers = ARENA_ARRAY(arena, result_row_count(result), struct trigger);
    for (size_t row = 0; row < result_row_count(result); row++) {
        const uint32_t type = oid_at(result, row, 1, arena);
        const struct body *body = body_find(
            effects, result_text(result, row, 2, arena), result_text(result, row, 3, arena));
        const struct relation *relation =
            schema_relation_by_oid(effects->schema, oid_at(result, row, 0, arena));
        /* TRIGGER_TYPE_INSERT, _DELETE, _UPDATE of PostgreSQL's pg_trigger.h */
        if (body && relation)
            effects->triggers[effects->trigger_count++] = (struct trigger){ .relation = relation,
                .name = result_text(result, row, 4, arena),
                .body = body,
                .verbs = (type & 4 ? VERB_INSERT : 0) | (type & 8 ? VERB_DELETE : 0) |
                         (type & 16 ? VERB_UPDATE : 0) };
    }
    result_free(result);
    return true;
}

/* Defaults, checks, generated columns, the expressions of indexes and the conditions of triggers;
 * a column has the default and the checks of its domain, too. */
static bool
expressions_read(struct direct *direct, struct effects *effects, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct,
            "WITH RECURSIVE domain (relation, type) AS (SELECT attrelid, atttypid"
            "  FROM pg_attribute JOIN pg_type t ON t.oid = atttypid"
            "  WHERE attnum > 0 AND t.typtype = 'd'"
            "  UNION SELECT relation, typbasetype FROM domain JOIN pg_type ON oid = type"
            "   WHERE typtype = 'd')"
            " SELECT adrelid, pg_get_expr(adbin, adrelid), true FROM pg_attrdef"
            " UNION ALL SELECT relation, pg_get_expr(typdefaultbin, 0), true FROM domain"
            "  JOIN pg_type ON oid = type WHERE typtype = 'd' AND typdefaultbin IS NOT NULL"
            " UNION ALL SELECT relation, pg_get_expr(conbin, 0), false FROM domain"
            "  JOIN pg_constraint ON contypid = type WHERE contype = 'c'"
            " UNION ALL SELECT tgrelid, substring(pg_get_triggerdef(oid)"
            "   FROM ' WHEN \\((.*)\\) EXECUTE '), false FROM pg_trigger WHERE tgqual IS NOT NULL"
            " UNION ALL SELECT conrelid, pg_get_expr(conbin, conrelid), false FROM pg_constraint"
            "  WHERE contype = 'c' AND conrelid <> 0"
            " UNION ALL SELECT indrelid, coalesce(pg_get_expr(indexprs, indrelid), '') || ' ' ||"
            "   coalesce(pg_get_expr(indpred, indrelid), ''), false FROM pg_index"
            "  WHERE indexprs IS NOT NULL OR indpred IS NOT NULL ORDER BY 1, 2",
            0, NULL, &result, error))
        return false;

    struct arena *arena = effects->arena;
    effects->expressions = ARENA_ARRAY(arena, result_row_count(result), struct expression);
    for (size_t row = 0; row < result_row_count(result); row++) {
        const struct relation *relation =
            schema_relation_by_oid(effects->schema, oid_at(result, row, 0, arena));
        if (!relation)
            continue;
        struct expression *expression = &effects->expressions[effects->expression_count++];
        expression->relation = relation;
        expression->is_default = result_text(result, row, 2, arena)[0] == 't';
        body_scan(effects, result_text(result, row, 1, arena), &expression->body);
    }
    result_free(result);
    return true;
}

static bool
parents_read(struct direct *direct, struct effects *effects, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct, "SELECT inhrelid, inhparent FROM pg_inherits ORDER BY 1, 2", 0, NULL,
            &result, error))
        return false;

    struct arena *arena = effects->arena;
    effects->parents = ARENA_ARRAY(arena, result_row_count(result), struct parent);
    for (size_t row = 0; row < result_row_count(result); row++) {
        const struct parent parent = {
            .child = schema_relation_by_oid(effects->schema, oid_at(result, row, 0, arena)),
            .parent = schema_relation_by_oid(effects->schema, oid_at(result, row, 1, arena)),
        };
        if (parent.child && parent.parent)
            effects->parents[effects->parent_count++] = parent;
    }
    result_free(result);
    return true;
}

bool
effects_read(struct direct *direct, const struct schema *schema, struct arena *arena,
    struct effects **ret_effects, struct tn_error *error)
{
    struct effects *effects = ARENA_NEW(arena, struct effects);
    *effects = (struct effects){ .schema = schema, .arena = arena };
    *ret_effects = effects;
    return bodies_read(direct, effects, error) && triggers_read(direct, effects, error) &&
           expressions_read(direct, effects, error) && parents_read(direct, effects, error);
}
