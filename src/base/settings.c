#include "base/settings.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum kind {
    KIND_TEXT,
    KIND_LIST,
    KIND_COUNT,
    KIND_SECONDS,
    KIND_MS,
    KIND_BYTES,
    KIND_SWITCH,
};

static const struct definition {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *fallback;
    const char *argument;
    const char *help;
} definitions[] = {
#define SETTING(name, kind, fallback, argument, help) \
    { #name, KIND_##kind, offsetof(struct settings, name), fallback, argument, help },
#include "settings.def"
#undef SETTING
};

/* One of a list: "origins" is "origin", "proxies" is "proxy". */
static void
make_singular(char *name)
{
    char *end = name + strlen(name) - 1;
    if (end - name > 3 && strcmp(end - 2, "ies") == 0)
        memcpy(end - 2, "y", 2);
    else
        *end = '\0';
}

/* "trusted_origins" is --trusted-origin, "body_limit" is --body-limit. */
static char *
flag_name(const struct definition *definition, struct arena *arena)
{
    char *flag = arena_printf(arena, "--%s", definition->name);
    for (char *at = flag; *at; at++) {
        if (*at == '_')
            *at = '-';
    }
    if (definition->kind == KIND_LIST)
        make_singular(flag);
    return flag;
}

static char *
variable_name(const struct definition *definition, struct arena *arena)
{
    char *variable = arena_printf(arena, "TENANTRY_%s", definition->name);
    for (char *at = variable; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    return variable;
}

static bool
parse_number(const char *text, enum kind kind, int64_t *ret_number)
{
    static const struct {
        const char *suffix;
        int64_t factor;
    } units[] = { { "", 1 }, { "KiB", 1024 }, { "MiB", INT64_C(1024) * 1024 } };

    if (!isdigit((unsigned char)text[0]))
        return false;

    char *end;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    const size_t unit_count = kind == KIND_BYTES ? COUNT_OF(units) : 1;
    for (size_t i = 0; i < unit_count; i++) {
        if (strcmp(end, units[i].suffix) == 0)
            return errno == 0 && !__builtin_mul_overflow(number, units[i].factor, ret_number) &&
                   *ret_number <= INT_MAX;
    }
    return false;
}

static bool
parse_switch(const char *text, bool *ret_on)
{
    static const char *const words[] = { "off", "on", "false", "true", "0", "1", "no", "yes" };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(text, words[i]) == 0) {
            *ret_on = i % 2 == 1;
            return true;
        }
    }
    return false;
}

/* An argument of small words, "named|unnamed", is a list of all that the setting can be. */
static bool
is_choice(const char *argument)
{
    return strchr(argument, '|') &&
           strspn(argument, "abcdefghijklmnopqrstuvwxyz|") == strlen(argument);
}

static bool
choice_has(const char *choices, const char *text)
{
    while (*choices) {
        const size_t bytes = strcspn(choices, "|");
        if (strlen(text) == bytes && memcmp(choices, text, bytes) == 0)
            return true;
        choices += bytes + (choices[bytes] == '|');
    }
    return false;
}

/* `source` is the flag or variable that `text` comes from. */
static bool
assign(struct settings *settings, const struct definition *definition, const char *source,
    const char *text, struct arena *arena, struct tn_error *error)
{
    void *field = (char *)settings + definition->offset;
    switch (definition->kind) {
    case KIND_TEXT:
        if (is_choice(definition->argument) && !choice_has(definition->argument, text))
            return error_set(error, TN_CONFIGURATION, "%s is \"%s\": write one of %s", source, text,
                definition->argument);
        *(const char **)field = arena_strdup(arena, text);
        return true;
    case KIND_LIST:
        *(const char **)field = arena_strdup(arena, text);
        return true;
    case KIND_SWITCH:
        if (!parse_switch(text, field))
            return error_set(
                error, TN_CONFIGURATION, "%s is \"%s\": write on or off", source, text);
        return true;
    case KIND_COUNT:
    case KIND_SECONDS:
    case KIND_MS:
    case KIND_BYTES:
        if (!parse_number(text, definition->kind, field))
            return error_set(error, TN_CONFIGURATION, "%s is \"%s\": write a whole number%s",
                source, text, definition->kind == KIND_BYTES ? ", perhaps with KiB or MiB" : "");
        return true;
    }
    return false;
}

