/* sign-up/email, sign-in/email. */
#include "account/email.h"
#include "account/password_account.h"
#include "base/time.h"
#include "crypto/random.h"
#include "server/account_mail.h"
#include "server/auth_exchange.h"
#include "server/auth_gate.h"
#include "server/client.h"

/* Remembered unless the client says otherwise. */
static bool
is_remembered(const struct auth_exchange *exchange)
{
    const struct json_value *field = json_member(exchange->body, "rememberMe");
    return field->kind != JSON_KIND_BOOLEAN || field->boolean;
}

struct account_tools
auth_account_tools(const struct auth_exchange *exchange)
{
    return (struct account_tools){
        .identity = exchange->identity,
        .workers = exchange->server->workers,
        .arena = exchange->arena,
        .wants_verified = exchange->settings->require_email_verification,
    };
}

static bool
sign_up_body_fits(struct auth_exchange *exchange)
{
    static const struct auth_field fields[] = {
        { .name = "name", .rule = AUTH_STRING, .bytes_max = USER_NAME_BYTES_MAX },
        { .name = "email", .rule = AUTH_EMAIL },
        { .name = "password", .rule = AUTH_STRING_FILLED },
        { .name = "image",
            .rule = AUTH_STRING,
            .is_optional = true,
            .bytes_max = USER_IMAGE_BYTES_MAX },
        { .name = "callbackURL", .rule = AUTH_STRING, .is_optional = true },
        { .name = "rememberMe", .rule = AUTH_BOOLEAN, .is_optional = true },
    };
    if (exchange->body->kind == JSON_KIND_OBJECT)
        return auth_body_fits(exchange, fields, COUNT_OF(fields));

    /* Here the schema is two of better-auth's, and both complain. */
    const char *received = json_kind_word(exchange->body->kind);
    auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
        arena_printf(exchange->arena,
            "[body] Invalid input: expected object, received %s; "
            "[body] Invalid input: expected record, received %s",
            received, received));
    return false;
}

bool
auth_password_fits(struct auth_exchange *exchange, const char *password)
{
    switch (password_length(password)) {
    case PASSWORD_LENGTH_FITS:
        return true;
    case PASSWORD_LENGTH_TOO_SHORT:
        auth_refuse(exchange, 400, WIRE_PASSWORD_TOO_SHORT);
        return false;
    case PASSWORD_LENGTH_TOO_LONG:
        auth_refuse(exchange, 400, WIRE_PASSWORD_TOO_LONG);
        return false;
    }
    return false;
}

static void
answer_sign_up(struct auth_exchange *exchange, const char *token, const struct user *user)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "token");
    json_put_text(&json, token);
    json_key(&json, "user");
    auth_put_user(&json, user);
    json_object_end(&json);
}

/* What a person looks like who has just signed up, for an address that somebody has already. */
static struct user
made_up_user(struct auth_exchange *exchange, const struct sign_up *sign_up)
{
    const int64_t now_us = time_now_us();
    return (struct user){
        .id = random_id_new(exchange->arena),
        .name = sign_up->name,
        .email = email_normalise(sign_up->email, exchange->arena),
        .image = sign_up->image,
        .created_at_us = now_us,
        .updated_at_us = now_us,
    };
}

/* Nobody is signed in, and the answer does not say whether the address was free: the mail does. */
static bool
sign_up_to_be_confirmed(
    struct auth_exchange *exchange, const struct sign_up *sign_up, struct tn_error *error)
{
    const char *callback_url = auth_body_text(exchange, "callbackURL");
    struct user user;
    enum sign_up_answer answer;
    if (!account_sign_up(auth_account_tools(exchange), sign_up, NULL, &user, NULL, &answer, error))
        return false;

    if (answer == SIGN_UP_ADDRESS_TAKEN)
        user = made_up_user(exchange, sign_up);
    else
        account_mail_confirm(exchange->server, exchange->request, &user,
            callback_url && *callback_url ? callback_url : "/");
    answer_sign_up(exchange, NULL, &user);
    return true;
}

