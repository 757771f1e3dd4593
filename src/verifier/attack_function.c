#include "verifier/attack.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"
#include "json/writer.h"

enum { ARGUMENTS_MAX = 12, CANDIDATES_MAX = 12, CALLS_MAX = 40, TABLES_MAX = 12, VARIANTS = 4 };

static const enum audit_kind function_kinds[] = { AUDIT_SECDEF_BYPASS, AUDIT_KIND_COUNT };

struct call {
    struct attack *attack;
    const struct role *role;
    const struct function *function;
    const struct relation *tables[TABLES_MAX]; /* that its source names */
    size_t table_count;
    const char *candidates[ARGUMENTS_MAX][CANDIDATES_MAX];
    size_t candidate_count[ARGUMENTS_MAX];
    size_t argument_count;
    int tenant;    /* whose values the arguments are */
    bool answered; /* some call ran to its end, or was refused on purpose */
    bool said;     /* some call said more than nothing or no */
    bool caught;
};

/* --- arguments ------------------------------------------------------------------------------- */

static const char *
argument_name(const struct function *function, size_t argument)
{
    return argument < function->argument_name_count ? function->argument_names[argument] : "";
}

/* p_id, _id, in_id, id_ mean id. */
static const char *
bare_name(const char *name, struct arena *arena)
{
    static const char *const before[] = { "p_", "_", "in_", "arg_", "v_", "the_", "target_" };
    for (size_t i = 0; i < COUNT_OF(before); i++)
        if (strncasecmp(name, before[i], strlen(before[i])) == 0 && name[strlen(before[i])])
            return arena_strdup(arena, name + strlen(before[i]));
    return name;
}

/* Whoever has another's secret was given it: that is no leak. */
static bool
is_secret(const char *name)
{
    return text_matches(name, "token|secret|password|hash|otp|invite|nonce|api_key|signature");
}

static void
candidate_add(struct call *call, size_t argument, const char *value)
{
    size_t *count = &call->candidate_count[argument];
    if (!value || *count == CANDIDATES_MAX)
        return;
    for (size_t i = 0; i < *count; i++)
        if (strcmp(call->candidates[argument][i], value) == 0)
            return;
    call->candidates[argument][(*count)++] = value;
}

static bool
same_sort(const char *type, const struct column *column)
{
    const bool number = text_matches(type, "^(smallint|integer|bigint|numeric)");
    const bool text = text_matches(type, "^(text|character|citext|name)");
    return strcmp(type, column->type) == 0 || (number && column->category == 'N') ||
           (text && column->category == 'S');
}

/* Quoted as within the text of an array or of a row. */
static void
quote_within(struct buffer *out, const char *value)
{
    buffer_text(out, "\"");
    for (; *value; value++)
        buffer_printf(out, "%s%c", *value == '"' || *value == '\\' ? "\\" : "", *value);
    buffer_text(out, "\"");
}

/* An array of the one value. */
static const char *
list_of(const struct call *call, const char *value)
{
    struct buffer out;
    buffer_init(&out, call->attack->audit->arena, 64);
    buffer_text(&out, "{");
    quote_within(&out, value);
    buffer_text(&out, "}");
    return out.data;
}

/* The whole row, for an argument of the table's own type. */
static void
candidate_of_row(struct call *call, size_t argument, const char *type)
{
    for (size_t t = 0; t < call->table_count; t++) {
        const struct relation *table = call->tables[t];
        const struct plant_row *row =
            &call->attack->plant->tables[table - call->attack->audit->inventory.relations]
                 .first[call->tenant];
        struct buffer out;
        if (!row->values || strcmp(type, table->quoted) != 0)
            continue;
        buffer_init(&out, call->attack->audit->arena, 128);
        for (size_t c = 0; c < table->column_count; c++) {
            buffer_text(&out, c ? "," : "(");
            if (row->values[c])
                quote_within(&out, row->values[c]);
        }
        buffer_text(&out, ")");
        candidate_add(call, argument, out.data);
    }
}

