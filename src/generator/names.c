#include "generator/names.h"

#include <string.h>

static bool
clash(struct arena *arena, struct rejection *rejection, const char *what, const char *with)
{
    return reject(rejection, arena, "annotation", 0,
        "%s cannot be written in C: it is %s; take another name", what, with);
}

/* --- queries --------------------------------------------------------------------------------- */

/* What a compiler declares by itself, and would find declared anew. */
static bool
is_taken(const char *name)
{
    static const char *const names[] = { "abort", "abs", "acos", "asin", "atan", "bcmp", "bcopy",
        "bzero", "calloc", "ceil", "cos", "div", "erf", "exit", "exp", "fabs", "floor", "fork",
        "fprintf", "fputs", "free", "gamma", "index", "isalnum", "isalpha", "isdigit", "islower",
        "isspace", "isupper", "labs", "log", "main", "malloc", "memchr", "memcmp", "memcpy",
        "memmove", "memset", "pow", "printf", "putc", "putchar", "puts", "realloc", "rindex",
        "rint", "round", "scanf", "signbit", "sin", "snprintf", "sprintf", "sqrt", "sscanf",
        "strcat", "strchr", "strcmp", "strcpy", "strcspn", "strdup", "strlen", "strncmp", "strncpy",
        "strndup", "strpbrk", "strrchr", "strspn", "strstr", "tan", "tolower", "toupper", "trunc",
        "vprintf" };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return strncmp(name, "tn_", 3) == 0 || strncmp(name, "arg_", 4) == 0;
}

/* The rest of `name` behind `prefix`; NULL if it begins otherwise. */
static const char *
behind(const char *name, const char *prefix)
{
    const size_t length = strlen(prefix);
    return strncmp(name, prefix, length) == 0 ? name + length : NULL;
}

/* Constants of another query: query_NAME, read_NAME, … */
static bool
is_helper(const struct project *project, const char *name)
{
    static const char *const prefixes[] = { "query_", "read_", "reads_", "types_", "writes_" };
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        const char *rest = behind(name, prefixes[i]);
        for (int q = 0; q < project->query_count && rest; q++) {
            if (strcmp(project->queries[q].query->name, rest) == 0)
                return true;
        }
    }
    return false;
}

static bool
is_function_of_enum(const struct project *project, const char *name, struct arena *arena)
{
    static const char *const formats[] = { "%s_label", "%s_labels", "%s_query", "raw_%s_label",
        "raw_%s_labels", "opt_%s_get", "opt_%s_of", "opt_%s_null" };
    for (int e = 0; e < project->enum_count; e++) {
        const char *word = c_name(project->enums[e]->name, arena);
        for (size_t i = 0; i < COUNT_OF(formats); i++) {
            const char *mark = strchr(formats[i], '%');
            const char *made = arena_printf(
                arena, "%.*s%s%s", (int)(mark - formats[i]), formats[i], word, mark + 2);
            if (strcmp(made, name) == 0)
                return true;
        }
    }
    return false;
}

static bool
name_check(const struct project *project, const char *whose, const char *name, struct arena *arena,
    struct rejection *rejection)
{
    const char *what = arena_printf(arena, "%s name `%s`", whose, name);
    if (strcmp(c_name(name, arena), name) != 0)
        return clash(arena, rejection, what, "a word of C");
    if (is_taken(name))
        return clash(arena, rejection, what, "a name of the library");
    if (is_helper(project, name))
        return clash(arena, rejection, what, "what another query is called inside");
    if (is_function_of_enum(project, name, arena))
        return clash(arena, rejection, what, "a function of an enum");
    return true;
}

/* --- parameters ------------------------------------------------------------------------------ */

static bool
parameter_check(const struct project *project, const struct compiled *compiled, int index,
    struct arena *arena, struct rejection *rejection)
{
    const struct parameter_value *parameter = &compiled->parameters[index];
    const char *what = arena_printf(arena, "the parameter `:%s`", parameter->name);
    const char *word = c_argument(parameter->name, arena);
    for (int i = 0; i < index; i++) {
        if (strcmp(c_argument(compiled->parameters[i].name, arena), word) == 0)
            return clash(arena, rejection, what,
                arena_printf(arena, "`%s` like :%s", word, compiled->parameters[i].name));
    }
    for (int q = 0; q < project->query_count; q++) {
        const struct query *query = project->queries[q].query;
        if (query->scope == SCOPE_CROSS_ORG && strcmp(query->name, word) == 0)
            return clash(arena, rejection, what, "a query of all organizations");
    }