static const struct definition *
definition_by_flag(const char *argument, struct arena *arena, const char **ret_value)
{
    for (size_t i = 0; i < COUNT_OF(definitions); i++) {
        const char *flag = flag_name(&definitions[i], arena);
        const size_t length = strlen(flag);
        if (strncmp(argument, flag, length) != 0)
            continue;

        if (argument[length] == '=' || argument[length] == '\0') {
            *ret_value = argument[length] == '=' ? argument + length + 1 : NULL;
            return &definitions[i];
        }
    }
    return NULL;
}

static bool
read_flag(struct settings *settings, bool *lists_begun, char **arguments, int *index, int count,
    struct arena *arena, struct tn_error *error)
{
    const char *argument = arguments[*index];
    const char *value;
    const struct definition *definition = definition_by_flag(argument, arena, &value);
    if (!definition)
        return error_set(
            error, TN_CONFIGURATION, "\"%s\" is no flag of this program: see --help", argument);

    bool ignored;
    const char *next = *index + 1 < count ? arguments[*index + 1] : NULL;
    if (!value && next && (definition->kind != KIND_SWITCH || parse_switch(next, &ignored))) {
        value = next;
        ++*index;
    }
    if (!value && definition->kind == KIND_SWITCH)
        value = "on";
    if (!value)
        return error_set(error, TN_CONFIGURATION, "%s needs a value: %s %s", argument, argument,
            definition->argument);

    /* The first flag of a list replaces what the variable said; further ones add to it. */
    bool *begun = &lists_begun[definition - definitions];
    if (definition->kind == KIND_LIST && *begun) {
        const char **field = (const char **)(void *)((char *)settings + definition->offset);
        *field = arena_printf(arena, "%s,%s", *field, value);
        return true;
    }
    *begun = true;
    return assign(settings, definition, flag_name(definition, arena), value, arena, error);
}

bool
settings_read(int argument_count, char **arguments, struct arena *arena,
    struct settings *ret_settings, bool *ret_help, struct tn_error *error)
{
    struct settings settings = { 0 };
    bool lists_begun[COUNT_OF(definitions)] = { false };
    *ret_help = false;

    for (size_t i = 0; i < COUNT_OF(definitions); i++) {
        const char *variable = variable_name(&definitions[i], arena);
        const char *text = getenv(variable);
        if (!assign(&settings, &definitions[i], variable, text ? text : definitions[i].fallback,
                arena, error))
            return false;
    }

    for (int i = 0; i < argument_count; i++) {
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0)
            *ret_help = true;
        else if (!read_flag(&settings, lists_begun, arguments, &i, argument_count, arena, error))
            return false;
    }

    *ret_settings = settings;
    return true;
}

const char *
settings_list_next(const char **list, struct arena *arena)
{
    *list += strspn(*list, ", ");
    const char *entry = *list;
    const size_t bytes = strcspn(entry, ", ");
    *list += bytes;
    return bytes > 0 ? arena_memdup(arena, entry, bytes) : NULL;
}

void
settings_help(struct buffer *out)
{
    for (size_t i = 0; i < COUNT_OF(definitions); i++) {
        const struct definition *definition = &definitions[i];
        buffer_printf(out, "  %s%s%s\n      %s", flag_name(definition, out->arena),
            definition->argument[0] ? " " : "", definition->argument, definition->help);
        if (definition->fallback[0])
            buffer_printf(out, " [%s]", definition->fallback);
        buffer_printf(out, "\n      %s\n", variable_name(definition, out->arena));
    }
}
