#include "verifier/values.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/buffer.h"
#include "verifier/scope.h"
#include "verifier/text.h"

bool
values_init(struct values *values, struct arena *arena, struct tn_error *error)
{
    *values = (struct values){ .arena = arena };
    if (getrandom(&values->run, sizeof values->run, 0) != sizeof values->run)
        return error_set(error, TN_INTERNAL, "the system gives no random numbers");

    const unsigned run = (unsigned)(values->run % 1000000);
    const unsigned head = (unsigned)(values->run >> 32);
    const char *text = arena_printf(arena, "tv%06u", run);
    const unsigned integer = 190000000 + run % 1000000;
    values->tenants[TENANT_A] = (struct tenant){
        .uuid = arena_printf(arena, "%08x-0000-4000-8000-00000000000a", head),
        .integer = arena_printf(arena, "%u", integer),
        .small = arena_printf(arena, "%u", 3000 + run % 200),
        .text = text,
    };
    values->tenants[TENANT_B] = (struct tenant){
        .uuid = arena_printf(arena, "%08x-0000-4000-8000-00000000000b", head),
        .integer = arena_printf(arena, "%u7", integer),
        .small = arena_printf(arena, "%u7", 3000 + run % 200),
        .text = arena_printf(arena, "%s-labs", text),
    };
    values->tenants[TENANT_C] = (struct tenant){
        .uuid = arena_printf(arena, "%08x-0000-4000-8000-00000000000c", head),
        .integer = arena_printf(arena, "%u", integer + 1000000),
        .small = arena_printf(arena, "%u", 2000 + run % 200),
        .text = arena_printf(arena, "TV%06u", run),
    };
    return true;
}

static bool
is_integer(const char *base)
{
    return strcmp(base, "int4") == 0 || strcmp(base, "int8") == 0 || strcmp(base, "numeric") == 0 ||
           strcmp(base, "oid") == 0 || strcmp(base, "float8") == 0 || strcmp(base, "float4") == 0;
}

static const char *
cut(const struct values *values, const char *text, const struct column *column)
{
    const size_t length = strlen(text);
    if (column->length_max == 0 || length <= (size_t)column->length_max)
        return text;
    /* The end differs, the beginning is shared. */
    return arena_strdup(values->arena, text + length - (size_t)column->length_max);
}

const char *
values_tenant(const struct values *values, int tenant, const struct column *column)
{
    const struct tenant *of = &values->tenants[tenant];
    if (column->label_count)
        return column->labels[(size_t)tenant % column->label_count];
    if (strcmp(column->base, "uuid") == 0)
        return of->uuid;
    if (strcmp(column->base, "int2") == 0)
        return of->small;
    if (is_integer(column->base))
        return of->integer;
    return cut(values, of->text, column);
}

bool
values_tells_case(const struct column *column)
{
    return column->category == 'S' && !column->is_caseless;
}

/* By the base type's name; %u is another number each time, %y a year, %s the marker. */
static const struct {
    const char *base;
    const char *forms[4];
} samples[] = {
    { "bool", { "true", "false" } },
    { "date", { "2026-01-15", "2025-06-15", "2024-06-15", "2000-01-01" } },
    { "timestamp", { "2026-01-15 12:00:00", "2025-06-15 12:00:00", "2024-06-15", "2000-01-01" } },
    { "timestamptz",
        { "2026-01-15 12:00:00Z", "2025-06-15 12:00:00Z", "2024-06-15Z", "2000-01-01Z" } },
    { "time", { "12:00" } },
    { "timetz", { "12:00Z" } },
    { "interval", { "1 day" } },
    { "json", { "{\"tv\": \"%s\"}", "[]", "{}" } },
    { "jsonb", { "{\"tv\": \"%s\"}", "[]", "{}" } },
    { "bytea", { "\\x7476" } },
    { "inet", { "10.11.12.13" } },
    { "cidr", { "10.11.12.0/24" } },
    { "macaddr", { "08:00:2b:01:02:03" } },
    { "money", { "1" } },
    { "bit", { "1", "0" } },
    { "varbit", { "1" } },
    { "xml", { "<a/>" } },
    { "point", { "(1,2)" } },
    { "box", { "(1,1),(0,0)" } },
    { "line", { "{1,2,3}" } },
    { "lseg", { "[(0,0),(1,1)]" } },
    { "path", { "[(0,0),(1,1)]" } },
    { "polygon", { "((0,0),(1,1),(1,0))" } },
    { "circle", { "<(0,0),1>" } },
    { "tsvector", { "%s" } },
    { "tsquery", { "word" } },
    { "int4range", { "[%u,%u]" } },
    { "int8range", { "[%u,%u]" } },
    { "numrange", { "[%u,%u]" } },
    { "daterange", { "[%y-01-01,%y-01-02)" } },
    { "tsrange", { "[%y-01-01,%y-01-02)" } },
    { "tstzrange", { "[%y-01-01,%y-01-02)" } },
    { "ltree", { "tv.%u" } },
    { "hstore", { "tv=>%s" } },
    { "jsonpath", { "$" } },
    { "pg_lsn", { "0/1" } },
    { "regclass", { "pg_catalog.pg_class" } },
    { "char", { "a" } },
    { "oid", { "%u" } },
    { "geometry", { "POINT(1 2)" } },
    { "geography", { "POINT(1 2)" } },
};