bool
auth_sign_up_email(struct auth_exchange *exchange, struct tn_error *error)
{
    if (!sign_up_body_fits(exchange) || !auth_gate_sign_in(exchange) ||
        !auth_password_fits(exchange, auth_body_text(exchange, "password")))
        return true;

    const struct sign_up sign_up = {
        .name = auth_body_text(exchange, "name"),
        .email = auth_body_text(exchange, "email"),
        .password = auth_body_text(exchange, "password"),
        .image = auth_body_text(exchange, "image"),
    };
    if (exchange->settings->require_email_verification)
        return sign_up_to_be_confirmed(exchange, &sign_up, error);

    const struct session_client client =
        client_of_request(exchange->server, exchange->request, is_remembered(exchange));
    struct user user;
    struct session session;
    enum sign_up_answer answer;
    if (!account_sign_up(
            auth_account_tools(exchange), &sign_up, &client, &user, &session, &answer, error))
        return false;

    if (answer == SIGN_UP_ADDRESS_TAKEN) {
        auth_refuse(exchange, 422, WIRE_USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL);
        return true;
    }

    auth_cookies_begin(exchange, &session, &user, client.is_remembered);
    answer_sign_up(exchange, session.token, &user);
    return true;
}

static bool
sign_in_body_fits(struct auth_exchange *exchange)
{
    static const struct auth_field fields[] = {
        { .name = "email", .rule = AUTH_STRING },
        { .name = "password", .rule = AUTH_STRING },
        { .name = "callbackURL", .rule = AUTH_STRING, .is_optional = true },
        { .name = "rememberMe", .rule = AUTH_BOOLEAN, .is_optional = true },
    };
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)) || !auth_gate_sign_in(exchange))
        return false;

    if (!email_is_valid(auth_body_text(exchange, "email"))) {
        auth_refuse(exchange, 400, WIRE_INVALID_EMAIL);
        return false;
    }
    if (password_length(auth_body_text(exchange, "password")) == PASSWORD_LENGTH_TOO_LONG) {
        auth_refuse(exchange, 400, WIRE_PASSWORD_TOO_LONG);
        return false;
    }
    return true;
}

static void
answer_sign_in(struct auth_exchange *exchange, const char *token, const struct user *user)
{
    const char *callback_url = auth_body_text(exchange, "callbackURL");
    const bool redirects = callback_url && *callback_url;
    if (redirects)
        http_response_header_set(exchange->response, "Location", callback_url);

    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "redirect");
    json_put_boolean(&json, redirects);
    json_key(&json, "token");
    json_put_text(&json, token);
    if (callback_url) {
        json_key(&json, "url");
        json_put_text(&json, callback_url);
    }
    json_key(&json, "user");
    auth_put_user(&json, user);
    json_object_end(&json);
}

bool
auth_sign_in_email(struct auth_exchange *exchange, struct tn_error *error)
{
    if (!sign_in_body_fits(exchange))
        return true;

    const struct session_client client =
        client_of_request(exchange->server, exchange->request, is_remembered(exchange));
    struct user user;
    struct session session;
    enum sign_in_answer answer;
    if (!account_sign_in(auth_account_tools(exchange), auth_body_text(exchange, "email"),
            auth_body_text(exchange, "password"), &client, auth_is_strict(exchange), &user,
            &session, &answer, error))
        return false;

    if (answer != SIGN_IN_DONE) {
        if (answer == SIGN_IN_UNVERIFIED)
            auth_refuse(exchange, 403, WIRE_EMAIL_NOT_VERIFIED);
        else
            auth_refuse(exchange, 401, WIRE_INVALID_EMAIL_OR_PASSWORD);
        return true;
    }
    auth_cookies_begin(exchange, &session, &user, client.is_remembered);
    answer_sign_in(exchange, session.token, &user);
    return true;
}
