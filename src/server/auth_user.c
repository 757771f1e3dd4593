/* update-user, change-password: what people change of their own. */
#include "account/password_account.h"
#include "server/auth_exchange.h"
#include "server/client.h"

/* What is given must be text; an image may be null, which takes it away. */
static bool
change_fits(struct auth_exchange *exchange, struct user_change *ret_change)
{
    static const struct auth_field fields[] = {
        { .name = "name",
            .rule = AUTH_STRING,
            .is_optional = true,
            .bytes_max = USER_NAME_BYTES_MAX },
        { .name = "image",
            .rule = AUTH_STRING,
            .is_optional = true,
            .is_nullable = true,
            .bytes_max = USER_IMAGE_BYTES_MAX },
    };
    const struct json_value *email = json_member(exchange->body, "email");
    const bool is_empty = email->kind == JSON_KIND_STRING && email->text_bytes == 0;
    if (email->kind != JSON_KIND_UNDEFINED && email->kind != JSON_KIND_NULL && !is_empty) {
        auth_refuse(exchange, 400, WIRE_EMAIL_CAN_NOT_BE_UPDATED);
        return false;
    }

    const struct json_value *name = json_member(exchange->body, "name");
    const struct json_value *image = json_member(exchange->body, "image");
    if (name->kind == JSON_KIND_UNDEFINED && image->kind == JSON_KIND_UNDEFINED) {
        auth_refuse_with(exchange, 400, NULL, "No fields to update");
        return false;
    }
    *ret_change = (struct user_change){
        .name = name->text,
        .sets_image = image->kind != JSON_KIND_UNDEFINED,
        .image = image->text,
    };
    return auth_body_fits(exchange, fields, COUNT_OF(fields));
}

bool
auth_update_user(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    if (!auth_body_is_record(exchange))
        return true;
    if (!auth_session_required(exchange, &view, error))
        return false;

    struct user_change change;
    if (!view || !change_fits(exchange, &change))
        return true;

    struct user user;
    bool found;
    if (!account_update(exchange->identity, view->user.id, &change, &user, &found, error))
        return false;
    if (!found) {
        auth_cookies_end(exchange);
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
        return true;
    }

    auth_user_changed(exchange, &user);
    auth_cookies_renew(exchange);
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "status");
    json_put_boolean(&json, true);
    json_object_end(&json);
    return true;
}

/* --- change-password -------------------------------------------------------------------------- */

static void
answer_changed(struct auth_exchange *exchange, const struct user *user, const char *token)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "token");
    json_put_text(&json, token);
    json_key(&json, "user");
    auth_put_user(&json, user);
    json_object_end(&json);
}

static bool
change_password(
    struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    const bool is_alone = json_member(exchange->body, "revokeOtherSessions")->boolean;
    const struct session_client client =
        client_of_request(exchange->server, exchange->request, !exchange->is_forgettable);
    struct session session;
    enum password_change_answer answer;
    if (!account_change_password(auth_account_tools(exchange), view->user.id,
            auth_body_text(exchange, "currentPassword"), auth_body_text(exchange, "newPassword"),
            is_alone ? &client : NULL, &session, &answer, error))
        return false;

    switch (answer) {
    case PASSWORD_CHANGED:
        if (is_alone)
            auth_cookies_begin(exchange, &session, &view->user, client.is_remembered);
        answer_changed(exchange, &view->user, is_alone ? session.token : NULL);
        return true;
    case PASSWORD_WRONG:
        auth_refuse(exchange, 400, WIRE_INVALID_PASSWORD);
        return true;
    case PASSWORD_ABSENT:
        auth_refuse(exchange, 400, WIRE_CREDENTIAL_ACCOUNT_NOT_FOUND);
        return true;
    }
    return true;
}

bool
auth_change_password(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "newPassword", .rule = AUTH_STRING },
        { .name = "currentPassword", .rule = AUTH_STRING },
        { .name = "revokeOtherSessions", .rule = AUTH_BOOLEAN, .is_optional = true },
    };
    const struct session_view *view;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_session_required(exchange, &view, error))
        return false;
    if (!view || !auth_password_fits(exchange, auth_body_text(exchange, "newPassword")))
        return true;

    if (password_length(auth_body_text(exchange, "currentPassword")) == PASSWORD_LENGTH_TOO_LONG) {
        auth_refuse(exchange, 400, WIRE_PASSWORD_TOO_LONG);
        return true;
    }
    return change_password(exchange, view, error);
}