/* orgId is org_id. */
static bool
is_alike(const char *name, const char *column)
{
    while (*name && *column) {
        name += *name == '_';
        column += *column == '_';
        if (tolower((unsigned char)*name) != tolower((unsigned char)*column))
            return false;
        name += *name != '\0';
        column += *column != '\0';
    }
    return *name == *column;
}

/* What the source asks of a JSON argument, and the row as it is: an object for each table. A name
 * that is no column's but ends in id is the key of the row. */
static void
candidates_of_json(struct call *call, size_t argument)
{
    struct arena *arena = call->attack->audit->arena;
    for (size_t t = 0; t < call->table_count; t++) {
        const struct relation *table = call->tables[t];
        const struct plant_row *row =
            &call->attack->plant->tables[table - call->attack->audit->inventory.relations]
                 .first[call->tenant];
        const char *at = text_without_comments(call->function->source, arena);
        const char *key = NULL;
        const char *tenant = NULL;
        const char *name;
        struct buffer out;
        struct json_writer writer;
        if (!row->values)
            continue;
        buffer_init(&out, arena, 256);
        json_writer_init(&writer, &out);
        json_object_begin(&writer);
        for (size_t c = 0; c < table->column_count; c++) {
            const struct column *column = &table->columns[c];
            if (!row->values[c] || is_secret(column->name))
                continue;
            if (strcasecmp(column->name, "id") == 0)
                key = row->values[c];
            if (column == table->tenant)
                tenant = row->values[c];
            json_key(&writer, column->name);
            json_put_text(&writer, row->values[c]);
        }
        while ((name = text_next(&at, "->>?[[:space:]]*'([^']{1,40})'", arena)))
            if (!is_secret(name) && strcmp(name, "id") != 0 && text_matches(name, "id$")) {
                json_key(&writer, name);
                json_put_text(
                    &writer, table->tenant && is_alike(name, table->tenant->name) ? tenant : key);
            }
        json_object_end(&writer);
        candidate_add(call, argument, out.data);
    }
}

static void
candidates_from_tables(struct call *call, size_t argument, const char *type, const char *name)
{
    const size_t length = strlen(type);
    const bool is_array = length > 2 && strcmp(type + length - 2, "[]") == 0;
    const char *element =
        is_array ? arena_memdup(call->attack->audit->arena, type, length - 2) : type;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t t = 0; t < call->table_count; t++) {
            const struct relation *table = call->tables[t];
            const struct plant_row *row =
                &call->attack->plant->tables[table - call->attack->audit->inventory.relations]
                     .first[call->tenant];
            for (size_t c = 0; row->values && c < table->column_count; c++) {
                const struct column *column = &table->columns[c];
                const bool is_named = strcasecmp(column->name, name) == 0;
                const bool is_key = strcasecmp(column->name, "id") == 0;
                if (!row->values[c] || !same_sort(element, column) || is_secret(column->name) ||
                    !(pass == 0 ? is_named
                                : is_key || column == table->tenant || column->category == 'S'))
                    continue;
                candidate_add(
                    call, argument, is_array ? list_of(call, row->values[c]) : row->values[c]);
            }
        }
    }
}

static void
candidates_of_type(struct call *call, size_t argument, const char *type)
{
    const struct values *values = call->attack->values;
    static const struct {
        const char *pattern;
        const char *values[4];
    } usual[] = {
        { "^(text|character|citext|name)", { "", "%", "a" } },
        { "^(smallint|integer|bigint|numeric|double|real)", { "1", "100", "0" } },
        { "^boolean", { "true", "false" } },
        { "^json", { "{}" } },
        { "^date|^timestamp", { "2000-01-01", "2030-01-01" } },
        { "^interval", { "100 years" } },
        { "\\[\\]$", { "{}" } },
    };
    if (strcmp(type, "uuid") == 0) {
        candidate_add(call, argument, values->tenants[call->tenant].uuid);
    }
    if (strcmp(type, "uuid[]") == 0)
        candidate_add(call, argument,
            arena_printf(values->arena, "{%s}", values->tenants[call->tenant].uuid));
    if (text_matches(type, "^(integer|bigint|numeric)"))
        candidate_add(call, argument, values->tenants[call->tenant].integer);
    if (text_matches(type, "^(text|character)"))
        candidate_add(call, argument, values->tenants[call->tenant].text);
    for (size_t i = 0; i < COUNT_OF(usual); i++)
        for (size_t v = 0; v < 4 && text_matches(type, usual[i].pattern); v++)
            candidate_add(call, argument, usual[i].values[v]);
}

