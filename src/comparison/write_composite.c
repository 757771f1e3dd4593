#include <string.h>

#include "base/buffer.h"
#include "comparison/types.h"
#include "comparison/write.h"

/* --- attributes: "street text, \"zip, code\" numeric(5,0)"
 * ----------------------------------------
 */

/* The next attribute, cut off in place; NULL at the end. */
static char *
attribute_next(char **rest)
{
    char *attribute = *rest;
    if (!*attribute)
        return NULL;

    char *at = attribute;
    for (bool is_quoted = false; *at && (is_quoted || strncmp(at, ", ", 2) != 0); at++)
        is_quoted ^= *at == '"';
    *rest = *at ? at + 2 : at;
    *at = '\0';
    return attribute;
}

static size_t
name_length(const char *attribute)
{
    const char *at = attribute;
    for (bool is_quoted = false; *at && (is_quoted || *at != ' '); at++)
        is_quoted ^= *at == '"';
    return (size_t)(at - attribute);
}

/* The attribute of that name among those of `body`; NULL: none. */
static const char *
attribute_find(struct arena *arena, const char *body, const char *name, size_t length)
{
    char *rest = arena_strdup(arena, body);
    for (const char *attribute; (attribute = attribute_next(&rest)) != NULL;)
        if (name_length(attribute) == length && strncmp(attribute, name, length) == 0)
            return attribute;
    return NULL;
}

static const char *
body_of(const struct object *type)
{
    return type->fields[TYPE_BODY] ? type->fields[TYPE_BODY] : "";
}

void
write_attributes(struct writer *writer, const struct object *want)
{
    const size_t there = strlen(body_of(want->other));
    char *rest = arena_strdup(writer->arena, body_of(want) + there + 2);
    for (const char *attribute; (attribute = attribute_next(&rest)) != NULL;)
        WRITE(writer, want, "ALTER TYPE %s ADD ATTRIBUTE %s", want->identity, attribute);
}

void
write_attributes_lost(struct writer *writer, const struct object *want)
{
    char *rest = arena_strdup(writer->arena, body_of(want->other));
    for (const char *attribute; (attribute = attribute_next(&rest)) != NULL;) {
        const size_t length = name_length(attribute);
        const char *now = attribute_find(writer->arena, body_of(want), attribute, length);
        const char *loses = !now ? "is dropped"
                            : type_cast_loses(attribute + length + 1, now + length + 1)
                                ? "becomes of a type that not every value survives"
                                : NULL;
        if (loses)
            plan_loss(writer->plan,
                (struct plan_loss){ .name = arena_printf(writer->arena, "%s.%.*s",
                                        spoken(want->identity), (int)length, attribute),
                    .what = arena_printf(writer->arena, "%.*s of the type %s %s", (int)length,
                        attribute, want->identity, loses) });
    }
}

const char *
attributes_using(struct arena *arena, const struct object *type, const struct object *column)
{
    if (strcmp(column->fields[COLUMN_TYPE], type->identity) != 0)
        return NULL;

    struct buffer out;
    buffer_init(&out, arena, 128);
    buffer_printf(&out, "CASE WHEN %s IS DISTINCT FROM NULL THEN ROW(", column->name);
    char *rest = arena_strdup(arena, body_of(type));
    const char *separator = "";
    for (const char *attribute; (attribute = attribute_next(&rest)) != NULL; separator = ", ") {
        const size_t length = name_length(attribute);
        const char *had = attribute_find(arena, body_of(type->other), attribute, length);
        if (!had)
            buffer_printf(&out, "%sNULL", separator);
        else
            buffer_printf(&out, "%s(%s).%.*s%s%s", separator, column->name, (int)length, attribute,
                strcmp(had, attribute) == 0 ? "" : "::text::",
                strcmp(had, attribute) == 0 ? "" : attribute + length + 1);
    }
    buffer_printf(&out, ")::%s END", type->identity);
    return out.data;
}
