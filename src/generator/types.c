#include "generator/types.h"

#include <ctype.h>
#include <string.h>

/* Types by name: an OID would have to be looked up by every reader. */
static const struct {
    const char *postgres;
    const char *name;
    const char *c;
} plain_types[] = {
    { "bool", "bool", "bool " },
    { "int2", "int16", "int16_t " },
    { "int4", "int32", "int32_t " },
    { "int8", "int64", "int64_t " },
    { "float4", "float", "float " },
    { "float8", "double", "double " },
    { "text", "text", "struct tn_text " },
    { "varchar", "text", "struct tn_text " },
    { "bpchar", "text", "struct tn_text " },
    { "citext", "text", "struct tn_text " },
    { "name", "text", "struct tn_text " },
    { "bytea", "bytes", "struct tn_bytes " },
    { "json", "json", "struct tn_json " },
    { "jsonb", "json", "struct tn_json " },
    { "uuid", "uuid", "struct tn_uuid " },
    { "numeric", "numeric", "struct tn_numeric " },
    { "timestamptz", "time", "struct tn_time " },
    { "timestamp", "localtime", "struct tn_localtime " },
    { "date", "date", "struct tn_date " },
};

static int
plain_find(const char *postgres)
{
    for (int i = 0; i < (int)COUNT_OF(plain_types); i++) {
        if (strcmp(plain_types[i].postgres, postgres) == 0)
            return i;
    }
    return -1;
}

/* A domain is its base type, with the base's modifier. */
static const struct type *
type_base(const struct schema *schema, uint32_t oid, int *modifier)
{
    const struct type *type = schema_type_by_oid(schema, oid);
    while (type && type->kind == 'd') {
        *modifier = type->base_modifier;
        type = schema_type_by_oid(schema, type->base);
    }
    return type;
}

bool
value_type_of(const struct schema *schema, uint32_t oid, int modifier, bool is_nullable,
    struct value_type *ret_value)
{
    const struct type *type = type_base(schema, oid, &modifier);
    struct value_type value = { .is_nullable = is_nullable };
    if (!type)
        return false;

    if (type->element != 0) {
        value.is_array = true;
        type = type_base(schema, type->element, &modifier);
    }
    if (type && type->kind == 'e') {
        value.kind = VALUE_ENUM;
        value.name = "label";
        value.enumeration = type;
        *ret_value = value;
        return true;
    }
    const bool is_known =
        type && (strcmp(type->schema, "pg_catalog") == 0 || strcmp(type->name, "citext") == 0);
    const int plain = is_known ? plain_find(type->name) : -1;
    *ret_value = value;
    if (plain < 0)
        return false;

    value.name = plain_types[plain].name;
    /* PostgreSQL keeps precision and scale in the modifier, 4 bytes of header added. */
    const int precision = modifier < 4 ? 0 : ((modifier - 4) >> 16) & 0xFFFF;
    const int scale = modifier < 4 ? 0 : (modifier - 4) & 0x7FF;
    if (strcmp(type->name, "numeric") == 0 && precision > 0 && precision <= 18 &&
        scale <= precision) {
        value.kind = VALUE_DECIMAL;
        value.name = "decimal";
        value.scale = scale;
    }
    *ret_value = value;
    return true;
}

static int
runtime_find(const char *name)
{
    for (int i = 0; i < (int)COUNT_OF(plain_types); i++) {
        if (strcmp(plain_types[i].name, name) == 0)
            return i;
    }
    return -1;
}

bool
value_type_is_known(const struct value_type *value)
{
    return value->kind == VALUE_DECIMAL || runtime_find(value->name) >= 0;
}

const char *
value_type_word(const struct value_type *value, struct arena *arena)
{
    const char *word = value->name;
    if (value->kind == VALUE_ENUM)
        word = value->enumeration->name;
    else if (value->kind == VALUE_DECIMAL)
        word = arena_printf(arena, "numeric with %d decimals", value->scale);
    return value->is_array ? arena_printf(arena, "array of %s", word) : word;
}

bool
value_type_equal(const struct value_type *left, const struct value_type *right)
{
    return left->kind == right->kind && strcmp(left->name, right->name) == 0 &&
           left->is_array == right->is_array && left->scale == right->scale &&
           left->enumeration == right->enumeration;
}

char *
value_type_runtime(const struct value_type *value, struct arena *arena)
{
    const char *name =
        value->kind == VALUE_ENUM ? c_name(value->enumeration->name, arena) : value->name;
    return arena_printf(
        arena, "%s%s%s", value->is_nullable ? "opt_" : "", name, value->is_array ? "_array" : "");
}

void
value_type_declare(struct buffer *out, const struct value_type *value)
{
    const char *word = value_type_runtime(value, out->arena);
    const bool is_struct = value->is_nullable || value->is_array || value->kind == VALUE_DECIMAL;
    if (value->kind == VALUE_ENUM)
        buffer_printf(out, "%s %s ", is_struct ? "struct" : "enum", word);
    else if (is_struct)
        buffer_printf(out, "struct tn_%s ", word);
    else
        buffer_text(out, plain_types[runtime_find(value->name)].c);
}

static bool
is_keyword(const char *name)
{
    /* The language's, and what gcc and the C library define as macros. */
    static const char *const words[] = { "alignas", "alignof", "asm", "constexpr", "errno", "i386",
        "linux", "nullptr", "static_assert", "thread_local", "typeof", "unix", "auto", "bool",
        "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum",
        "extern", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict",
        "return", "short", "signed", "sizeof", "static", "struct", "switch", "true", "false",
        "typedef", "union", "unsigned", "void", "volatile", "while" };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(words[i], name) == 0)
            return true;
    }
    return false;
}

/* camelCase and anything else as lower case words with underscores. */
static void
put_words(struct buffer *out, const char *name)
{
    for (const char *at = name; *at; at++) {
        if (isupper((unsigned char)*at) && at > name && islower((unsigned char)at[-1]))
            buffer_character(out, '_');
        buffer_character(
            out, isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '_');
    }
}

char *
c_name(const char *name, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 2 * strlen(name) + 2);
    if (isdigit((unsigned char)*name))
        buffer_character(&out, '_');
    put_words(&out, name);
    if (is_keyword(out.data))
        buffer_character(&out, '_');
    return out.data;
}

char *
c_argument(const char *name, struct arena *arena)
{
    static const char *const ours[] = { "call", "calls", "db", "error", "found", "identity",
        "label", "membership", "raw", "ret_count", "ret_found", "ret_row", "ret_rows", "ret_stream",
        "row", "rows", "sort", "variant" };
    for (size_t i = 0; i < COUNT_OF(ours); i++) {
        if (strcmp(ours[i], name) == 0)
            return arena_printf(arena, "%s_", name);
    }
    /* The functions and constants that a generated function names. */
    return strncmp(name, "tn_", 3) == 0 || strncmp(name, "raw_", 4) == 0 ||
                   strncmp(name, "query_", 6) == 0 || strncmp(name, "ask_", 4) == 0 ||
                   strncmp(name, "answer_", 7) == 0
               ? arena_printf(arena, "%s_", name)
               : c_name(name, arena);
}

char *
c_upper(const char *name, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 2 * strlen(name) + 2);
    put_words(&out, name);
    for (char *at = out.data; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    return out.data;
}

bool
type_is_built_in(const struct schema *schema, uint32_t oid)
{
    const struct type *type = schema_type_by_oid(schema, oid);
    return type && strcmp(type->schema, "pg_catalog") == 0;
}