static void
tables_find(struct call *call, const char *deep)
{
    const struct inventory *inventory = &call->attack->audit->inventory;
    for (size_t i = 0; i < inventory->relation_count && call->table_count < TABLES_MAX; i++)
        if (scope_is_tenant(&inventory->relations[i]) &&
            text_has_word(deep, inventory->relations[i].name))
            call->tables[call->table_count++] = &inventory->relations[i];
}

static void
candidates_find(struct call *call)
{
    struct arena *arena = call->attack->audit->arena;
    const struct function *function = call->function;
    call->argument_count = function->argument_count - (size_t)function->default_count;
    if (call->argument_count < function->argument_count && function->argument_count <= 4)
        call->argument_count = function->argument_count;
    for (size_t a = 0; a < call->argument_count && a < ARGUMENTS_MAX; a++) {
        const char *type = function->argument_types[a];
        const char *name = bare_name(argument_name(function, a), arena);
        if (!is_secret(name)) {
            candidates_from_tables(call, a, type, name);
            candidate_of_row(call, a, type);
            if (text_matches(type, "^jsonb?$"))
                candidates_of_json(call, a);
            candidates_of_type(call, a, type);
        }
        if (!call->candidate_count[a])
            candidate_add(call, a, strcmp(type, "text") == 0 ? "nothing" : NULL);
    }
}

static const char *
arguments_sql(const struct call *call, const size_t *chosen, const char **ret_said)
{
    struct buffer out;
    struct buffer said;
    struct arena *arena = call->attack->audit->arena;
    buffer_init(&out, arena, 128);
    buffer_init(&said, arena, 128);
    for (size_t a = 0; a < call->argument_count; a++) {
        const char *type = call->function->argument_types[a];
        const char *value = call->candidate_count[a] ? call->candidates[a][chosen[a]] : NULL;
        buffer_printf(
            &out, "%s%s::%s", a ? ", " : "", value ? text_literal(value, arena) : "null", type);
        buffer_printf(&said, "%s ", value ? value : "");
    }
    *ret_said = said.data;
    return out.data;
}

/* --- calling --------------------------------------------------------------------------------- */

static const char *
call_sql(const struct call *call, const char *arguments)
{
    struct arena *arena = call->attack->audit->arena;
    if (call->function->kind == 'p')
        return arena_printf(arena, "call %s(%s)", call->function->quoted, arguments);
    return arena_printf(
        arena, "select answer::text from %s(%s) answer", call->function->quoted, arguments);
}

static bool
was_refused(const struct outcome *outcome)
{
    return strcmp(outcome->sqlstate, "42501") == 0 || strcmp(outcome->sqlstate, "P0001") == 0 ||
           strcmp(outcome->sqlstate, "P0002") == 0 || strcmp(outcome->sqlstate, "28000") == 0;
}

/* One call, and what it answered (an error is an answer too); whether B's rows are what they were.
 */
static bool
run(struct call *call, const char *sql, struct buffer *answer, bool *ret_changed,
    struct tn_error *error)
{
    const char *before;
    const char *after;
    AUTO_OUTCOME outcome = { 0 };
    struct attack *attack = call->attack;
    *ret_changed = false;
    buffer_init(answer, attack->audit->arena, 256);
    if (!attack_fingerprint(attack, call->tables, call->table_count, &before, error) ||
        !attack_begin(attack, call->role, TENANT_A, error) ||
        !session_try(attack->session, sql, &outcome, error))
        return false;
    call->answered |= outcome.succeeded || was_refused(&outcome);
    if (outcome.succeeded) {
        for (outcome.rows.row = 0; outcome.rows.row < outcome.rows.count; outcome.rows.row++)
            for (int column = 0; column < result_column_count(outcome.rows.result); column++)
                buffer_printf(answer, "%s\n",
                    rows_text(&outcome.rows, column) ? rows_text(&outcome.rows, column) : "");
        if (!attack_look(attack, error) ||
            !attack_fingerprint(attack, call->tables, call->table_count, &after, error))
            return false;
        *ret_changed = strcmp(before, after) != 0;
        call->said |=
            strcmp(call->function->return_type, "void") == 0 || call->function->kind == 'p' ||
            (answer->data[strspn(answer->data, "\n")] != '\0' && strcmp(answer->data, "f\n") != 0 &&
                strcmp(answer->data, "0\n") != 0 && strcmp(answer->data, "false\n") != 0);
    } else {
        call->said |= was_refused(&outcome);
        buffer_text(answer, outcome.sqlstate);
    }
    return attack_end(attack, error);
}

