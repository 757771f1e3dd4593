/* What a body must hold, and the sentences that say what it does not: those of better-auth's
 * schemas. */
#include <string.h>

#include "account/email.h"
#include "server/auth_exchange.h"

static const char *const expected_words[] = {
    [AUTH_STRING] = "string",
    [AUTH_STRING_FILLED] = "string",
    [AUTH_EMAIL] = "string",
    [AUTH_BOOLEAN] = "boolean",
    [AUTH_RECORD] = "record",
    [AUTH_OBJECT] = "object",
    [AUTH_ID] = "string",
    [AUTH_PERMISSION] = "record",
};

static const enum json_kind expected_kinds[] = {
    [AUTH_STRING] = JSON_KIND_STRING,
    [AUTH_STRING_FILLED] = JSON_KIND_STRING,
    [AUTH_EMAIL] = JSON_KIND_STRING,
    [AUTH_BOOLEAN] = JSON_KIND_BOOLEAN,
    [AUTH_RECORD] = JSON_KIND_OBJECT,
    [AUTH_OBJECT] = JSON_KIND_OBJECT,
    [AUTH_ID] = JSON_KIND_STRING,
    [AUTH_PERMISSION] = JSON_KIND_OBJECT,
};

static const char *
string_fault(const struct auth_field *field, const struct json_value *value, struct arena *arena)
{
    if (field->rule == AUTH_STRING_FILLED && value->text_bytes == 0)
        return "Too small: expected string to have >=1 characters";
    /* PostgreSQL has no NUL in text, nor we in ours. */
    if (!json_is_plain_text(value))
        return "Invalid input";
    if (field->rule == AUTH_EMAIL && !email_is_valid(value->text))
        return "Invalid email address";
    if (field->bytes_max > 0 && value->text_bytes > field->bytes_max)
        return arena_printf(
            arena, "Too big: expected string to have <=%zu characters", field->bytes_max);
    return NULL;
}

/* A string, or an array of strings; each as a string would have to be. */
static const char *
strings_fault(const struct auth_field *field, const struct json_value *value, struct arena *arena)
{
    if (value->kind == JSON_KIND_STRING)
        return string_fault(field, value, arena);
    if (value->kind != JSON_KIND_ARRAY)
        return "Invalid input";

    for (size_t i = 0; i < value->count; i++) {
        if (value->items[i].kind != JSON_KIND_STRING)
            return "Invalid input";

        const char *fault = string_fault(field, &value->items[i], arena);
        if (fault)
            return fault;
    }
    return NULL;
}

/* What is wrong with the value; NULL when nothing is. */
static const char *
value_fault(const struct auth_field *field, const struct json_value *value, struct arena *arena)
{
    if (field->rule == AUTH_STRINGS)
        return strings_fault(field, value, arena);
    if (field->rule == AUTH_ID && value->kind == JSON_KIND_UNDEFINED)
        return "Invalid input: expected nonoptional, received undefined";
    if (field->rule == AUTH_ID && value->kind != JSON_KIND_STRING)
        return NULL; /* its text is no id of anything */

    if (value->kind != expected_kinds[field->rule])
        return arena_printf(arena, "Invalid input: expected %s, received %s",
            expected_words[field->rule], json_kind_word(value->kind));

    return value->kind == JSON_KIND_STRING ? string_fault(field, value, arena) : NULL;
}

static void
add_fault(struct buffer *faults, const char *path, const char *fault)
{
    buffer_printf(faults, "%s[%s] %s", faults->length ? "; " : "", path, fault);
}

/* Each member is an array of strings. */
static void
add_permission_faults(
    struct buffer *faults, const char *path, const struct json_value *value, struct arena *arena)
{
    for (size_t i = 0; i < value->count; i++) {
        const struct json_value *actions = &value->items[i];
        const char *at = arena_printf(arena, "%s.%s", path, value->keys[i]);
        if (actions->kind != JSON_KIND_ARRAY) {
            add_fault(faults, at,
                arena_printf(arena, "Invalid input: expected array, received %s",
                    json_kind_word(actions->kind)));
            continue;
        }
        for (size_t j = 0; j < actions->count; j++)
            if (!json_is_plain_text(&actions->items[j]))
                add_fault(faults, arena_printf(arena, "%s.%zu", at, j),
                    arena_printf(arena, "Invalid input: expected string, received %s",
                        json_kind_word(actions->items[j].kind)));
    }
}

