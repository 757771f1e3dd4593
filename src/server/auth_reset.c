/* request-password-reset, reset-password/<token>, reset-password. */
#include "account/email.h"
#include "account/recovery.h"
#include "base/time.h"
#include "loop/fiber.h"
#include "mail/mail.h"
#include "server/account_mail.h"
#include "server/auth_exchange.h"
#include "server/auth_gate.h"

static void
answer_requested(struct auth_exchange *exchange)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "status");
    json_put_boolean(&json, true);
    json_key(&json, "message");
    json_put_text(&json, "If this email exists in our system, check your email for the reset link");
    json_object_end(&json);
}

/* Where a link leads that names no page: the one that front ends have by this name. */
static const char *
callback_of_reset(const struct auth_exchange *exchange)
{
    const char *redirect_to = auth_body_text(exchange, "redirectTo");
    return redirect_to && *redirect_to ? redirect_to : "/reset-password";
}

bool
auth_request_password_reset(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "email", .rule = AUTH_EMAIL },
        { .name = "redirectTo", .rule = AUTH_STRING, .is_optional = true },
    };
    const int64_t start_ms = time_monotonic_ms();
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!mail_is_configured(exchange->server->mailer)) {
        auth_refuse_with(exchange, 400, "RESET_PASSWORD_DISABLED", "Reset password isn't enabled");
        return true;
    }

    const char *email = email_normalise(auth_body_text(exchange, "email"), exchange->arena);
    const char *token;
    if (!recovery_begin(auth_account_tools(exchange), email, &token, error))
        return false;

    if (token)
        account_mail_reset(
            exchange->server, exchange->request, email, token, callback_of_reset(exchange));
    auth_answer_no_sooner(start_ms);
    answer_requested(exchange);
    return true;
}

bool
auth_reset_password_callback(struct auth_exchange *exchange, struct tn_error *error)
{
    if (!pairs_find(&exchange->query, "callbackURL")) {
        auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
            "[query.callbackURL] Invalid input: expected string, received undefined");
        return true;
    }
    bool is_good;
    if (!auth_gate_callback(exchange))
        return true;
    if (!recovery_is_good(exchange->identity, exchange->parameter, &is_good, error))
        return false;

    auth_redirect(exchange, pairs_find(&exchange->query, "callbackURL"),
        is_good ? "token" : "error", is_good ? exchange->parameter : "INVALID_TOKEN");
    return true;
}

bool
auth_reset_password(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "newPassword", .rule = AUTH_STRING },
        { .name = "token", .rule = AUTH_STRING, .is_optional = true },
    };
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;

    const char *token = auth_body_text(exchange, "token");
    if (!token || !*token)
        token = pairs_find(&exchange->query, "token");
    if (!token || !*token) {
        auth_refuse(exchange, 400, WIRE_INVALID_TOKEN);
        return true;
    }
    if (!auth_password_fits(exchange, auth_body_text(exchange, "newPassword")))
        return true;

    /* Whoever had the password may still be signed in. */
    bool done;
    if (!recovery_finish(auth_account_tools(exchange), token,
            auth_body_text(exchange, "newPassword"), auth_is_strict(exchange), &done, error))
        return false;

    if (!done) {
        auth_refuse(exchange, 400, WIRE_INVALID_TOKEN);
        return true;
    }
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "status");
    json_put_boolean(&json, true);
    json_object_end(&json);
    return true;
}