static const char *
marker(const struct values *values, int tenant, const struct column *column, unsigned number)
{
    static const char letters[] = "abc";
    const unsigned run = (unsigned)(values->run % 1000000);
    /* Addresses and the like are checked by many. */
    if (strcasestr(column->name, "email"))
        return arena_printf(values->arena, "tv%06u%c%u@example.com", run, letters[tenant], number);
    if (strcasestr(column->name, "url") || strcasestr(column->name, "website"))
        return arena_printf(
            values->arena, "https://example.com/tv%06u%c%u", run, letters[tenant], number);
    return arena_printf(values->arena, "tv%06u%c%u", run, letters[tenant], number);
}

/* %s, %u and %y filled by hand: the form is no constant. */
static const char *
form_fill(const struct values *values, const char *form, const char *text, unsigned number)
{
    struct buffer out;
    buffer_init(&out, values->arena, 64);
    for (; *form; form++) {
        if (*form == '%' && form[1] == 's')
            buffer_text(&out, text);
        else if (*form == '%' && form[1] == 'u')
            buffer_integer(&out, number);
        else if (*form == '%' && form[1] == 'y')
            buffer_integer(&out, 1000 + number % 8000);
        else
            buffer_character(&out, *form);
        form += *form == '%' ? 1 : 0;
    }
    return out.data;
}

static const char *
text_filler(const struct values *values, const struct column *column, const char *mark, int attempt)
{
    static const char *const plain[] = { "a", "A1", "1", "en", "EUR", "https://example.com",
        "+15551234567", "tv@example.com", "2026-01-15", "" };
    if (attempt == 0)
        return cut(values, mark, column);
    if (attempt == 1) {
        char *upper = arena_strdup(values->arena, mark);
        for (char *at = upper; *at; at++)
            *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 32 : *at);
        return cut(values, upper, column);
    }
    return cut(values, plain[(size_t)(attempt - 2) % COUNT_OF(plain)], column);
}

const char *
values_filler(struct values *values, int tenant, const struct relation *relation,
    const struct column *column, int attempt)
{
    const unsigned number = ++values->counter;
    const char *mark = marker(values, tenant, column, number);
    (void)relation;
    if (column->label_count)
        return column->labels[(size_t)attempt % column->label_count];
    if (strcmp(column->base, "uuid") == 0)
        return arena_printf(values->arena, "%08x-%04x-4%03x-9%03x-%012x",
            (unsigned)(values->run >> 32), tenant + 1, number & 0xfff, attempt & 0xfff, number);
    if (strcmp(column->base, "int2") == 0)
        return arena_printf(
            values->arena, "%u", attempt ? (unsigned)attempt - 1 : 20000 + number % 9999);
    if (is_integer(column->base)) {
        static const unsigned small[] = { 1, 0, 10, 100, 50, 5 };
        /* Money and ratios have few digits: numeric(4,2) takes a 1. */
        if (attempt > 0)
            return arena_printf(
                values->arena, "%u", small[(size_t)(attempt - 1) % COUNT_OF(small)]);
        return strcmp(column->base, "numeric") == 0 || column->base[0] == 'f'
                   ? arena_printf(values->arena, "%u", 10 + number % 80)
                   : arena_printf(values->arena, "%u", 1500000000 + number);
    }
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        if (strcmp(samples[i].base, column->base) != 0)
            continue;
        size_t count = 1; /* each has one */
        while (count < 4 && samples[i].forms[count])
            count++;
        return form_fill(values, samples[i].forms[(size_t)attempt % count], mark, number);
    }
    if (column->category == 'A') {
        static const char *const arrays[] = { "{}", "{1}", "{a}" };
        return arrays[(size_t)attempt % COUNT_OF(arrays)];
    }
    if (column->category == 'R')
        return "empty";
    if (column->category == 'S' || strcmp(column->base, "citext") == 0 ||
        strcmp(column->base, "name") == 0)
        return text_filler(values, column, mark, attempt);
    if (column->category == 'C')
        return NULL;
    return text_filler(values, column, mark, attempt);
}

