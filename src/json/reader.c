#include "json/reader.h"

#include <string.h>

#include <jansson.h>

/* jansson descends with the C stack and stops at 2048 levels, which is more than a fiber's stack
 * holds. So the depth is known before it begins. */
static bool
depth_is_bearable(const char *text, size_t bytes)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < bytes; i++) {
        char character = text[i];
        if (in_string) {
            if (character == '\\')
                i++;
            else if (character == '"')
                in_string = false;
        } else if (character == '"') {
            in_string = true;
        } else if (character == '[' || character == '{') {
            if (++depth > JSON_DEPTH_MAX)
                return false;
        } else if (character == ']' || character == '}') {
            depth--;
        }
    }
    return true;
}

static void copy_value(json_t *source, struct arena *arena, struct json_value *target);

static void
copy_array(json_t *source, struct arena *arena, struct json_value *target)
{
    target->kind = JSON_KIND_ARRAY;
    target->count = json_array_size(source);
    struct json_value *items = ARENA_ARRAY(arena, target->count, struct json_value);
    for (size_t i = 0; i < target->count; i++)
        copy_value(json_array_get(source, i), arena, &items[i]);
    target->items = items;
}

static void
copy_object(json_t *source, struct arena *arena, struct json_value *target)
{
    target->kind = JSON_KIND_OBJECT;
    target->count = json_object_size(source);
    struct json_value *items = ARENA_ARRAY(arena, target->count, struct json_value);
    const char **keys = ARENA_ARRAY(arena, target->count, const char *);
    size_t index = 0;
    for (void *at = json_object_iter(source); at; at = json_object_iter_next(source, at), index++) {
        keys[index] = arena_strdup(arena, json_object_iter_key(at));
        copy_value(json_object_iter_value(at), arena, &items[index]);
    }
    target->items = items;
    target->keys = keys;
}

static void
copy_value(json_t *source, struct arena *arena, struct json_value *target)
{
    switch (json_typeof(source)) {
    case JSON_OBJECT:
        copy_object(source, arena, target);
        return;
    case JSON_ARRAY:
        copy_array(source, arena, target);
        return;
    case JSON_STRING:
        target->kind = JSON_KIND_STRING;
        target->text_bytes = json_string_length(source);
        target->text = arena_memdup(arena, json_string_value(source), target->text_bytes);
        return;
    case JSON_INTEGER:
    case JSON_REAL:
        target->kind = JSON_KIND_NUMBER;
        target->number = json_number_value(source);
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        target->kind = JSON_KIND_BOOLEAN;
        target->boolean = json_is_true(source);
        return;
    case JSON_NULL:
        target->kind = JSON_KIND_NULL;
        return;
    }
}

bool
json_read(const char *text, size_t bytes, struct arena *arena, const struct json_value **ret_value,
    struct tn_error *error)
{
    if (!depth_is_bearable(text, bytes))
        return error_set(
            error, TN_BAD_REQUEST, "JSON is nested deeper than %d levels", JSON_DEPTH_MAX);

    /* Numbers as JavaScript has them: all are doubles, so that a large integer is no error. */
    json_error_t problem;
    json_t *root = json_loadb(
        text, bytes, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &problem);
    if (!root)
        return error_set(error, TN_BAD_REQUEST, "JSON, line %d: %s", problem.line, problem.text);

    struct json_value *value = ARENA_NEW(arena, struct json_value);
    copy_value(root, arena, value);
    json_decref(root);
    *ret_value = value;
    return true;
}

const struct json_value *
json_undefined(void)
{
    static const struct json_value undefined = { .kind = JSON_KIND_UNDEFINED };
    return &undefined;
}

const struct json_value *
json_of_text(const char *text, struct arena *arena)
{
    struct json_value *value = ARENA_NEW(arena, struct json_value);
    *value = (struct json_value){
        .kind = JSON_KIND_STRING,
        .text = text,
        .text_bytes = strlen(text),
    };
    return value;
}

const struct json_value *
json_member(const struct json_value *object, const char *name)
{
    if (object->kind != JSON_KIND_OBJECT)
        return json_undefined();

    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->keys[i], name) == 0)
            return &object->items[i];
    return json_undefined();
}

const char *
json_kind_word(enum json_kind kind)
{
    static const char *const words[] = {
        [JSON_KIND_UNDEFINED] = "undefined",
        [JSON_KIND_NULL] = "null",
        [JSON_KIND_BOOLEAN] = "boolean",
        [JSON_KIND_NUMBER] = "number",
        [JSON_KIND_STRING] = "string",
        [JSON_KIND_ARRAY] = "array",
        [JSON_KIND_OBJECT] = "object",
    };
    return words[kind];
}

bool
json_is_plain_text(const struct json_value *value)
{
    return value->kind == JSON_KIND_STRING && strlen(value->text) == value->text_bytes;
}
