#include "comparison/types.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ABSENT = -1 };

/* "timestamp(3) with time zone" is { "timestamp with time zone", 3, -1 } */
struct type {
    char name[128];
    int first;
    int second;
};

static struct type
type_read(const char *text)
{
    struct type type = { .first = FIRST_ABSENT, .second = FIRST_ABSENT };
    const char *open = strchr(text, '(');
    const char *close = open ? strchr(open, ')') : NULL;
    if (!close) {
        snprintf(type.name, sizeof type.name, "%s", text);
        return type;
    }

    char *end;
    type.first = (int)strtol(open + 1, &end, 10);
    if (*end == ',')
        type.second = (int)strtol(end + 1, NULL, 10);
    snprintf(type.name, sizeof type.name, "%.*s%s", (int)(open - text), text, close + 1);
    return type;
}

static bool
is(const struct type *type, const char *name)
{
    return strcmp(type->name, name) == 0;
}

static bool
is_string(const struct type *type)
{
    return is(type, "text") || is(type, "character varying");
}

/* Bytes of a whole number, 0 for other types. */
static int
whole_number(const struct type *type)
{
    return is(type, "smallint") ? 2 : is(type, "integer") ? 4 : is(type, "bigint") ? 8 : 0;
}

static bool
is_number(const struct type *type)
{
    return whole_number(type) || is(type, "numeric") || is(type, "real") ||
           is(type, "double precision");
}

static bool
is_time(const struct type *type)
{
    return is(type, "date") || is(type, "timestamp without time zone") ||
           is(type, "timestamp with time zone");
}

/* No longer limit, or none. */
static bool
is_wider(int from, int to)
{
    return to == FIRST_ABSENT || (from != FIRST_ABSENT && to >= from);
}

static enum type_change
string_cost(const struct type *from, const struct type *to)
{
    const bool has_limit = is(to, "character varying") && to->first != FIRST_ABSENT;
    if (!has_limit || (is(from, "character varying") && is_wider(from->first, to->first)))
        return TYPE_CHANGE_FREE;
    return TYPE_CHANGE_REWRITES;
}

static enum type_change
number_cost(const struct type *from, const struct type *to)
{
    if (is(from, "numeric") && is(to, "numeric")) {
        if (to->first == FIRST_ABSENT)
            return TYPE_CHANGE_FREE;
        if (from->first == FIRST_ABSENT || to->second < from->second)
            return TYPE_CHANGE_LOSES;
        return to->second == from->second && to->first >= from->first ? TYPE_CHANGE_FREE
                                                                      : TYPE_CHANGE_REWRITES;
    }
    if (whole_number(from) && (whole_number(to) || is(to, "numeric")))
        return TYPE_CHANGE_REWRITES;
    if (whole_number(from) && whole_number(from) <= 4 && is(to, "double precision"))
        return TYPE_CHANGE_REWRITES;
    if (is(from, "real") && is(to, "double precision"))
        return TYPE_CHANGE_REWRITES;
    return TYPE_CHANGE_LOSES;
}

enum type_change
type_change_cost(const char *from_text, const char *to_text)
{
    const struct type from = type_read(from_text);
    const struct type to = type_read(to_text);
    if (is_string(&from) && is_string(&to))
        return string_cost(&from, &to);
    if (is_number(&from) && is_number(&to))
        return number_cost(&from, &to);
    if (strcmp(from.name, to.name) == 0)
        return is_time(&from) && is_wider(from.first, to.first) ? TYPE_CHANGE_FREE
                                                                : TYPE_CHANGE_LOSES;
    if (is(&from, "cidr") && is(&to, "inet"))
        return TYPE_CHANGE_FREE;
    if (is(&to, "text") || (is(&from, "text") && (is(&to, "uuid") || strchr(to.name, '.'))) ||
        (is(&from, "date") && is(&to, "timestamp without time zone")))
        return TYPE_CHANGE_REWRITES;
    return TYPE_CHANGE_LOSES;
}

bool
type_change_needs_using(const char *from_text, const char *to_text)
{
    const struct type from = type_read(from_text);
    const struct type to = type_read(to_text);
    return !(is_string(&to) || (is_number(&from) && is_number(&to)) ||
             (is_time(&from) && is_time(&to)) || strcmp(from.name, to.name) == 0);
}

bool
type_cast_loses(const char *from_text, const char *to_text)
{
    if (strcmp(from_text, to_text) == 0)
        return false;
    const struct type to = type_read(to_text);
    const enum type_change cost = type_change_cost(from_text, to_text);
    return cost == TYPE_CHANGE_LOSES || (cost == TYPE_CHANGE_REWRITES && is_string(&to));
}