/* --- who works ------------------------------------------------------------------------------- */

bool
values_is_person(const struct audit *audit, const struct column *column)
{
    static const char *const usual[] = { "user_id", "owner_id", "member_id", "profile_id",
        "author_id", "created_by", "auth_user_id", "auth_id", "uid", "userId", "ownerId",
        "person_id" };
    for (size_t i = 0; i < audit->scope.settings.count; i++)
        if (!strstr(audit->scope.settings.items[i], "claim") &&
            scope_names_column(audit->scope.settings.items[i], column->name))
            return true;
    for (size_t i = 0; i < COUNT_OF(usual); i++)
        if (strcasecmp(usual[i], column->name) == 0)
            return true;
    return false;
}

static const struct column *
column_named_by(const struct audit *audit, const char *name)
{
    if (strstr(name, "claim"))
        return NULL;
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        for (size_t c = 0; c < relation->column_count; c++)
            if ((relation->kind == 'r' || relation->kind == 'p') &&
                scope_names_column(name, relation->columns[c].name))
                return &relation->columns[c];
    }
    return NULL;
}

const struct column *
values_principal_column(const struct audit *audit)
{
    const struct scope *scope = &audit->scope;
    const char *name = scope->claim                  ? scope->claim
                       : scope->tenant_setting_count ? scope->settings.items[0]
                                                     : "";
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        if (relation->tenant && scope_names_column(name, relation->tenant->name))
            return relation->tenant;
    }
    const struct column *column =
        column_named_by(audit, strcmp(name, "sub") == 0 ? "user_id" : name);
    if (column)
        return column;
    for (size_t i = 0; i < audit->inventory.relation_count; i++)
        if (audit->inventory.relations[i].tenant && audit->inventory.relations[i].kind != 'v')
            return audit->inventory.relations[i].tenant;
    return NULL;
}

const char *
values_principal(const struct values *values, const struct audit *audit, int tenant)
{
    const struct column *column = values_principal_column(audit);
    return column ? values_tenant(values, tenant, column) : values->tenants[tenant].text;
}

static bool
names_person(const char *setting)
{
    return text_matches(text_tail(setting),
        "^(current_)?(user|member|person|profile|author|owner|actor|sub|uid)(_?id)?$");
}

bool
values_is_for_person(const struct audit *audit)
{
    const struct scope *scope = &audit->scope;
    return scope->claim ? names_person(scope->claim)
                        : scope->tenant_setting_count && names_person(scope->settings.items[0]);
}

/* app.user_id, where the columns are called author_id and the like. */
static const struct column *
column_of_person(const struct audit *audit, const char *setting)
{
    for (size_t i = 0; i < audit->inventory.relation_count && names_person(setting); i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        for (size_t c = 0; c < relation->column_count; c++)
            if ((relation->kind == 'r' || relation->kind == 'p') &&
                values_is_person(audit, &relation->columns[c]))
                return &relation->columns[c];
    }
    return NULL;
}

static void
set_one(struct buffer *out, const struct audit *audit, const char *setting, const char *value,
    bool is_local)
{
    buffer_printf(out, "%sset_config(%s, %s, %s)", out->length ? ", " : "select ",
        text_literal(setting, audit->arena), text_literal(value, audit->arena),
        is_local ? "true" : "false");
}

const char *
values_set(const struct values *values, const struct audit *audit, int tenant, bool is_local)
{
    const struct scope *scope = &audit->scope;
    struct buffer out;
    buffer_init(&out, audit->arena, 256);
    for (size_t i = 0; i < scope->settings.count; i++) {
        const char *setting = scope->settings.items[i];
        const struct column *column = column_named_by(audit, setting);
        if (!column && i >= scope->tenant_setting_count)
            column = column_of_person(audit, setting);
        if (i >= scope->tenant_setting_count && !column && !strstr(setting, "claim"))
            continue;
        const char *value = i >= scope->tenant_setting_count && column
                                ? values_tenant(values, tenant, column)
                                : values_principal(values, audit, tenant);
        set_one(&out, audit, setting, scope_setting_value(audit, setting, value), is_local);
    }
    return out.length ? out.data : "select 1";
}

const char *
values_set_empty(const struct audit *audit, bool is_local)
{
    struct buffer out;
    buffer_init(&out, audit->arena, 256);
    for (size_t i = 0; i < audit->scope.settings.count; i++)
        set_one(&out, audit, audit->scope.settings.items[i], "", is_local);
    return out.length ? out.data : "select 1";
}
