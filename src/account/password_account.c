#include "account/password_account.h"

#include <string.h>

#include "queries.h"

#include "account/email.h"
#include "account/hashing.h"
#include "account/row.h"
#include "base/utf8.h"
#include "crypto/random.h"

enum password_length
password_length(const char *password)
{
    size_t units = utf8_utf16_units(password);
    if (units < PASSWORD_UNITS_MIN)
        return PASSWORD_LENGTH_TOO_SHORT;
    return units > PASSWORD_UNITS_MAX ? PASSWORD_LENGTH_TOO_LONG : PASSWORD_LENGTH_FITS;
}

static bool
insert_user(struct account_tools tools, const struct sign_up *sign_up, const char *hash,
    struct user *ret_user, bool *ret_found, struct tn_error *error)
{
    struct user_insert_row row;
    if (!user_insert(tools.identity, arg_user_id(tn_text_of(random_id_new(tools.arena))),
            arg_user_name(tn_text_of(sign_up->name)),
            arg_email(tn_text_of(email_normalise(sign_up->email, tools.arena))),
            arg_opt_image(optional_text(sign_up->image)),
            arg_account_id(tn_text_of(random_id_new(tools.arena))),
            arg_password_hash(tn_text_of(hash)), &row, ret_found, error))
        return false;

    if (*ret_found)
        *ret_user = (struct user){
            .id = row.id.p,
            .name = row.name.p,
            .email = row.email.p,
            .email_verified = row.email_verified,
            .image = text_or_null(row.image),
            .created_at_us = row.created_at.us,
            .updated_at_us = row.updated_at.us,
        };
    return true;
}

static bool
insert_signed_in(struct account_tools tools, const struct sign_up *sign_up, const char *hash,
    const struct session_client *client, struct user *ret_user, struct session *ret_session,
    bool *ret_found, struct tn_error *error)
{
    const char *session_id = random_id_new(tools.arena);
    const char *token = random_id_new(tools.arena);
    const int64_t lifetime_s = session_lifetime_s(client);
    struct user_insert_signed_in_row row;
    if (!user_insert_signed_in(tools.identity, arg_user_id(tn_text_of(random_id_new(tools.arena))),
            arg_user_name(tn_text_of(sign_up->name)),
            arg_email(tn_text_of(email_normalise(sign_up->email, tools.arena))),
            arg_opt_image(optional_text(sign_up->image)),
            arg_account_id(tn_text_of(random_id_new(tools.arena))),
            arg_password_hash(tn_text_of(hash)), arg_session_id(tn_text_of(session_id)),
            arg_token(tn_text_of(token)), arg_lifetime_s(lifetime_s),
            arg_ip_address(tn_text_of(client->ip_address)),
            arg_user_agent(tn_text_of(client->user_agent)), &row, ret_found, error))
        return false;
    if (!*ret_found)
        return true;

    *ret_user = (struct user){
        .id = row.id.p,
        .name = row.name.p,
        .email = row.email.p,
        .email_verified = row.email_verified,
        .image = text_or_null(row.image),
        .created_at_us = row.created_at.us,
        .updated_at_us = row.updated_at.us,
    };
    *ret_session = (struct session){
        .id = session_id,
        .token = token,
        .user_id = ret_user->id,
        .expires_at_us = row.created_at.us + lifetime_s * 1000000,
        .created_at_us = row.created_at.us,
        .updated_at_us = row.created_at.us,
        .ip_address = client->ip_address,
        .user_agent = client->user_agent,
    };
    return true;
}

bool
account_sign_up(struct account_tools tools, const struct sign_up *sign_up,
    const struct session_client *client, struct user *ret_user, struct session *ret_session,
    enum sign_up_answer *ret_answer, struct tn_error *error)
{
    struct hashing hashing = { .password = sign_up->password };
    if (!hashing_run(tools.workers, &hashing, error))
        return false;

    bool found;
    bool done = client ? insert_signed_in(tools, sign_up, hashing.hash, client, ret_user,
                             ret_session, &found, error)
                       : insert_user(tools, sign_up, hashing.hash, ret_user, &found, error);
    if (!done)
        return false;

    *ret_answer = found ? SIGN_UP_DONE : SIGN_UP_ADDRESS_TAKEN;
    return true;
}

bool
account_sign_in(struct account_tools tools, const char *email, const char *password,
    const struct session_client *client, bool restores, struct user *ret_user,
    struct session *ret_session, enum sign_in_answer *ret_answer, struct tn_error *error)
{
    struct user_by_email_row row;
    bool found;
    if (!user_by_email(tools.identity, arg_email(tn_text_of(email_normalise(email, tools.arena))),
            &row, &found, error))
        return false;

    /* Nobody there, or without a password: a hash is computed all the same, for the time it takes
     * would tell. No password fits an empty text. */
    const char *expected = found ? text_or_null(row.password) : NULL;
    struct hashing hashing = { .password = password, .expected = expected ? expected : "" };
    if (!hashing_run(tools.workers, &hashing, error))
        return false;

    if (!hashing.fits) {
        *ret_answer = SIGN_IN_REFUSED;
        return true;
    }

    *ret_user = (struct user){
        .id = row.id.p,
        .name = row.name.p,
        .email = row.email.p,
        .email_verified = row.email_verified,
        .image = text_or_null(row.image),
        .created_at_us = row.created_at.us,
        .updated_at_us = row.updated_at.us,
    };
    if (tools.wants_verified && !ret_user->email_verified) {
        *ret_answer = SIGN_IN_UNVERIFIED;
        return true;
    }
    *ret_answer = SIGN_IN_DONE;
    return session_start(
        tools.identity, ret_user->id, client, restores, tools.arena, ret_session, error);
}

bool
account_is_known(struct tn_identity identity, const char *email, struct arena *arena,
    bool *ret_known, struct tn_error *error)
{
    struct user_by_email_row row;
    return user_by_email(
        identity, arg_email(tn_text_of(email_normalise(email, arena))), &row, ret_known, error);
}

bool
account_any(struct tn_identity identity, bool *ret_any, struct tn_error *error)
{
    struct user_any_row row;
    if (!user_any(identity, &row, error))
        return false;

    *ret_any = row.has_users;
    return true;
}