static bool
without_others(struct call *call, const char *sql, struct buffer *answer, struct tn_error *error)
{
    bool changed;
    AUTO_OUTCOME outcome = { 0 };
    struct attack *attack = call->attack;
    if (!session_run(
            attack->session, "SAVEPOINT gone; SET LOCAL session_replication_role = replica", error))
        return false;
    for (size_t t = 0; t < call->table_count; t++) {
        const struct plant_table *table =
            &attack->plant->tables[call->tables[t] - attack->audit->inventory.relations];
        const struct plant_row *rows[] = { &table->first[TENANT_B], &table->spare[TENANT_B],
            &table->first[TENANT_C], &table->spare[TENANT_C] };
        for (size_t r = 0; r < COUNT_OF(rows); r++)
            if (rows[r]->values && !session_try(attack->session,
                                       arena_printf(attack->audit->arena, "delete from %s where %s",
                                           call->tables[t]->quoted,
                                           plant_where(attack->plant, call->tables[t], rows[r])),
                                       &outcome, error))
                return false;
    }
    return session_run(attack->session, "SET LOCAL session_replication_role = origin", error) &&
           run(call, sql, answer, &changed, error) &&
           session_run(attack->session, "ROLLBACK TO gone; RELEASE gone", error);
}

static void
caught(struct call *call, const char *sql)
{
    struct attack *attack = call->attack;
    const struct function *function = call->function;
    const char *statement = attack_statement(attack, call->role, TENANT_A, sql);
    call->caught = true;
    if (attack_confirm(attack, function->signature, function_kinds, statement))
        return;
    audit_add(&attack->audit->findings,
        &(struct audit_report){ .kind = AUDIT_SECDEF_BYPASS,
            .object = function->signature,
            .role = call->role->quoted,
            .other = function->owner_name,
            .more = arena_printf(attack->audit->arena, "ALTER %s %s SECURITY INVOKER",
                function->kind == 'p' ? "PROCEDURE" : "FUNCTION", function->signature),
            .statement = statement,
            .proof = PROOF_ATTACK });
}

static bool
try_arguments(struct call *call, const size_t *chosen, struct tn_error *error)
{
    struct buffer answer;
    struct buffer again;
    struct buffer without;
    bool changed = false;
    const char *said;
    const char *sql = call_sql(call, arguments_sql(call, chosen, &said));
    if (!run(call, sql, &answer, &changed, error))
        return false;
    if (changed || attack_is_marked(call->attack, answer.data, said)) {
        caught(call, sql);
        return true;
    }
    if (!call->attack->session->is_superuser || !call->table_count || !answer.length)
        return true;

    /* Its answer, a count or a yes, has to be the same where B was never there. */
    if (!run(call, sql, &again, &changed, error))
        return false;
    if (strcmp(again.data, answer.data) != 0)
        return true;
    if (!without_others(call, sql, &without, error))
        return false;
    if (strcmp(without.data, answer.data) != 0)
        caught(call, sql);
    return true;
}

/* All firsts, then one argument after another varied. */
static bool
try_all(struct call *call, struct tn_error *error)
{
    size_t chosen[ARGUMENTS_MAX] = { 0 };
    size_t calls = 1;
    if (!try_arguments(call, chosen, error))
        return false;
    for (size_t a = 0; a < call->argument_count && !call->caught; a++) {
        for (size_t i = 1; i < call->candidate_count[a] && !call->caught; i++) {
            chosen[a] = i;
            if (calls++ == CALLS_MAX)
                return true;
            if (!try_arguments(call, chosen, error))
                return false;
        }
        chosen[a] = 0;
    }
    return true;
}

