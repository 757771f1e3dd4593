/* send-verification-email, verify-email, change-email: addresses that are confirmed by a mailed
 * link. */
#include <string.h>
#include <strings.h>

#include "account/email.h"
#include "account/recovery.h"
#include "base/time.h"
#include "mail/mail.h"
#include "server/account_mail.h"
#include "server/auth_exchange.h"
#include "server/auth_gate.h"
#include "server/mailed_token.h"

/* As better-auth writes it: the new address says yes to a move. */
#define REQUEST_MOVE "change-email-verification"

static void
answer_status(struct auth_exchange *exchange)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "status");
    json_put_boolean(&json, true);
    json_object_end(&json);
}

static const char *
callback_or_start(const struct auth_exchange *exchange)
{
    const char *callback_url = auth_body_text(exchange, "callbackURL");
    return callback_url && *callback_url ? callback_url : "/";
}

/* For somebody who is not signed in: the answer is the same whoever has the address. */
static bool
send_to_address(struct auth_exchange *exchange, const char *email, struct tn_error *error)
{
    const int64_t start_ms = time_monotonic_ms();
    struct user user;
    bool found;
    if (!account_of_address(auth_account_tools(exchange), email, &user, &found, error))
        return false;

    if (found && !user.email_verified)
        account_mail_confirm(
            exchange->server, exchange->request, &user, callback_or_start(exchange));
    auth_answer_no_sooner(start_ms);
    answer_status(exchange);
    return true;
}

bool
auth_send_verification_email(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "email", .rule = AUTH_EMAIL },
        { .name = "callbackURL", .rule = AUTH_STRING, .is_optional = true },
    };
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!mail_is_configured(exchange->server->mailer)) {
        auth_refuse(exchange, 400, WIRE_VERIFICATION_EMAIL_NOT_ENABLED);
        return true;
    }

    const struct session_view *view;
    const char *email = auth_body_text(exchange, "email");
    if (!auth_session(exchange, true, &view, error))
        return false;
    if (!view)
        return send_to_address(exchange, email, error);

    if (strcasecmp(view->user.email, email) != 0) {
        auth_refuse(exchange, 400, WIRE_EMAIL_MISMATCH);
        return true;
    }
    if (view->user.email_verified) {
        auth_refuse(exchange, 400, WIRE_EMAIL_ALREADY_VERIFIED);
        return true;
    }
    account_mail_confirm(
        exchange->server, exchange->request, &view->user, callback_or_start(exchange));
    answer_status(exchange);
    return true;
}

/* --- verify-email ----------------------------------------------------------------------------- */

static const char *
callback_of_link(const struct auth_exchange *exchange)
{
    const char *callback_url = pairs_find(&exchange->query, "callbackURL");
    return callback_url && *callback_url ? callback_url : NULL;
}

static void
refuse_link(struct auth_exchange *exchange, enum wire_error wire_error)
{
    if (callback_of_link(exchange))
        auth_redirect(exchange, callback_of_link(exchange), "error", auth_wire_code(wire_error));
    else
        auth_refuse(exchange, 401, wire_error);
}

/* `user` is NULL where better-auth shows none. */
static void
answer_link(struct auth_exchange *exchange, const struct user *user)
{
    if (callback_of_link(exchange)) {
        auth_redirect(exchange, callback_of_link(exchange), NULL, NULL);
        return;
    }
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "status");
    json_put_boolean(&json, true);
    json_key(&json, "user");
    if (user)
        auth_put_user(&json, user);
    else
        json_put_null(&json);
    json_object_end(&json);
}

/* Is whoever opens the link signed in as its person? Then their cookie follows. */
static void
follow(struct auth_exchange *exchange, const struct user *user)
{
    if (exchange->view && strcmp(exchange->view->user.id, user->id) == 0)
        auth_user_changed(exchange, user);
}

static bool
confirm(struct auth_exchange *exchange, const struct mailed_token *token, struct tn_error *error)
{
    struct user user;
    bool found;
    if (!account_confirm(
            auth_account_tools(exchange), token->email, token->user_id, &user, &found, error))
        return false;

    if (!found) {
        refuse_link(exchange, token->user_id ? WIRE_INVALID_TOKEN : WIRE_USER_NOT_FOUND);
        return true;
    }
    follow(exchange, &user);
    answer_link(exchange, NULL);
    return true;
}

