#include "verifier/attack_function.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "verifier/scope.h"
#include "verifier/text.h"
#include "json/writer.h"

enum { NAMES_MAX = 3 };

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
    return text_matches(
        name, "token|secret|password|hash|fingerprint|otp|invite|nonce|api_key|signature");
}

static void
candidate_add(struct call *call, size_t argument, const char *value)
{
    size_t *count = &call->candidate_count[argument];
    if (!value || *count == ARGUMENT_CANDIDATES_MAX)
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

/* A statement that is put together when it runs may take a table's name from its caller. */
static bool
names_tables_late(const struct function *function)
{
    return text_matches(function->source, "\\<execute[[:space:]]") &&
           text_matches(function->source, "%I|%s|quote_ident|regclass|\\|\\|");
}

static void
candidates_of_names(struct call *call, size_t argument, const char *type)
{
    const bool is_name = text_matches(type, "^(text|character|name|regclass)");
    for (size_t t = 0; is_name && t < call->table_count && t < NAMES_MAX; t++)
        candidate_add(call, argument, call->tables[t]->name);
}

void
call_find_tables(struct call *call, const char *deep)
{
    const struct inventory *inventory = &call->attack->audit->inventory;
    const bool is_dynamic = names_tables_late(call->function);
    for (size_t i = 0; i < inventory->relation_count && call->table_count < CALL_TABLES_MAX; i++)
        if (scope_is_guarded(&inventory->relations[i]) &&
            (is_dynamic || text_names(deep, inventory->relations[i].schema_name,
                               inventory->relations[i].name)))
            call->tables[call->table_count++] = &inventory->relations[i];
}

void
call_guess(struct call *call)
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
            if (names_tables_late(function))
                candidates_of_names(call, a, type);
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

const char *
call_arguments(const struct call *call, const size_t *chosen, const char **ret_said)
{
    struct buffer out;
    struct buffer said;
    struct arena *arena = call->attack->audit->arena;
    buffer_init(&out, arena, 128);
    buffer_init(&said, arena, 128);
    for (size_t a = 0; a < call->argument_count; a++) {
        const char *type = call->function->argument_types[a];
        const char *value = call->candidate_count[a] ? call->candidates[a][chosen[a]] : NULL;
        const bool is_variadic = a + 1 == call->function->argument_count &&
                                 strstr(call->function->signature, "VARIADIC ");
        buffer_printf(&out, "%s%s%s::%s", a ? ", " : "", is_variadic ? "VARIADIC " : "",
            value ? text_literal(value, arena) : "null", type);
        buffer_printf(&said, "%s ", value ? value : "");
    }
    *ret_said = said.data;
    return out.data;
}
