/* ok, get-session, sign-out; and the session that the other endpoints ask for. */
#include "server/auth_exchange.h"
#include "server/auth_place.h"
#include "server/session_changes.h"
#include "server/session_cookie.h"
#include "server/session_json.h"

/* A token that was ours but leads nowhere any more: its cookies go, and its row if one is left. */
static bool
forget_session(struct auth_exchange *exchange, enum session_answer answer, struct tn_error *error)
{
    const char *token = exchange->token;
    exchange->token = NULL;
    auth_cookies_end(exchange);
    return answer != SESSION_EXPIRED || session_sweep(exchange->identity, token, error);
}

static bool
look_up(struct auth_exchange *exchange, struct session_place place, struct tn_error *error)
{
    if (exchange->view || !exchange->token || exchange->is_revoked_here)
        return true;

    struct session_view *view = ARENA_NEW(exchange->arena, struct session_view);
    if (exchange->slug)
        place = (struct session_place){ .slug = exchange->slug };
    if (!session_look_up(exchange->identity, exchange->token, place, view, error))
        return false;

    if (view->answer != SESSION_LIVE)
        return forget_session(exchange, view->answer, error);

    exchange->view = view;
    return auth_act(exchange, error);
}

/* The view, for changes. */
static struct session_view *
copy_view(struct auth_exchange *exchange)
{
    struct session_view *view = ARENA_NEW(exchange->arena, struct session_view);
    *view = *exchange->view;
    exchange->view = view;
    return view;
}

static bool
prolong(struct auth_exchange *exchange, struct tn_error *error)
{
    struct session_view *view = copy_view(exchange);
    struct session *session = &view->session;
    struct session_term term = {
        .session_id = session->id,
        .token = session->token,
        .expires_at_us = session->expires_at_us,
        .updated_at_us = session->updated_at_us,
    };
    bool prolonged;
    if (!session_cookie_prolong(exchange->server, exchange->request, exchange->response,
            exchange->identity, &term, &prolonged, error))
        return false;

    session->expires_at_us = term.expires_at_us;
    session->updated_at_us = term.updated_at_us;
    exchange->is_changed = exchange->is_changed || prolonged;
    return true;
}

bool
auth_session_at(struct auth_exchange *exchange, struct session_place place,
    const struct session_view **ret_view, struct tn_error *error)
{
    if (!look_up(exchange, place, error) ||
        (exchange->view && !exchange->is_cached && !prolong(exchange, error)))
        return false;

    *ret_view = exchange->view;
    return true;
}

bool
auth_session(struct auth_exchange *exchange, bool may_prolong, const struct session_view **ret_view,
    struct tn_error *error)
{
    if (!look_up(exchange, (struct session_place){ 0 }, error))
        return false;
    if (exchange->view && may_prolong && !exchange->is_cached && !prolong(exchange, error))
        return false;

    *ret_view = exchange->view;
    return true;
}

bool
auth_session_required(
    struct auth_exchange *exchange, const struct session_view **ret_view, struct tn_error *error)
{
    if (!auth_session(exchange, true, ret_view, error))
        return false;

    if (!*ret_view)
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
    return true;
}

void
auth_session_changed(
    struct auth_exchange *exchange, const char *active_organization_id, const char *active_team_id)
{
    struct session_view *view = copy_view(exchange);
    view->session.active_organization_id = active_organization_id;
    view->session.active_team_id = active_team_id;
    exchange->is_left = !active_organization_id;
    exchange->is_changed = true;
}

void
auth_user_changed(struct auth_exchange *exchange, const struct user *user)
{
    session_changes_note(exchange->server->changes, user->id);
    copy_view(exchange)->user = *user;
    exchange->is_changed = true;
}

const char *
auth_active_organization(const struct auth_exchange *exchange, const struct session_view *view)
{
    return exchange->slug ? view->organization_id : view->session.active_organization_id;
}

bool
auth_ok(struct auth_exchange *exchange, struct tn_error *error)
{
    (void)error;
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "ok");
    json_put_boolean(&json, true);
    json_object_end(&json);
    return true;
}

bool
auth_get_session(struct auth_exchange *exchange, struct tn_error *error)
{
    /* Any text counts as yes, also "false": so it is on this wire. */
    const char *disable_refresh = pairs_find(&exchange->query, "disableRefresh");
    const char *disable_cache = pairs_find(&exchange->query, "disableCookieCache");
    exchange->leaves_cache = disable_refresh && *disable_refresh;
    exchange->renews_cache = disable_cache && *disable_cache;
    const struct session_view *view;
    if (!auth_session(exchange, !exchange->leaves_cache, &view, error))
        return false;

    http_response_header_set(exchange->response, "Pragma", "no-cache");
    struct json_writer json = auth_answer(exchange, 200);
    if (!view) {
        json_put_null(&json);
        return true;
    }
    json_object_begin(&json);
    json_key(&json, "session");
    session_json_put(&json, &view->session, auth_active_organization(exchange, view));
    json_key(&json, "user");
    auth_put_user(&json, &view->user);
    json_object_end(&json);
    return true;
}

bool
auth_get_session_by_post(struct auth_exchange *exchange, struct tn_error *error)
{
    (void)error;
    auth_refuse(exchange, 405, WIRE_METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED);
    return true;
}

bool
auth_sign_out(struct auth_exchange *exchange, struct tn_error *error)
{
    if (exchange->token && !session_end(exchange->identity, exchange->token, error))
        return false;

    if (exchange->token)
        session_changes_note(exchange->server->changes, exchange->token);
    auth_cookies_end(exchange);
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "success");
    json_put_boolean(&json, true);
    json_object_end(&json);
    return true;
}