static void
add_field_faults(struct buffer *faults, const struct auth_field *field,
    const struct json_value *value, struct arena *arena)
{
    if ((field->is_optional && value->kind == JSON_KIND_UNDEFINED) ||
        (field->is_nullable && value->kind == JSON_KIND_NULL))
        return;

    const char *path = arena_printf(arena, "body.%s%s%s", field->parent ? field->parent : "",
        field->parent ? "." : "", field->name);
    const char *fault = value_fault(field, value, arena);
    if (fault)
        add_fault(faults, path, fault);
    else if (field->rule == AUTH_PERMISSION)
        add_permission_faults(faults, path, value, arena);
    /* Its rule about lengths looks at whatever has one. */
    if (field->rule == AUTH_STRING_FILLED && value->kind == JSON_KIND_ARRAY && value->count == 0)
        add_fault(faults, path, "Too small: expected array to have >=1 items");
}

bool
auth_body_fits(struct auth_exchange *exchange, const struct auth_field *fields, size_t field_count)
{
    return auth_body_fits_and(exchange, fields, field_count, NULL);
}

bool
auth_body_fits_and(struct auth_exchange *exchange, const struct auth_field *fields,
    size_t field_count, const char *further_fault)
{
    struct buffer faults;
    buffer_init(&faults, exchange->arena, 64);
    if (exchange->body->kind != JSON_KIND_OBJECT)
        buffer_printf(&faults, "[body] Invalid input: expected object, received %s",
            json_kind_word(exchange->body->kind));

    for (size_t i = 0; i < field_count && exchange->body->kind == JSON_KIND_OBJECT; i++) {
        const struct json_value *parent =
            fields[i].parent ? json_member(exchange->body, fields[i].parent) : exchange->body;
        /* A parent that is none has a line of its own. */
        if (parent->kind == JSON_KIND_OBJECT)
            add_field_faults(
                &faults, &fields[i], json_member(parent, fields[i].name), exchange->arena);
    }
    if (further_fault)
        buffer_printf(&faults, "%s%s", faults.length ? "; " : "", further_fault);
    if (faults.length == 0)
        return true;

    auth_refuse_with(exchange, 400, "VALIDATION_ERROR", faults.data);
    return false;
}

bool
auth_body_is_record(struct auth_exchange *exchange)
{
    if (exchange->body->kind == JSON_KIND_OBJECT)
        return true;

    auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
        arena_printf(exchange->arena, "[body] Invalid input: expected record, received %s",
            json_kind_word(exchange->body->kind)));
    return false;
}

const char *
auth_body_text(const struct auth_exchange *exchange, const char *name)
{
    return json_member(exchange->body, name)->text;
}

const char *
auth_body_id(const struct auth_exchange *exchange, const char *name)
{
    const struct json_value *value = json_member(exchange->body, name);
    if (value->kind == JSON_KIND_STRING)
        return value->text;

    struct buffer text;
    struct json_writer json;
    buffer_init(&text, exchange->arena, 24);
    json_writer_init(&json, &text);
    json_put_value(&json, value);
    return text.data;
}

bool
auth_query_fits(
    struct auth_exchange *exchange, const struct auth_parameter *parameters, size_t parameter_count)
{
    return auth_query_fits_and(exchange, parameters, parameter_count, NULL);
}

bool
auth_query_fits_and(struct auth_exchange *exchange, const struct auth_parameter *parameters,
    size_t parameter_count, const char *further_fault)
{
    struct buffer faults;
    buffer_init(&faults, exchange->arena, 64);
    for (size_t i = 0; i < parameter_count; i++) {
        const char *path = arena_printf(exchange->arena, "query.%s", parameters[i].name);
        const size_t count = pairs_count(&exchange->query, parameters[i].name);
        if (count > 1)
            add_fault(&faults, path,
                parameters[i].is_number ? "Invalid input"
                                        : "Invalid input: expected string, received array");
        else if (count == 0 && parameters[i].is_wanted)
            add_fault(&faults, path, "Invalid input: expected string, received undefined");
    }
    if (further_fault)
        buffer_printf(&faults, "%s%s", faults.length ? "; " : "", further_fault);
    if (faults.length == 0)
        return true;

    auth_refuse_with(exchange, 400, "VALIDATION_ERROR", faults.data);
    return false;
}
