/* list-sessions, revoke-session, revoke-sessions, revoke-other-sessions, update-session. */
#include <string.h>

#include "base/time.h"
#include "server/auth_exchange.h"
#include "server/session_changes.h"
#include "server/session_json.h"

static void
answer_status(struct auth_exchange *exchange)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "status");
    json_put_boolean(&json, true);
    json_object_end(&json);
}

/* Tokens are shown: whoever reads over a shoulder long after sign-in shall not get them. */
static bool
is_fresh(const struct auth_exchange *exchange, const struct session *session)
{
    const int64_t fresh_s = exchange->settings->session_fresh_age;
    return fresh_s == 0 || time_now_us() - session->created_at_us < fresh_s * 1000000;
}

bool
auth_list_sessions(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    if (!auth_session_required(exchange, &view, error))
        return false;
    if (!view)
        return true;
    if (!is_fresh(exchange, &view->session)) {
        auth_refuse(exchange, 403, WIRE_SESSION_NOT_FRESH);
        return true;
    }

    struct session_list list;
    if (!session_list(exchange->identity, view->user.id, exchange->arena, &list, error))
        return false;

    struct json_writer json = auth_answer(exchange, 200);
    json_array_begin(&json);
    for (size_t i = 0; i < list.count; i++)
        session_json_put(&json, &list.items[i], list.items[i].active_organization_id);
    json_array_end(&json);
    return true;
}

bool
auth_revoke_session(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = { { .name = "token", .rule = AUTH_STRING } };
    const struct session_view *view;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_session_required(exchange, &view, error))
        return false;
    if (!view)
        return true;

    const char *token = auth_body_text(exchange, "token");
    if (!session_revoke(exchange->identity, view->user.id, token, error))
        return false;

    /* Of another's session this costs one question to the database. */
    session_changes_note(exchange->server->changes, token);
    if (strcmp(token, view->session.token) == 0)
        auth_cookies_end(exchange);
    answer_status(exchange);
    return true;
}

bool
auth_revoke_sessions(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    if (!auth_session_required(exchange, &view, error))
        return false;
    if (!view)
        return true;
    if (!session_revoke_all(exchange->identity, view->user.id, NULL, error))
        return false;

    session_changes_note(exchange->server->changes, view->user.id);
    auth_cookies_end(exchange);
    answer_status(exchange);
    return true;
}

bool
auth_revoke_other_sessions(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    if (!auth_session_required(exchange, &view, error))
        return false;
    if (!view)
        return true;
    if (!session_revoke_all(exchange->identity, view->user.id, view->session.id, error))
        return false;

    session_changes_note(exchange->server->changes, view->user.id);
    answer_status(exchange);
    return true;
}

bool
auth_update_session(struct auth_exchange *exchange, struct tn_error *error)
{
    static const char *const kept[] = { "activeOrganizationId", "activeTeamId" };
    const struct session_view *view;
    if (!auth_body_is_record(exchange))
        return true;
    if (!auth_session_required(exchange, &view, error))
        return false;
    if (!view)
        return true;

    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        const struct json_value *value = json_member(exchange->body, kept[i]);
        if (value->kind == JSON_KIND_UNDEFINED || value->kind == JSON_KIND_NULL ||
            (value->kind == JSON_KIND_STRING && value->text_bytes == 0))
            continue;
        auth_refuse_with(exchange, 400, "FIELD_NOT_ALLOWED",
            arena_printf(exchange->arena, "%s is not allowed to be set", kept[i]));
        return true;
    }
    auth_refuse_with(exchange, 400, NULL, "No fields to update");
    return true;
}