static bool
move_address(
    struct auth_exchange *exchange, const struct mailed_token *token, struct tn_error *error)
{
    /* Only what the new address itself has said yes to. */
    if (!token->user_id || !token->request || strcmp(token->request, REQUEST_MOVE) != 0 ||
        !email_is_valid(token->update_to)) {
        refuse_link(exchange, WIRE_INVALID_TOKEN);
        return true;
    }
    if (exchange->view && strcmp(exchange->view->user.id, token->user_id) != 0) {
        refuse_link(exchange, WIRE_INVALID_USER);
        return true;
    }

    const struct address_move move = {
        .user_id = token->user_id,
        .from = token->email,
        .to = token->update_to,
        .asked_at_s = token->made_at_s,
        .is_confirmed = auth_is_strict(exchange),
    };
    struct user user;
    bool found;
    if (!account_move(auth_account_tools(exchange), &move, &user, &found, error))
        return false;
    if (!found) {
        refuse_link(exchange, WIRE_INVALID_TOKEN);
        return true;
    }
    follow(exchange, &user);
    answer_link(exchange, &user);
    return true;
}

bool
auth_verify_email(struct auth_exchange *exchange, struct tn_error *error)
{
    const char *text = pairs_find(&exchange->query, "token");
    if (!text) {
        auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
            "[query.token] Invalid input: expected string, received undefined");
        return true;
    }

    const struct session_view *view;
    if (!auth_gate_callback(exchange))
        return true;
    if (!auth_session(exchange, true, &view, error))
        return false;

    struct mailed_token token;
    switch (mailed_token_read(exchange->server, text, exchange->arena, &token)) {
    case MAILED_TOKEN_GOOD:
        return token.update_to ? move_address(exchange, &token, error)
                               : confirm(exchange, &token, error);
    case MAILED_TOKEN_EXPIRED:
        refuse_link(exchange, WIRE_TOKEN_EXPIRED);
        return true;
    case MAILED_TOKEN_INVALID:
        refuse_link(exchange, WIRE_INVALID_TOKEN);
        return true;
    }
    return true;
}

/* --- change-email ----------------------------------------------------------------------------- */

/* Whether somebody has the new address, nobody learns here: the link goes there, or nowhere. */
static bool
mail_move(struct auth_exchange *exchange, const struct user *user, const char *new_email,
    struct tn_error *error)
{
    const int64_t start_ms = time_monotonic_ms();
    struct user taken;
    bool is_taken;
    if (!account_of_address(auth_account_tools(exchange), new_email, &taken, &is_taken, error))
        return false;

    const struct mailed_token token = {
        .email = user->email,
        .update_to = new_email,
        .request = REQUEST_MOVE,
        .user_id = user->id,
    };
    if (!is_taken)
        account_mail_verify(exchange->server, exchange->request, new_email,
            mailed_token_make(exchange->server, &token, exchange->arena),
            callback_or_start(exchange));
    auth_answer_no_sooner(start_ms);
    answer_status(exchange);
    return true;
}

bool
auth_change_email(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "newEmail", .rule = AUTH_EMAIL },
        { .name = "callbackURL", .rule = AUTH_STRING, .is_optional = true },
    };
    const struct session_view *view;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_session_required(exchange, &view, error))
        return false;
    if (!view)
        return true;

    if (!exchange->settings->change_email) {
        auth_refuse(exchange, 400, WIRE_CHANGE_EMAIL_DISABLED);
        return true;
    }
    const char *new_email = email_normalise(auth_body_text(exchange, "newEmail"), exchange->arena);
    if (strcmp(new_email, view->user.email) == 0) {
        auth_refuse_with(exchange, 400, NULL, "Email is the same");
        return true;
    }
    if (!mail_is_configured(exchange->server->mailer)) {
        auth_refuse_with(exchange, 400, NULL, "Verification email isn't enabled");
        return true;
    }
    return mail_move(exchange, &view->user, new_email, error);
}