/* With A's own arguments it has to say something, or that it said nothing of B says nothing. */
static bool
try_own(struct call *call, struct tn_error *error)
{
    struct call own = *call;
    memset(own.candidate_count, 0, sizeof own.candidate_count);
    own.tenant = TENANT_A;
    candidates_find(&own);
    if (!call->said && !try_all(&own, error))
        return false;
    call->said |= own.said;
    call->answered |= own.answered;
    call->caught |= own.caught;
    return true;
}

/* What it asks of a row may be more than the planted ones have. */
static bool
try_varied(struct call *call, const char *deep, struct tn_error *error)
{
    struct attack *attack = call->attack;
    for (size_t variant = 0; variant < VARIANTS && !call->caught && attack->session->is_superuser;
         variant++) {
        if (!session_run(attack->session,
                "SAVEPOINT varied; SET LOCAL session_replication_role = replica", error) ||
            !attack_vary(attack, call->tables, call->table_count, deep, variant, error) ||
            !session_run(attack->session, "SET LOCAL session_replication_role = origin", error) ||
            !try_all(call, error) || (!call->caught && !try_own(call, error)) ||
            !session_run(attack->session, "ROLLBACK TO varied; RELEASE varied", error))
            return false;
    }
    return true;
}

bool
attack_function(struct attack *attack, const struct role *role, const struct function *function,
    struct tn_error *error)
{
    struct audit *audit = attack->audit;
    struct call call = { .attack = attack, .role = role, .function = function, .tenant = TENANT_B };
    const bool is_callable = strcmp(function->return_type, "trigger") != 0 &&
                             strcmp(function->return_type, "event_trigger") != 0;
    if (!function->is_definer || function->is_extension || !is_callable ||
        !access_function(&audit->inventory, role, function))
        return true;

    const char *deep =
        scope_deep_source(audit, text_without_comments(function->source, audit->arena));
    tables_find(&call, deep);
    struct suspicion *suspicion =
        attack_suspicion(attack, AUDIT_SECDEF_BYPASS, function->signature, NULL);
    const char *uses = attack_reaches_out(audit, function);
    const char *word = uses ? arena_printf(audit->arena, "it uses %s", uses) : NULL;
    for (size_t t = 0; t < call.table_count && !word && function->volatility == 'v'; t++)
        word = attack->plant->tables[call.tables[t] - audit->inventory.relations].muted;
    const bool is_heavy = !attack->is_private && function->volatility == 'v';
    if (word || is_heavy || function->argument_count > ARGUMENTS_MAX) {
        suspicion->unknown++;
        audit_add_unproven(&audit->findings, function->signature, role->quoted,
            word ? arena_printf(audit->arena, "not called: %s", word)
            : is_heavy
                ? "not called: it may write, and rows are there that others work with (try --clone)"
                : "not called: it has too many arguments");
        return true;
    }
    candidates_find(&call);
    if (!try_all(&call, error) || (!call.caught && !try_own(&call, error)) ||
        (!call.caught && !call.said && call.table_count && !try_varied(&call, deep, error)))
        return false;

    suspicion = attack_suspicion(attack, AUDIT_SECDEF_BYPASS, function->signature, NULL);
    if (call.caught)
        suspicion->shown++;
    else if (call.answered)
        suspicion->refused++;
    else
        suspicion->unknown++;
    audit_remove_unproven(&audit->findings, function->signature);
    if (call.answered && !call.caught && !call.said && call.table_count)
        audit_add_unproven(&audit->findings, function->signature, role->quoted,
            "it said nothing, not even of the caller's own rows: its arguments could not be "
            "guessed");
    if (!call.answered && !call.caught)
        audit_add_unproven(&audit->findings, function->signature, role->quoted,
            "no call of it ran to its end: its arguments could not be guessed");
    return true;
}