    const char *rest = parameter->type.is_nullable ? NULL : behind(parameter->name, "opt_");
    for (int i = 0; i < project->parameter_count && rest; i++) {
        const struct parameter_value *other = &project->parameters[i];
        if (other->type.is_nullable && strcmp(other->name, rest) == 0)
            return clash(arena, rejection, what,
                arena_printf(arena, "`arg_opt_%s`, which :%s? has already", rest, rest));
    }
    return true;
}

/* --- columns --------------------------------------------------------------------------------- */

/* QUERY_COLUMN_SCALE may not be two numbers. */
static bool
scales_check(const struct project *project, const struct compiled *compiled,
    const struct result_column *column, struct arena *arena, struct rejection *rejection)
{
    const char *own = arena_printf(arena, "%s_%s", compiled->query->name, column->name);
    if (column->type.kind != VALUE_DECIMAL)
        return true;
    for (const struct compiled *other = project->queries; other < compiled; other++) {
        for (int i = 0; i < other->column_count; i++) {
            const struct result_column *known = &other->columns[i];
            const char *name = arena_printf(arena, "%s_%s", other->query->name, known->name);
            if (known->type.kind == VALUE_DECIMAL && known->type.scale != column->type.scale &&
                strcmp(name, own) == 0)
                return clash(arena, rejection,
                    arena_printf(arena, "the column \"%s\"", column->name),
                    arena_printf(arena, "`%s` like one of the query %s", own, other->query->name));
        }
    }
    return true;
}

/* --- enums ----------------------------------------------------------------------------------- */

static const char *
constant_of(const struct type *enumeration, int label, struct arena *arena)
{
    return arena_printf(arena, "%s_%s", c_upper(enumeration->name, arena),
        c_upper(enumeration->labels.names[label], arena));
}

/* An enum of the project that has the constant too, before that label. NULL: none. */
static const struct type *
constant_find(const struct project *project, const struct type *enumeration, int label,
    const char *constant, struct arena *arena)
{
    for (int e = 0; e < project->enum_count; e++) {
        const struct type *other = project->enums[e];
        const int end = other == enumeration ? label : other->labels.count;
        for (int i = 0; i < end; i++) {
            if (strcmp(constant_of(other, i, arena), constant) == 0)
                return other;
        }
    }
    return NULL;
}

static bool
enum_check(const struct project *project, const struct type *enumeration, struct arena *arena,
    struct rejection *rejection)
{
    if (enumeration->labels.count == 0)
        return reject(rejection, arena, "unsupported-type", 0,
            "enum \"%s\" has no labels, or one that is empty or has a line break: cast it, "
            "`::text`",
            enumeration->name);

    for (int e = 0; e < project->enum_count; e++) {
        const struct type *other = project->enums[e];
        if (other != enumeration &&
            strcmp(c_name(other->name, arena), c_name(enumeration->name, arena)) == 0)
            return reject(rejection, arena, "unsupported-type", 0,
                "enums \"%s\".\"%s\" and \"%s\".\"%s\" would have one name in C: cast one, "
                "`::text`",
                other->schema, other->name, enumeration->schema, enumeration->name);
    }
    for (int i = 0; i < enumeration->labels.count; i++) {
        const char *constant = constant_of(enumeration, i, arena);
        const struct type *other = constant_find(project, enumeration, i, constant, arena);
        if (other)
            return reject(rejection, arena, "unsupported-type", 0,
                "label '%s' of enum \"%s\" would be %s in C, like one of \"%s\": cast it, `::text`",
                enumeration->labels.names[i], enumeration->name, constant, other->name);
    }
    return true;
}

/* --- entry ----------------------------------------------------------------------------------- */

bool
names_together_check(
    const struct project *project, struct compiled_together *compiled, struct arena *arena)
{
    struct rejection refused = { 0 };
    if (name_check(project, "the", compiled->together->name, arena, &refused))
        return true;

    return reject(&compiled->rejection, arena, refused.reason, compiled->together->file_offset,
        "%s", refused.message);
}

bool
names_check(const struct project *project, const struct compiled *compiled, struct arena *arena,
    struct rejection *rejection)
{
    if (!name_check(project, "the query's", compiled->query->name, arena, rejection))
        return false;
    for (int i = 0; i < compiled->parameter_count; i++) {
        const struct type *enumeration = compiled->parameters[i].type.enumeration;
        if (!parameter_check(project, compiled, i, arena, rejection) ||
            (enumeration && !enum_check(project, enumeration, arena, rejection)))
            return false;
    }
    for (int i = 0; i < compiled->column_count; i++) {
        const struct type *enumeration = compiled->columns[i].type.enumeration;
        if (!scales_check(project, compiled, &compiled->columns[i], arena, rejection) ||
            (enumeration && !enum_check(project, enumeration, arena, rejection)))
            return false;
    }
    return true;
}
