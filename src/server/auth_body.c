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
};

static const enum json_kind expected_kinds[] = {
    [AUTH_STRING] = JSON_KIND_STRING,
    [AUTH_STRING_FILLED] = JSON_KIND_STRING,
    [AUTH_EMAIL] = JSON_KIND_STRING,
    [AUTH_BOOLEAN] = JSON_KIND_BOOLEAN,
    [AUTH_RECORD] = JSON_KIND_OBJECT,
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

/* What is wrong with the value; NULL when nothing is. */
static const char *
field_fault(const struct auth_field *field, const struct json_value *value, struct arena *arena)
{
    if ((field->is_optional && value->kind == JSON_KIND_UNDEFINED) ||
        (field->is_nullable && value->kind == JSON_KIND_NULL))
        return NULL;

    if (value->kind != expected_kinds[field->rule])
        return arena_printf(arena, "Invalid input: expected %s, received %s",
            expected_words[field->rule], json_kind_word(value->kind));

    return value->kind == JSON_KIND_STRING ? string_fault(field, value, arena) : NULL;
}

bool
auth_body_fits(struct auth_exchange *exchange, const struct auth_field *fields, size_t field_count)
{
    struct buffer faults;
    buffer_init(&faults, exchange->arena, 64);
    if (exchange->body->kind != JSON_KIND_OBJECT)
        buffer_printf(&faults, "[body] Invalid input: expected object, received %s",
            json_kind_word(exchange->body->kind));

    for (size_t i = 0; i < field_count && exchange->body->kind == JSON_KIND_OBJECT; i++) {
        const char *fault =
            field_fault(&fields[i], json_member(exchange->body, fields[i].name), exchange->arena);
        if (fault)
            buffer_printf(
                &faults, "%s[body.%s] %s", faults.length ? "; " : "", fields[i].name, fault);
    }
    if (faults.length == 0)
        return true;

    auth_refuse_with(exchange, 400, "VALIDATION_ERROR", faults.data);
    return false;
}

const char *
auth_body_text(const struct auth_exchange *exchange, const char *name)
{
    return json_member(exchange->body, name)->text;
}
