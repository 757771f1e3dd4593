#include <ctype.h>
#include <string.h>

#include "server/auth_exchange.h"
#include "server/session_json.h"

static const struct {
    const char *code;
    const char *message;
} wire_errors[] = {
#define WIRE_ERROR(code, message) [WIRE_##code] = { #code, message },
#include "wire_errors.def"
#undef WIRE_ERROR
};

static void
begin(struct auth_exchange *exchange, int status)
{
    exchange->response->status = status;
    buffer_truncate(&exchange->response->body, 0);
    http_response_header_set(exchange->response, "Content-Type", "application/json");
    /* What one organization or person was told must not come out of a browser's cache for another.
     */
    http_response_header_set(exchange->response, "Cache-Control", "no-store");
}

struct json_writer
auth_answer(struct auth_exchange *exchange, int status)
{
    begin(exchange, status);
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    return json;
}

void
auth_refuse_with(struct auth_exchange *exchange, int status, const char *code, const char *message)
{
    struct json_writer json = auth_answer(exchange, status);
    json_object_begin(&json);
    json_key(&json, "message");
    json_put_text(&json, message);
    if (code) {
        json_key(&json, "code");
        json_put_text(&json, code);
    }
    json_object_end(&json);
}

void
auth_refuse(struct auth_exchange *exchange, int status, enum wire_error wire_error)
{
    auth_refuse_with(
        exchange, status, wire_errors[wire_error].code, wire_errors[wire_error].message);
}

void
auth_refuse_silently(struct auth_exchange *exchange, int status)
{
    begin(exchange, status);
}

const char *
auth_wire_code(enum wire_error wire_error)
{
    return wire_errors[wire_error].code;
}

const char *
auth_wire_message(enum wire_error wire_error)
{
    return wire_errors[wire_error].message;
}

void
auth_answer_unknown_path(struct auth_exchange *exchange)
{
    exchange->response->status = 404;
    buffer_truncate(&exchange->response->body, 0);
    http_response_header_set(exchange->response, "Cache-Control", "no-store");
}

bool
auth_is_strict(const struct auth_exchange *exchange)
{
    return strcmp(exchange->settings->compatibility, "strict") == 0;
}

void
auth_refuse_for(struct auth_exchange *exchange, enum tn_error_code code)
{
    /* The word of errors.def, spelt as this wire spells its codes. */
    char *word = arena_strdup(exchange->arena, tn_error_type(code));
    for (char *at = word; *at; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
    auth_refuse_with(exchange, tn_error_status(code), word, tn_error_sentence(code));
}

void
auth_put_user(struct json_writer *json, const struct user *user)
{
    session_json_put_user(json, user);
}
