/* One request to an endpoint, and its answer: what the files of the endpoints share. */
#pragma once

#include "account/password_account.h"
#include "account/session_lookup.h"
#include "http/form.h"
#include "server/server.h"
#include "json/reader.h"
#include "json/writer.h"

enum wire_error {
#define WIRE_ERROR(code, message) WIRE_##code,
#include "wire_errors.def"
#undef WIRE_ERROR
};

struct auth_exchange {
    struct server_loop *loop;
    const struct server *server;
    const struct settings *settings;
    struct http_request *request;
    struct http_response *response;
    struct arena *arena;   /* the request's */
    const char *slug;      /* NULL: outside of /o/<slug> */
    const char *parameter; /* what stands for ":name" in the endpoint's path, as sent */

    const struct json_value *body; /* undefined when nothing was sent */
    struct http_pairs query;
    const char *token;    /* of a session cookie that is ours; NULL: none */
    bool is_revoked_here; /* signed out of this organization only: nobody here, though a session */
    bool is_forgettable;  /* the session shall not be remembered, says a cookie of ours */

    struct tn_identity identity;
    const struct session_view *view; /* with auth_session */
    bool is_cached;                  /* `view` comes from the cookie cache: get-session alone */
    bool is_left;                    /* ... and stands in no organization any more */
    bool is_changed;                 /* the session or its person is another than the request's */
    bool leaves_cache;               /* the cache's cookie stays as it is, if it counts */
    bool renews_cache;               /* it is written also where it would say the same */
};

/* --- the session ------------------------------------------------------------------------------ */

/* Who asks: read from the database once, prolonged where it is due and `may_prolong`. NULL in
 * `ret_view`: nobody, and cookies that led nowhere are expired. */
MUST_USE bool auth_session(struct auth_exchange *exchange, bool may_prolong,
    const struct session_view **ret_view, struct tn_error *error);
/* Likewise, and prolonged where it is due; without one the request is refused and answered. */
MUST_USE bool auth_session_required(
    struct auth_exchange *exchange, const struct session_view **ret_view, struct tn_error *error);
/* get-session's own: who asks as the cookie cache says, in exchange->view. False: ask the database.
 */
bool auth_session_from_cache(struct auth_exchange *exchange);

/* After a change of the session's row: its active organization and team are these (NULL: none).
 * What `exchange->view` holds then is what the cookie cache gets, at the end of the answer. */
void auth_session_changed(
    struct auth_exchange *exchange, const char *active_organization_id, const char *active_team_id);
/* The person of the session is now `user`. */
void auth_user_changed(struct auth_exchange *exchange, const struct user *user);

/* The organization that stands for one which is not named: the slug's, else the session's. May be
 * NULL.
 */
const char *
auth_active_organization(const struct auth_exchange *exchange, const struct session_view *view);

/* Cookies of a session that began, or that is written anew as it is. */
void auth_cookies_begin(struct auth_exchange *exchange, const struct session *session,
    const struct user *user, bool is_remembered);
void auth_cookies_renew(struct auth_exchange *exchange);
/* Expire all of ours. */
void auth_cookies_end(struct auth_exchange *exchange);
/* Read them into the exchange. TN_DOUBLED_COOKIE. */
MUST_USE bool auth_cookies_read(struct auth_exchange *exchange, struct tn_error *error);
/* Who asks is nobody below this slug: what a cookie still says of it goes. */
void auth_cookies_forget_place(struct auth_exchange *exchange);
/* When everything else is answered: let the cookie cache follow. */
void auth_cookies_settle(struct auth_exchange *exchange);

/* --- the body --------------------------------------------------------------------------------- */

enum auth_rule {
    AUTH_STRING,
    AUTH_STRING_FILLED, /* one character or more */
    AUTH_EMAIL,
    AUTH_BOOLEAN,
    AUTH_RECORD, /* an object; likewise the next, which is called so */
    AUTH_OBJECT,
    AUTH_STRINGS,    /* a string or an array of them */
    AUTH_ID,         /* anything, taken as text: better-auth's ids may be numbers */
    AUTH_PERMISSION, /* {resource: [action]} */
};

struct auth_field {
    const char *parent; /* the object that it is in; NULL: the body itself */
    const char *name;
    enum auth_rule rule;
    bool is_optional;
    bool is_nullable;
    size_t bytes_max; /* of a string; 0: as the body */
};

/* Does the body hold these fields? If not, the answer names every fault, in their order. */
bool
auth_body_fits(struct auth_exchange *exchange, const struct auth_field *fields, size_t field_count);
/* Likewise, with a fault that was found otherwise; NULL: none. */
bool auth_body_fits_and(struct auth_exchange *exchange, const struct auth_field *fields,
    size_t field_count, const char *further_fault);
/* Is it an object at all? If not, the answer says so. */
bool auth_body_is_record(struct auth_exchange *exchange);
/* A field's text; NULL when it was not sent or is null. */
const char *auth_body_text(const struct auth_exchange *exchange, const char *name);
/* Likewise of an AUTH_ID. */
const char *auth_body_id(const struct auth_exchange *exchange, const char *name);

/* Parameters of the query: each once at most. */
struct auth_parameter {
    const char *name;
    bool is_wanted;
    bool is_number; /* as far as the words of a fault go */
};
bool auth_query_fits(struct auth_exchange *exchange, const struct auth_parameter *parameters,
    size_t parameter_count);
bool auth_query_fits_and(struct auth_exchange *exchange, const struct auth_parameter *parameters,
    size_t parameter_count, const char *further_fault);

/* Answer only when some time has passed since `start_ms`, so that what was done does not tell. */
void auth_answer_no_sooner(int64_t start_ms);
/* Lead the browser to a callback that was checked; with `name` and its value in the query. */
void auth_redirect(
    struct auth_exchange *exchange, const char *callback_url, const char *name, const char *value);
/* --- accounts --------------------------------------------------------------------------------- */

struct account_tools auth_account_tools(const struct auth_exchange *exchange);
/* Is a new password's length right? If not, the request is refused and answered. */
bool auth_password_fits(struct auth_exchange *exchange, const char *password);

/* --- the answer ------------------------------------------------------------------------------- */

/* Begin a JSON answer: status and content type. */
struct json_writer auth_answer(struct auth_exchange *exchange, int status);
void auth_refuse(struct auth_exchange *exchange, int status, enum wire_error wire_error);
/* A refusal with a message of its own; `code` may be NULL. */
void
auth_refuse_with(struct auth_exchange *exchange, int status, const char *code, const char *message);
/* A refusal that has no words. */
void auth_refuse_silently(struct auth_exchange *exchange, int status);
/* Does the setting `compatibility` say strict? */
bool auth_is_strict(const struct auth_exchange *exchange);
const char *auth_wire_code(enum wire_error wire_error);
const char *auth_wire_message(enum wire_error wire_error);
/* As a path that there is none of: 404, with nothing. */
void auth_answer_unknown_path(struct auth_exchange *exchange);
/* What our own errors.def says. */
void auth_refuse_for(struct auth_exchange *exchange, enum tn_error_code code);

void auth_put_user(struct json_writer *json, const struct user *user);

/* --- the endpoints ---------------------------------------------------------------------------- */

#define ENDPOINT(method, path, handler, body, help) \
    bool auth_##handler(struct auth_exchange *exchange, struct tn_error *error);
#include "endpoints.def"
#undef ENDPOINT
