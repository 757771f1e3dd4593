#include "server/site_sign_in.h"

#include <string.h>

#include "account/email.h"
#include "account/password_account.h"
#include "http/form.h"
#include "server/account_mail.h"
#include "server/client.h"
#include "server/rate_rules.h"
#include "server/session_cookie.h"
#include "server/site_answer.h"
#include "server/site_cookies.h"

static struct account_tools
tools_of(struct tn_request *request)
{
    return (struct account_tools){
        .identity = request->identity,
        .workers = request->loop->server->workers,
        .arena = request->http->arena,
        .wants_verified = request->loop->server->settings->require_email_verification,
    };
}

/* Who tries passwords by this form is held back like who tries them by the wire. */
static bool
is_in_time(struct tn_request *request, struct tn_error *error)
{
    int64_t wait_s;
    if (rate_rules_admit_form(request->loop->server, request->http, &wait_s))
        return true;

    http_response_header_set(request->response, "Retry-After",
        arena_printf(request->http->arena, "%lld", (long long)wait_s));
    return error_set(error, TN_TOO_OFTEN, "%s", request->http->path);
}

bool
site_sign_in_page(struct tn_request *request, struct tn_error *error)
{
    (void)error;
    const char *next = tn_request_query(request, "next");
    site_pages(request)->sign_in(tn_page(request, 200), NULL, "", site_next(next));
    return true;
}

bool
site_sign_in_post(struct tn_request *request, struct tn_error *error)
{
    struct server *server = request->loop->server;
    const char *email = tn_request_field(request, "email");
    const char *password = tn_request_field(request, "password");
    const char *next = site_next(tn_request_field(request, "next"));
    if (!is_in_time(request, error))
        return false;
    if (!email || !password)
        return error_set(error, TN_BAD_FIELD, "sign-in needs the fields email and password");

    const struct session_client client = client_of_request(server, request->http, true);
    struct user user;
    struct session session;
    enum sign_in_answer answer;
    if (!account_sign_in(
            tools_of(request), email, password, &client, true, &user, &session, &answer, error))
        return false;

    switch (answer) {
    case SIGN_IN_REFUSED:
        site_pages(request)->sign_in(
            tn_page(request, 401), "No account has this address and this password.", email, next);
        return true;
    case SIGN_IN_UNVERIFIED:
        site_pages(request)->sign_in(tn_page(request, 403),
            "Open the link in the mail that we sent you first: it confirms your address.", email,
            next);
        return true;
    case SIGN_IN_DONE:
        site_cookies_begin(request, &session);
        site_redirect(request, next);
        return true;
    }
    return true;
}

/* --- sign up -----------------------------------------------------------------------------------
 */

static void
show_sign_up(struct tn_request *request, int status, const struct tn_site_sign_up *form)
{
    site_pages(request)->sign_up(tn_page(request, status), form);
}

bool
site_sign_up_page(struct tn_request *request, struct tn_error *error)
{
    (void)error;
    const char *email = tn_request_query(request, "email");
    show_sign_up(request, 200,
        &(struct tn_site_sign_up){
            .name = "",
            .email = email ? email : "",
            .next = site_next(tn_request_query(request, "next")),
        });
    return true;
}

/* Why the form is not taken; NULL: it is. */
static const char *
sign_up_fault(const struct tn_site_sign_up *form, const char *password)
{
    if (!form->name[0])
        return "Tell us your name.";

    if (!email_is_valid(form->email))
        return "That is no e-mail address that we understand.";

    switch (password_length(password)) {
    case PASSWORD_LENGTH_FITS:
        return NULL;
    case PASSWORD_LENGTH_TOO_SHORT:
        return "The password is too short: it takes at least 8 characters.";
    case PASSWORD_LENGTH_TOO_LONG:
        return "The password is too long: it takes at most 128 characters.";
    }
    return NULL;
}

static const char *
field(struct tn_request *request, const char *name)
{
    const char *value = tn_request_field(request, name);
    return value ? value : "";
}

/* The page is the same whether the address was free: the mail tells. */
static bool
sign_up_to_be_confirmed(struct tn_request *request, const struct sign_up *sign_up, const char *next,
    struct tn_error *error)
{
    struct user user;
    enum sign_up_answer answer;
    if (!account_sign_up(tools_of(request), sign_up, NULL, &user, NULL, &answer, error))
        return false;

    if (answer == SIGN_UP_DONE)
        account_mail_confirm(request->loop->server, request->http, &user, next);
    site_pages(request)->sign_in(tn_page(request, 200),
        "We have sent you a mail. Open the link in it, then sign in.", sign_up->email, next);
    return true;
}

bool
site_sign_up_post(struct tn_request *request, struct tn_error *error)
{
    struct server *server = request->loop->server;
    if (!is_in_time(request, error))
        return false;

    const char *password = field(request, "password");
    struct tn_site_sign_up form = {
        .name = field(request, "name"),
        .email = field(request, "email"),
        .next = site_next(tn_request_field(request, "next")),
    };
    form.message = sign_up_fault(&form, password);
    if (form.message) {
        show_sign_up(request, 422, &form);
        return true;
    }

    const struct sign_up sign_up = {
        .name = form.name,
        .email = form.email,
        .password = password,
    };
    if (server->settings->require_email_verification)
        return sign_up_to_be_confirmed(request, &sign_up, form.next, error);

    const struct session_client client = client_of_request(server, request->http, true);
    struct user user;
    struct session session;
    enum sign_up_answer answer;
    if (!account_sign_up(tools_of(request), &sign_up, &client, &user, &session, &answer, error))
        return false;

    switch (answer) {
    case SIGN_UP_ADDRESS_TAKEN:
        form.message = "There is an account with this address already. Sign in instead.";
        show_sign_up(request, 422, &form);
        return true;
    case SIGN_UP_DONE:
        site_cookies_begin(request, &session);
        site_redirect(request, form.next);
        return true;
    }
    return true;
}

bool
site_sign_out_post(struct tn_request *request, struct tn_error *error)
{
    const char *token;
    if (!session_cookie_read(request->loop->server, request->http, &token, error))
        return false;

    if (token && !session_end(request->identity, token, error))
        return false;

    site_cookies_end(request);
    const char *next = site_next(tn_request_field(request, "next"));
    struct buffer location;
    buffer_init(&location, request->http->arena, 64);
    BUFFER_LITERAL(&location, "/sign-in");
    if (strcmp(next, "/") != 0) {
        BUFFER_LITERAL(&location, "?next=");
        percent_encode(&location, next, strlen(next));
    }
    site_redirect(request, location.data);
    return true;
}
